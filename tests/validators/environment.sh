#!/bin/sh
# SPDX-License-Identifier: MIT
# Makes an environment under build/validators with the validators that judge what the library and the tool write. What
# cannot be had is said and left out.
set -eu
cd "$(dirname "$0")/../.."
folder=build/validators
if "$folder/bin/python" -c 'import jsonschema' 2>/dev/null; then exit; fi
mkdir -p build
if ! timeout 60 python3 -m venv "$folder" ||
    ! timeout 120 "$folder/bin/pip" -q --disable-pip-version-check install --only-binary :all: 'jsonschema==4.*'; then
    rm -rf "$folder"
    echo "validators: jsonschema is left out: it could not be installed"
fi
