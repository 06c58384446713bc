#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every check catches what it is for: each violation is planted in a copy of the repository and has to be found."""

import pathlib
import shutil
import subprocess
import sys
import tempfile

import header_list
import layers
import sources
import tests_listed
import version
from common import ROOT

CORE = "include/repro/core/seed.hpp"
PLANTS = [  # check, file, what is appended to it ("" makes a new file), words that have to be in the report
    (layers, "include/repro/rng/philox.hpp", "#include <repro/stream/key.hpp>\n", "includes stream/key.hpp (layer 4)"),
    (layers, "include/repro/rng/philox.hpp", "#include <repro/hash/sha2.hpp>\n", "rng (layer 2) includes hash/sha2.hpp"),
    (layers, "include/repro/stream/key.hpp", "#include <repro/capture/compiler.hpp>\n", "stream (layer 4) includes capture"),
    (layers, "include/repro/adapters/mpi.hpp", "#include <repro/adapters/gsl.hpp>\n", "an adapter includes adapters/gsl.hpp"),
    (layers, "include/repro/adapters/mpi.hpp", "#include <repro/run/run.hpp>\n", "an adapter includes run/run.hpp"),
    (layers, "include/repro/rng/philox.hpp", "#include <pcg_random.hpp>\n", "only rng/pcg64.hpp may"),
    (layers, "include/repro/stream/key.hpp", "#include <nlohmann/json.hpp>\n", "stream/key.hpp includes <nlohmann/json.hpp>"),
    (layers, "include/repro/rng/philox.hpp", "#include <range/v3/all.hpp>\n", "neither ours nor the standard's"),
    (layers, "include/repro/run/new.hpp", "#include <iostream>\n", "<iostream> has no place in a header"),
    (layers, CORE, "#include <sstream>\n", "<sstream> costs every user of core compile time"),
    (layers, CORE, '#include "level.hpp"\n', "included by quotes"),
    (layers, "include/repro/core/error.hpp", "#include <repro/core/seed.hpp>\n", "includes itself"),
    (layers, "include/repro/fresh/new.hpp", "#include <repro/core/seed.hpp>\n", "in no layer"),
    (layers, "include/repro/stream/key.hpp", "#include <repro/hash/file.hpp>\n", "of another component"),
    (layers, "include/repro/core.hpp", "#include <repro/rng/pcg64.hpp>\n", "reaches rng/pcg64.hpp"),
    (layers, "include/repro/core.hpp", "#include <repro/rng/fill/new.hpp>\n", "reaches rng/fill/new.hpp"),
    (layers, "include/repro/rng/philox.hpp", "#include <immintrin.h>\n", "<immintrin.h> has no place"),
    (header_list, "include/repro/core/unlisted.hpp", "", "is not the list of the headers"),
    (sources, "include/repro/core/unlisted.hpp", "int x;\n", "no licence line"),
    (sources, "tools/new.py", "pass\n", "no licence line"),
    (sources, "include/repro/core/unlisted.hpp", "// SPDX-License-Identifier: MIT\n", "not #pragma once"),
    (sources, CORE, "//\n" * 400, "split it by idea"),
    (sources, CORE, "namespace {\n", "anonymous namespace"),
    (sources, CORE, "using namespace std;\n", "using directive"),
    (sources, CORE, "static int f();\n", "static function"),
    (sources, CORE, "#define REPRO_MORE 1\n", "defines the macro REPRO_MORE"),
    (sources, "include/repro/detail/config.hpp", "#define OTHER 1\n", "defines the macro OTHER"),
    (sources, "README.md", "See /ho" + "me/me/x.\n", "folder of one machine"),
    (tests_listed, "tests/unit/core/forgotten.test.cpp", "", "is in no CMakeLists.txt"),
    (tests_listed, "tests/unit/core/forgotten.test.cpp", "", "mirrors no header"),
    (version, "CMakeLists.txt", "set(v {version})\n", "does not take the version"),
    (version, "CHANGELOG.md", "## 99.0.0\n", "does not start with this version"),
    (version, "packaging/vcpkg/vcpkg.json", None, "states another version"),
]


def copy_repository(folder):
    root = pathlib.Path(folder) / "copy"
    for path in sources.files(ROOT):
        target = root / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    subprocess.run(["git", "init", "-q", root], check=True)
    (root / "cmake" / "headers.cmake").write_text(header_list.expected(root))
    return root


def plant(root, name, text):
    """Changes one file of the copy; returns what puts it back."""
    path = root / name
    before = path.read_text() if path.exists() else None
    path.parent.mkdir(parents=True, exist_ok=True)
    if text is None:  # another version
        path.write_text(before.replace('"version": "', '"version": "9'))
    elif name == "CHANGELOG.md":
        path.write_text(text)
    else:
        number = (root / "include/repro/version.hpp").read_text().split('version = "')[1].split('"')[0]
        path.write_text((before or "") + text.replace("{version}", number))
    return lambda: path.unlink() if before is None else path.write_text(before)


def main():
    missed = 0
    with tempfile.TemporaryDirectory() as folder:
        root = copy_repository(folder)
        for check, name, text, words in PLANTS:
            standing = set(check.check(root))
            undo = plant(root, name, text)
            found = set(check.check(root)) - standing
            undo()
            if not any(words in f"{what} ({fix})" for _, _, what, fix in found):
                missed += 1
                print(f"{check.__name__}: does not notice, in {name}, that {words!r}")
    print(f"self-test: {len(PLANTS) - missed} of {len(PLANTS)} planted violations found")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
