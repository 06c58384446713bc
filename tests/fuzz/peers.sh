#!/bin/sh
# SPDX-License-Identifier: MIT
# Makes an environment under build/fuzz for each release of NumPy whose rules the twins have, where differential.py
# finds them. What cannot be had is said and left out.
set -eu
cd "$(dirname "$0")/../.."
mkdir -p build/fuzz

python_between() { # python_between LOW HIGH : the newest interpreter from 3.LOW to 3.HIGH that can make environments
    minor=$2
    while [ "$minor" -ge "$1" ]; do
        for path in "python3.$minor" "${PYENV_ROOT:-$HOME/.pyenv}/versions/3.$minor."*/bin/python3; do
            if "$path" -c "import sys, venv, ensurepip; sys.exit(sys.version_info[:2] != (3, $minor))" 2>/dev/null; then
                echo "$path"
                return
            fi
        done
        minor=$((minor - 1))
    done
    return 1
}

add() { # add RELEASE LOW HIGH : that NumPy, under a Python from 3.LOW to 3.HIGH
    folder=build/fuzz/numpy-$1
    if "$folder/bin/python" -c 'import numpy' 2>/dev/null; then return; fi
    if ! python=$(python_between "$2" "$3"); then
        echo "fuzz: NumPy $1 is left out: no Python from 3.$2 to 3.$3 with venv"
        return
    fi
    if ! timeout 60 "$python" -m venv "$folder" ||
        ! timeout 120 "$folder/bin/pip" -q --disable-pip-version-check install --only-binary :all: "numpy==$1.*"; then
        rm -rf "$folder"
        echo "fuzz: NumPy $1 is left out: it could not be installed"
    fi
}

add 1.24 8 11 &
add 2.2 10 13 &
add 2.5 12 14 &
wait
