#!/bin/sh
# SPDX-License-Identifier: MIT
# Makes an environment under build/validators with the validators that judge what the library and the tool write. What
# cannot be had is said and left out.
set -eu
cd "$(dirname "$0")/../.."
folder=build/validators
has() { "$folder/bin/python" -c "import $1" 2>/dev/null; }
get() { timeout 120 "$folder/bin/pip" -q --disable-pip-version-check install --only-binary :all: "$@"; }
mkdir -p build
if ! has jsonschema && ! { timeout 60 python3 -m venv "$folder" && get 'jsonschema==4.*'; }; then
    rm -rf "$folder"
    echo "validators: jsonschema is left out: it could not be installed"
    exit
fi
if ! has rocrate_validator,cyclonedx && ! get 'roc-validator==0.13.*' 'cyclonedx-python-lib[json-validation]==11.*'; then
    echo "validators: the readers of RO-Crate and CycloneDX are left out: they could not be installed"
fi
