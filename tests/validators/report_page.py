#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Reports read by Python's parser of HTML: whatever a manifest holds, the page has the elements and the attributes that it has for
harmless words, and shows the words. Its colours stand out from their ground."""

import argparse
import collections
import html.parser
import pathlib
import re
import sys
import tempfile

from report_runs import PAYLOADS, publish, report, with_text

HARMLESS = "harmless"
VOID = {"meta", "link"}


class Page(html.parser.HTMLParser):
    """The elements of a page with their attributes, and its text; `broken` where elements do not nest."""

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.shape, self.values, self.text, self.open, self.broken = collections.Counter(), [], [], [], []
        self.feed(page)
        self.close()
        if self.open:
            self.broken.append("left open: %s" % self.open)

    def handle_starttag(self, tag, attrs):
        self.shape[(tag, tuple(name for name, _ in attrs))] += 1
        self.values += [(tag, name, value) for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.broken.append("closed out of turn: %s" % tag)

    def handle_data(self, data):
        self.text.append(data)

    def handle_comment(self, data):
        self.broken.append("a comment: %s" % data[:80])

    def handle_pi(self, data):
        self.broken.append("a processing instruction: %s" % data[:80])

    def unknown_decl(self, data):
        self.broken.append("a declaration: %s" % data[:80])


def page_of(program, folder, words):
    """Returns the report of two sides whose manifests hold `words` wherever they can."""
    for seed in (1, 2, 11, 12):
        publish(folder / ("a" if seed < 10 else "b") / f"seed_{seed}", with_text(seed, words))
    result = report(program, "--a", folder / "a", "--b", folder / "b")
    if result.returncode != 0:
        raise SystemExit("%r: %d %s" % (words, result.returncode, result.stderr.decode(errors="replace")))
    return result.stdout.decode()


def shown(words):
    """What the tool prints in the place of a text: see its `printable`; only where that leaves the text as it is."""
    return words if words.isascii() and words.isprintable() else None


def payload_problems(program, folder):
    harmless = Page(page_of(program, folder / "harmless", HARMLESS))
    problems = ["harmless: %s" % each for each in harmless.broken]
    for number, words in enumerate(PAYLOADS):
        text = page_of(program, folder / str(number), words)
        page = Page(text)
        problems += ["%r: %s" % (words, each) for each in page.broken]
        if page.shape != harmless.shape:
            problems.append("%r: other elements: %s" % (words, (page.shape - harmless.shape) + (harmless.shape - page.shape)))
        if shown(words) and len(words) < 150 and words not in "\n".join(page.text):
            problems.append("%r: is not shown" % words)
        if re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]", text):
            problems.append("%r: holds a character that hides or acts" % words)
        problems += ["%r: %s=%r of %s" % (words, name, value, tag) for tag, name, value in page.values if is_active(tag, name, value)]
    return problems


def is_active(tag, name, value):
    """Whether an attribute could load, start or restyle anything."""
    if tag in {"script", "iframe", "object", "embed", "img", "base", "form", "use", "image"} or name.startswith("on") or name == "style":
        return True
    return name in {"href", "src", "action", "srcset", "xlink:href"} and not (value or "").startswith("#") and value != "data:,"


def luminance(colour):
    parts = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def contrast_problems(page):
    """WCAG 2: 4.5 for text (1.4.3), 3 for what a plot draws (1.4.11), in each theme and on both grounds."""
    problems = []
    themes = [dict(re.findall(r"--([a-z0-9]+): (#[0-9a-f]{6})", block)) for block in re.findall(r":root \{([^}]*--ground[^}]*)\}", page)]
    if len(themes) != 3:
        return ["%d themes in the style, not light, dark and print" % len(themes)]
    for number, theme in enumerate(themes):
        for ground in (theme["ground"], theme["raised"]):
            for name, least in [(n, 4.5) for n in ("text", "faint", "link", "good", "bad", "doubt")] + [(n, 3.0) for n in ("side0", "side1", "side2", "side3", "edge")]:
                if contrast(theme[name], ground) < least:
                    problems.append("theme %d: --%s on %s: %.2f" % (number, name, ground, contrast(theme[name], ground)))
    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    program = parser.parse_args().program
    with tempfile.TemporaryDirectory(prefix="repro-report-") as folder:
        folder = pathlib.Path(folder)
        problems = payload_problems(program, folder) + contrast_problems(page_of(program, folder / "style", HARMLESS))
    print("\n".join(problems[:50]))
    print("%d texts, %d problems" % (len(PAYLOADS), len(problems)))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
