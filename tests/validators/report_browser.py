#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Reports in a real Chromium, by WebDriver: panels open by click and by key, with scripts of pages switched off; nothing is requested, no
text of a manifest acts, with scripts off or on; both themes, a narrow window and paper hold what they have to. --screenshots FOLDER keeps
pictures to look at."""

import argparse
import base64
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

from report_runs import PAYLOADS, publish, report, two_sides, with_text

ENTER = "\ue007"
SELECTOR = "css selector"


class Browser:
    """A session of chromedriver."""

    def __init__(self, chromium, driver, folder, scripts):
        folder.mkdir()
        self.log = open(folder / "driver.log", "w+")
        self.process = subprocess.Popen([driver, "--port=0"], stdout=self.log, stderr=subprocess.STDOUT)
        try:
            self.base = "http://127.0.0.1:%d" % self.wait_for_port()
            options = {"binary": chromium, "args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1200,1000",
                                                    "--user-data-dir=%s" % (folder / "profile")],
                       "prefs": {"profile.managed_default_content_settings.javascript": 1 if scripts else 2}}
            capabilities = {"browserName": "chrome", "goog:chromeOptions": options,
                            "goog:loggingPrefs": {"performance": "ALL", "browser": "ALL"}}
            self.base += "/session/" + self.call("POST", "/session", {"capabilities": {"alwaysMatch": capabilities}})["sessionId"]
        except BaseException:
            self.process.kill()
            raise

    def wait_for_port(self):
        for _ in range(200):
            self.log.seek(0)
            for line in self.log:
                if "started successfully on port" in line:
                    return int(line.rsplit(" ", 1)[1].strip(". \n"))
            time.sleep(0.1)
        raise SystemExit("chromedriver did not start")

    def call(self, method, path, body=None):
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self.base + path, data=data, method=method, headers={"Content-Type": "application/json"})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=120) as answer:
            return json.loads(answer.read())["value"]

    def post(self, path, **body):
        return self.call("POST", path, body)

    def devtools(self, command, **parameters):
        return self.post("/goog/cdp/execute", cmd=command, params=parameters)

    def open(self, page):
        self.post("/url", url=page.as_uri())

    def find(self, selector):
        return [next(iter(each.values())) for each in self.post("/elements", using=SELECTOR, value=selector)]

    def css(self, element, name):
        return self.call("GET", "/element/%s/css/%s" % (element, name))

    def is_open(self, element):
        return self.call("GET", "/element/%s/attribute/open" % element) is not None

    def height(self, element):
        return self.call("GET", "/element/%s/rect" % element)["height"]

    def value(self, expression):
        return self.devtools("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def requests(self):
        """Returns the addresses that were asked for since the last call."""
        events = [json.loads(each["message"])["message"] for each in self.post("/se/log", type="performance")]
        return [each["params"]["request"]["url"] for each in events if each["method"] == "Network.requestWillBeSent"]

    def said(self):
        """Returns what pages wrote to the console since the last call: what a policy refused is there, too."""
        return [each["message"] for each in self.post("/se/log", type="browser")]

    def shot(self, path):
        metrics = self.devtools("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": metrics["width"], "height": min(metrics["height"], 6000), "scale": 1}
        picture = self.devtools("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)["data"]
        path.write_bytes(base64.b64decode(picture))

    def close(self):
        try:
            self.call("DELETE", "")
        finally:
            self.process.terminate()
            self.process.wait(10)
            self.log.close()


class Check:
    def __init__(self, browser, shots):
        self.browser, self.shots, self.problems, self.count = browser, shots, [], 0

    def that(self, holds, what):
        self.count += 1
        if not holds:
            self.problems.append(what)

    def shot(self, name):
        if self.shots:
            self.browser.shot(self.shots / (name + ".png"))

    def panels(self, page):
        b = self.browser
        b.open(page)
        panels, heads = b.find("details.panel"), b.find("details.panel > summary")
        self.that(len(panels) == 3, "there are three panels")
        for panel, head in zip(panels, heads):
            before = b.is_open(panel)
            b.post("/element/%s/click" % head)
            self.that(b.is_open(panel) != before, "a click turns a panel")
            b.post("/element/%s/value" % head, text=ENTER)
            self.that(b.is_open(panel) == before, "Enter turns it back")
            if not before:
                b.post("/element/%s/click" % head)
            self.that(b.height(panel) > 150, "an open panel shows what is inside")
        for head in b.find("details.folded > summary"):
            b.post("/element/%s/value" % head, text=" ")
        self.that(all(map(b.is_open, b.find("details.folded"))), "Space opens what is folded")
        self.that(not b.value("document.querySelectorAll('script').length"), "there is no script")

    def themes(self):
        b = self.browser
        grounds = {}
        for theme in ("light", "dark"):
            b.devtools("Emulation.setEmulatedMedia", media="screen", features=[{"name": "prefers-color-scheme", "value": theme}])
            grounds[theme] = b.css(b.find("body")[0], "background-color")
            self.shot(theme)
        self.that(grounds["light"] == "rgba(255, 255, 255, 1)", "light is light: %s" % grounds)
        self.that(grounds["dark"] == "rgba(20, 23, 27, 1)", "dark is dark: %s" % grounds)
        b.devtools("Emulation.setEmulatedMedia", media="", features=[])

    def narrow(self):
        b = self.browser
        b.devtools("Emulation.setDeviceMetricsOverride", width=360, height=740, deviceScaleFactor=1, mobile=False)
        self.that(b.value("document.documentElement.scrollWidth") <= 360, "nothing is wider than a narrow window")
        self.shot("narrow")
        b.devtools("Emulation.clearDeviceMetricsOverride")

    def paper(self, page):
        b = self.browser
        b.open(page)
        b.devtools("Emulation.setEmulatedMedia", media="print", features=[])
        closed = [each for each in b.find("details") if not b.is_open(each)]
        self.that(closed and all(b.height(each) > 60 for each in closed), "paper shows what is closed on the screen")
        b.devtools("Emulation.setEmulatedMedia", media="", features=[])
        pdf = base64.b64decode(b.post("/print"))
        self.that(pdf.startswith(b"%PDF"), "it prints")
        if self.shots:
            (self.shots / "print.pdf").write_bytes(pdf)

    def scripts_are(self, state, page):
        page.write_text("<title>off</title><script>document.title = 'on'; console.log('on')</script>")
        self.browser.open(page)
        self.that(self.browser.call("GET", "/title") == state, "scripts of pages are " + state)
        self.that(bool(self.browser.said()) == (state == "on"), "the console tells of scripts that are " + state)

    def refused(self, page):
        """What the page's policy refuses is told, so that silence means that nothing was tried."""
        text = page.read_text().replace("</main>", "<script>document.title = 'ran'</script><p onclick='1'>x</p></main>")
        changed = page.with_name("changed.html")
        changed.write_text(text)
        self.browser.open(changed)
        self.that(self.browser.call("GET", "/title") != "ran", "the policy keeps a script from running")
        self.that(len(self.browser.said()) > 0, "a script that is refused is told of")

    def quiet(self, page, what):
        b = self.browser
        b.requests()
        b.said()
        b.open(page)
        self.that(not b.said(), "%s: tries nothing that is told on the console" % what)
        asked = [each for each in b.requests() if each not in {page.as_uri(), "data:,"}]
        self.that(not asked, "%s: requests nothing: %s" % (what, asked[:3]))
        try:
            self.that(False, "%s: shows a dialog: %s" % (what, b.call("GET", "/alert/text")))
        except urllib.error.HTTPError:
            self.that(True, "no dialog is open")


def payload_pages(program, folder):
    """Writes reports that hold all the texts that try to act, twenty at a time."""
    pages = []
    for start in range(0, len(PAYLOADS), 20):
        for number, words in enumerate(PAYLOADS[start:start + 20]):
            publish(folder / f"p{start}/a/seed_{number}", with_text(number, words))
            publish(folder / f"p{start}/b/seed_{number}", with_text(number, words))
        pages.append(folder / f"p{start}.html")
        report(program, "--a", folder / f"p{start}/a", "--b", folder / f"p{start}/b", "-o", pages[-1])
    return pages


def look(browser, scripts, page, pages, shots):
    """Makes all checks in a browser whose scripts are "off", in one with scripts "on" those of what acts."""
    check = Check(browser, shots)
    try:
        check.scripts_are(scripts, page.with_name("script.html"))
        check.quiet(page, "the page")
        if scripts == "on":
            check.refused(page)
        else:
            check.panels(page)
            check.themes()
            check.narrow()
            check.paper(page)
        for each in pages:
            check.quiet(each, "%s with scripts %s" % (each.name, scripts))
    finally:
        browser.close()
    return check


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("--screenshots", type=pathlib.Path)
    a = parser.parse_args()
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not chromium or not driver:
        print("skipped explicitly with message:\n  no-chromium: chromium or chromium-driver is not installed")
        return 77
    with tempfile.TemporaryDirectory(prefix="repro-browser-") as folder:
        folder = pathlib.Path(folder)
        sides = two_sides(folder / "runs", [7.1, 8.4, 7.9, 7.2, 8.0], [7.3, 8.2, 7.8, 7.4, 8.1])
        page = folder / "report.html"
        made = report(a.program, "--a", sides[0], "--b", sides[1], "--margin", "0.9", "-o", page)
        if made.returncode != 0:
            raise SystemExit(made.stderr.decode())
        pages = payload_pages(a.program, folder)
        checks = [look(Browser(chromium, driver, folder / state, state == "on"), state, page, pages, a.screenshots)
                  for state in ("off", "on")]
    problems = [each for check in checks for each in check.problems]
    print("\n".join(problems))
    print("%d checks, %d problems" % (sum(check.count for check in checks), len(problems)))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
