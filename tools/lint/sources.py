#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every source file carries its licence; headers have their form and size; no file names a place of one machine."""

import pathlib
import re
import subprocess
import sys

from common import Problems, ROOT

LICENCE = "SPDX-License-Identifier: MIT"
SOURCES = {".hpp", ".cpp", ".cu", ".cmake", ".py", ".sh"}
NAMED_SOURCES = {"CMakeLists.txt", "dev", "run"}
MOST_LINES = 399
GENERATED = "_tables.hpp"  # numbers, not code
FORM = [
    (re.compile(r"^\s*namespace\s*\{"), "an anonymous namespace in a header", "use repro::detail"),
    (re.compile(r"\busing\s+namespace\b"), "a using directive in a header", "name what is used"),
    (re.compile(r"^static\s"), "a static function or variable in a header", "make it inline"),
]
DEFINE = re.compile(r"^\s*#\s*define\s+(\w+)")
PLACE = re.compile(r"/(?:root|home|work|farm)/[A-Za-z0-9_.]")


def files(root):
    """The repository's own files: those git knows or would take."""
    listed = subprocess.run(["git", "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                            capture_output=True, check=True, text=True).stdout
    return [root / name for name in sorted(set(listed.split("\0"))) if name and (root / name).is_file()]


def package_hosts():
    """The hosts this machine takes its packages from: no file may name them."""
    hosts = set()
    for path in pathlib.Path("/etc/apt").rglob("*"):
        if path.suffix in {".list", ".sources"}:
            hosts.update(re.findall(r"https?://([^/\s]+)", path.read_text(errors="replace")))
    return hosts


def check_header(problems, path, name, lines):
    if len(lines) < 2 or lines[1] != "#pragma once":
        problems.add(path, 2, "the second line is not #pragma once", "licence, then #pragma once")
    if len(lines) > MOST_LINES and not name.endswith(GENERATED):
        problems.add(path, len(lines), f"{len(lines)} lines", "split it by idea; fewer than 400")
    for number, line in enumerate(lines, 1):
        for pattern, what, fix in FORM:
            if pattern.search(line):
                problems.add(path, number, what, fix)
        macro = DEFINE.match(line)
        may = name == "include/repro/detail/config.hpp" or name.startswith("include/repro/testing/")
        if macro and not (may and macro[1].startswith("REPRO_")):
            problems.add(path, number, f"defines the macro {macro[1]}", "only REPRO_* in detail/config.hpp, and in testing/")


def check(root):
    problems = Problems()
    hosts = package_hosts()
    for path in files(root):
        name = path.relative_to(root).as_posix()
        try:
            lines = path.read_text().splitlines()
        except UnicodeDecodeError:
            continue
        if path.suffix in SOURCES or path.name in NAMED_SOURCES:
            start = lines[1:2] if lines and lines[0].startswith("#!") else lines[:1]
            if not start or LICENCE not in start[0]:
                problems.add(path, 1, "no licence line", f"start with {LICENCE}")
        if name.startswith("include/") and path.suffix == ".hpp":
            check_header(problems, path, name, lines)
        for number, line in enumerate(lines, 1):
            if PLACE.search(line) and name != "tools/lint/sources.py" and not name.startswith("tests/vectors/"):
                problems.add(path, number, "names a folder of one machine", "use a relative path")
            for host in hosts:
                if host in line:
                    problems.add(path, number, "names the host of a package registry", "take it from the machine")
    return problems


if __name__ == "__main__":
    sys.exit(check(ROOT).report("sources"))
