#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What commands answer with --json, held against schema/answers-1.schema.json: every answer fits its definition, has no key that it does
not know, and does not fit any more with a required key taken out."""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

from report_runs import ROOT, two_sides

SCHEMA = ROOT / "schema/answers-1.schema.json"
ENVIRONMENT = ROOT / "build/validators/bin/python"


def lines(a, b):
    """Commands by the name of their definition."""
    return [("error", ["show", "/no/such/run.json"]), ("show", ["show", f"{a}/seed_1"]), ("ls", ["ls", f"{a}/.."]),
            ("ls", ["ls", f"{a}/..", "--where", "seed<3"]), ("verify", ["verify", f"{a}/seed_1"]),
            ("gate", ["verify", f"{a}", "--gate"]), ("gate", ["verify", f"{a}", "--gate", "publication"]),
            ("diff", ["diff", f"{a}/seed_1", f"{b}/seed_100"]), ("compare", ["compare", f"{a}", f"{b}", "--margin", "0.9"]),
            ("compare", ["compare", f"{a}", f"{a}", "--level", "bit-exact"]), ("compare", ["compare", "7.72,0.66,5", "7.53,0.65,5"]),
            ("report", ["report", f"{a}", "-o", f"{a}/../report.html"]), ("recover", ["recover", f"{a}/seed_1"]),
            ("level", ["explain", "bit-exact"]), ("code", ["explain", "E_NO_SPACE"]), ("variable", ["explain", "OMP_NUM_THREADS"]),
            ("setting", ["explain", "cublasSetMathMode"]), ("knobs", ["explain", "knobs"]),
            ("levels", ["explain", "levels"]), ("topics", ["explain"]), ("env", ["env", "--level", "bit-exact"]),
            ("selftest", ["selftest"]), ("doctor", ["doctor"]), ("completion", ["completion", "fish"])]


def answer(program, line, folder):
    environment = dict(os.environ, REPRO_EXPERIMENTS=str(folder / "experiments"))
    result = subprocess.run([program, *line, "--json"], capture_output=True, check=False, cwd=folder, env=environment, timeout=120)
    return json.loads(result.stdout)


def unknown_keys(definition, value, place):
    """Returns the keys of objects that the schema names no property for, as far as it names any."""
    found = []
    for each in definition.get("anyOf", []):
        if isinstance(value, dict) and "properties" in each:
            definition = each
    if isinstance(value, dict) and "properties" in definition:
        for key, inner in value.items():
            if key in definition["properties"]:
                found += unknown_keys(definition["properties"][key], inner, f"{place}/{key}")
            else:
                found.append(f"{place}/{key}")
    if isinstance(value, list) and isinstance(definition.get("items"), dict):
        for inner in value:
            found += unknown_keys(definition["items"], inner, place)
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    program = str(pathlib.Path(parser.parse_args().program).resolve())
    try:
        import jsonschema
    except ImportError:
        if ENVIRONMENT.exists() and pathlib.Path(sys.prefix) != ENVIRONMENT.parent.parent:
            os.execv(ENVIRONMENT, [str(ENVIRONMENT), *sys.argv])
        print("skipped explicitly with message:\n  no-validator: jsonschema is not installed; tests/validators/environment.sh does it")
        return 77
    schema = json.loads(SCHEMA.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    problems, count = [], 0
    with tempfile.TemporaryDirectory(prefix="repro-answers-") as folder:
        folder = pathlib.Path(folder)
        a, b = two_sides(folder / "runs", [7.1, 8.4, 7.9, 7.2, 8.0], [7.3, 8.2, 7.8, 7.4, 8.1])
        for name, line in lines(a, b):
            document = answer(program, line, folder)
            validator = jsonschema.Draft202012Validator({**schema, "$ref": "#/$defs/" + name})
            problems += ["%s: %s: %s" % (" ".join(line), list(each.absolute_path), each.message[:200])
                         for each in validator.iter_errors(document)]
            problems += ["%s: the schema does not know %s" % (" ".join(line), each)
                         for each in unknown_keys(schema["$defs"][name], document, "")]
            for key in schema["$defs"][name]["required"]:
                count += 1
                if validator.is_valid({k: v for k, v in document.items() if k != key}):
                    problems.append("%s: fits without %s" % (" ".join(line), key))
    print("\n".join(problems[:50]))
    print("%d answers, %d keys taken out, %d problems" % (len(lines("", "")), count, len(problems)))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
