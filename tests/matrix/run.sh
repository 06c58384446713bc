#!/bin/sh
# SPDX-License-Identifier: MIT
# The known answers, and nothing else, under the compilers and flags that the presets leave out: these have g++ at
# -O2, clang++-14 at -O0, clang++-19 at -O1 with sanitizers.
set -eu
cd "$(dirname "$0")/../.."

mkdir -p build/matrix
while read -r compiler flags; do
    folder="build/matrix/$compiler$(echo "$flags" | tr -d ' ')"
    echo "== known answers: $compiler $flags"
    cmake -G Ninja -S . -B "$folder" -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_CXX_FLAGS="$flags" \
        -DCMAKE_UNITY_BUILD=ON -DCMAKE_UNITY_BUILD_BATCH_SIZE=0 \
        -DREPRO_ONLY_LABELS=exact -DREPRO_BUILD_EXAMPLES=OFF -DREPRO_BUILD_TOOLS=OFF -DREPRO_BUILD_BENCH=OFF -DREPRO_INSTALL=OFF \
        >"$folder.log" 2>&1 </dev/null || { cat "$folder.log"; exit 1; }
    cmake --build "$folder" -j "$(nproc)" >"$folder.log" 2>&1 </dev/null || { cat "$folder.log"; exit 1; }
    ctest --test-dir "$folder" --no-tests=error -j "$(nproc)" --output-on-failure \
        --output-junit "$PWD/$folder.junit.xml" >"$folder.log" 2>&1 </dev/null || { cat "$folder.log"; exit 1; }
    grep 'tests passed' "$folder.log"
done <<'TABLE'
g++ -O0
g++ -O3 -march=native -ffp-contract=fast
clang++-19 -O3 -march=native -ffp-contract=fast
TABLE
