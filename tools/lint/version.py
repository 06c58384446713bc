#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The version is written once, in version.hpp. Where a format wants it again, it agrees; nowhere else it stands."""

import json
import re
import sys

from common import Problems, ROOT

READERS = ["CMakeLists.txt", "packaging/conan/conanfile.py"]  # they read version.hpp


def check(root):
    problems = Problems()
    header = root / "include" / "repro" / "version.hpp"
    version = re.search(r'string_view version = "([0-9]+\.[0-9]+\.[0-9]+)"', header.read_text())
    if not version:
        problems.add(header, 1, "states no version", 'inline constexpr std::string_view version = "x.y.z";')
        return problems
    version = version[1]

    port = root / "packaging" / "vcpkg" / "vcpkg.json"
    if json.loads(port.read_text())["version"] != version:
        problems.add(port, 1, "states another version", version)
    changelog = root / "CHANGELOG.md"
    if changelog.exists():
        newest = re.search(r"^## \[?([0-9.]+)", changelog.read_text(), re.MULTILINE)
        if not newest or newest[1] != version:
            problems.add(changelog, 1, "does not start with this version", f"## {version}")
    for name in READERS:
        text = (root / name).read_text()
        if version in text or "version.hpp" not in text:
            problems.add(root / name, 1, "does not take the version from version.hpp", "read it from there")
    return problems


if __name__ == "__main__":
    sys.exit(check(ROOT).report("version"))
