#!/bin/sh
# SPDX-License-Identifier: MIT
# What it costs to compile one file that only includes a header, beside <nlohmann/json.hpp> alone: user and system
# seconds at -O0, every header once a round, median of the rounds with their smallest and largest.
# Usage: bench/compile_time.sh [ROUNDS]; CXX names the compiler.
set -eu
cd "$(dirname "$0")/.."
rounds=${1:-7}
compiler=${CXX:-g++}
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
headers="nlohmann/json.hpp repro/core.hpp repro/repro.hpp repro/stream/registry.hpp repro/compat/python.hpp repro/compat/numpy.hpp"

round=0
while [ "$round" -le "$rounds" ]; do
    for header in $headers; do
        name=$(echo "$header" | tr / _)
        echo "#include <$header>" >"$folder/$name.cpp"
        # bash's time is not in every sh; "times" of a subshell counts its children.
        (
            # shellcheck disable=SC2046
            $compiler -std=c++20 -O0 -Iinclude $(pkg-config --cflags libgit2 libcrypto) -c "$folder/$name.cpp" -o "$folder/$name.o"
            times
        ) | awk 'NR == 2 { n = 0; for (i = 1; i <= 2; ++i) { split($i, t, "[ms]"); n += t[1] * 60 + t[2] } print n }' \
            >>"$folder/$name.$([ "$round" = 0 ] && echo warm || echo seconds)"
    done
    round=$((round + 1))
done

echo "compile time at -O0, $($compiler --version | head -n 1), $rounds rounds"
echo
echo "| header | seconds, median [min..max] | to nlohmann/json.hpp |"
echo "|---|---|---|"
middle() { sort -n "$1" | awk '{ v[NR] = $1 } END { printf "%.2f %.2f %.2f", v[int((NR + 1) / 2)], v[1], v[NR] }'; }
base=$(middle "$folder/nlohmann_json.hpp.seconds" | cut -d' ' -f1)
for header in $headers; do
    middle "$folder/$(echo "$header" | tr / _).seconds" |
        awk -v h="$header" -v b="$base" '{ printf "| `<%s>` | %s [%s..%s] | %.2f |\n", h, $1, $2, $3, $1 / b }'
done
