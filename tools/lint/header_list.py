#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""cmake/headers.cmake lists exactly the headers on disk, each under the component that holds it.

With --write the list is written anew.
"""

import sys

from common import Problems, ROOT

# What needs a third party or the folder of a run, and what needs Boost.Math; everything else is core. Adapters have a
# component each.
REPRO_FOLDERS = {"capture", "run", "judge", "testing"}
JUDGE_FOLDERS = {"statistics"}
JUDGE_FILES = {"judge/compare.hpp", "judge/compare_distributions.hpp", "judge/rank.hpp", "judge/baseline.hpp"}
REPRO_FILES = {
    "repro.hpp", "hash/ahead_reader.hpp", "hash/ends.hpp", "hash/file.hpp", "hash/files.hpp", "hash/git_blob.hpp", "hash/tree.hpp",
    "launch/read_back.hpp",
}


def component(header):
    if header.parts[0] == "adapters":  # adapters/<library>.hpp and its parts in adapters/<library>/
        return header.parts[1].removesuffix(".hpp")
    if header.parts[0] in JUDGE_FOLDERS or header.as_posix() in JUDGE_FILES:
        return "judge"
    if header.parts[0] == "lockfiles":
        return "lockfiles"
    if header.parts[0] in REPRO_FOLDERS or header.as_posix() in REPRO_FILES:
        return "repro"
    return "core"


def expected(root):
    include = root / "include" / "repro"
    lists = {"core": [], "repro": [], "judge": []}
    for header in sorted(path.relative_to(include) for path in include.rglob("*.hpp")):
        lists.setdefault(component(header), []).append(header.as_posix())
    text = "# SPDX-License-Identifier: MIT\n# Every public header, by component. `tools/lint/header_list.py --write` writes it anew.\n"
    for name, headers in lists.items():
        text += f"\nset(repro_{name}_headers\n"
        text += "".join(f"    include/repro/{header}\n" for header in headers)
        text += ")\n"
    return text


def check(root):
    problems = Problems()
    path = root / "cmake" / "headers.cmake"
    if not path.exists() or path.read_text() != expected(root):
        problems.add(path, 1, "is not the list of the headers on disk", "run tools/lint/header_list.py --write")
    return problems


if __name__ == "__main__":
    if "--write" in sys.argv[1:]:
        (ROOT / "cmake" / "headers.cmake").write_text(expected(ROOT))
    sys.exit(check(ROOT).report("header list"))
