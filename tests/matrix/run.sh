#!/bin/sh
# SPDX-License-Identifier: MIT
# The known answers, and nothing else, under every compiler and the flags that move floating-point results elsewhere.
set -eu
cd "$(dirname "$0")/../.."

mkdir -p build/matrix
for compiler in g++ clang++-14 clang++-19; do
    for flags in "-O0" "-O3" "-O3 -march=native -ffp-contract=fast"; do
        folder="build/matrix/$compiler$(echo "$flags" | tr -d ' ')"
        echo "== known answers: $compiler $flags"
        cmake -G Ninja -S . -B "$folder" -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_CXX_FLAGS="$flags" \
            -DREPRO_ONLY_LABELS=exact -DREPRO_BUILD_EXAMPLES=OFF -DREPRO_BUILD_TOOLS=OFF -DREPRO_BUILD_BENCH=OFF -DREPRO_INSTALL=OFF \
            >"$folder.log" 2>&1 || { cat "$folder.log"; exit 1; }
        cmake --build "$folder" -j "$(nproc)" >"$folder.log" 2>&1 || { cat "$folder.log"; exit 1; }
        ctest --test-dir "$folder" --no-tests=error -j "$(nproc)" --output-on-failure \
            --output-junit "$PWD/$folder.junit.xml" >"$folder.log" 2>&1 || { cat "$folder.log"; exit 1; }
        grep 'tests passed' "$folder.log"
    done
done
