#!/bin/sh
# SPDX-License-Identifier: MIT
# pkg_config.sh COMPILER PKGCONFIG_FOLDER PROJECT: builds and runs the project's two programs by pkg-config alone.
set -eu
compiler=$1
project=$3
export PKG_CONFIG_PATH="$2"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

for module in repro-core:core repro:repro; do
    flags=$(pkg-config --cflags --libs "${module%:*}")
    # shellcheck disable=SC2086
    "$compiler" -std=c++20 "$project/${module#*:}.cpp" -o "$folder/program" $flags
    (cd "$folder" && ./program)
done
test "$(pkg-config --libs repro-core)" = "" # headers alone
