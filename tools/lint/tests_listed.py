#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every test file is built: a list of a CMakeLists.txt names it. Unit tests mirror headers."""

import sys

from common import Problems, ROOT


def check(root):
    problems = Problems()
    tests = root / "tests"
    for path in sorted(tests.rglob("*.test.cpp")):
        listed = any(
            path.relative_to(folder).as_posix() in (folder / "CMakeLists.txt").read_text()
            for folder in path.parents
            if folder.is_relative_to(tests) and (folder / "CMakeLists.txt").exists())
        if not listed:
            problems.add(path, 1, "is in no CMakeLists.txt", "add it to the list of its folder")
        unit = tests / "unit"
        if path.is_relative_to(unit):
            folder = root / "include" / "repro" / path.relative_to(unit).parent
            subject = path.name.removesuffix(".test.cpp")
            if not any(f"{subject}_".startswith(f"{header.stem}_") for header in folder.glob("*.hpp")):
                problems.add(path, 1, "mirrors no header", f"name it after a header of {folder.name}/, then _ and more")
    return problems


if __name__ == "__main__":
    sys.exit(check(ROOT).report("tests listed"))
