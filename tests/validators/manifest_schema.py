#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Holds manifests against the schema with a validator that is none of ours (jsonschema).

Positive: the recorded samples, what `--program` leaves where REPRO_EXPERIMENTS points, and what unit tests read
(`--tests`, which copy it to REPRO_KEEP_MANIFESTS). Negative: each mutation of a sample is refused at its place.
Every key that is written has a description in the schema.
"""
import argparse
import copy
import json
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
ENVIRONMENT = ROOT / "build/validators/bin/python"
SAMPLE = ROOT / "tests/vectors/manifest/completed.json"
SERIES = "/metrics/loss"

REMOVED = ["/id", "/git_sha", "/seed", "/config", "/versions", "/hardware", "/started_at", "/finished_at", "/wall_seconds", "/artifacts",
           "/schema", "/stream_contract", "/run_id", "/status", "/level", "/seed_text", "/seed_source", "/executable", "/git", "/build",
           "/lockfiles", "/inputs", "/digests", "/streams", "/metrics", "/libraries", "/missing", "/warnings",
           "/executable/sha256", "/git/state", "/inputs/0/role", "/lockfiles/0/absolute", "/streams/0/rule", "/missing/0/reason",
           "/libraries/0/build_id", SERIES + "/step"]

REPLACED = [("/id", ""), ("/id", "../x"), ("/id", 7), ("/git_sha", "a1b2c3d4..."), ("/git_dirty", "no"), ("/git_dirty", 0), ("/seed", -1),
            ("/seed", 0.5), ("/seed", "42"), ("/seed", 2**64), ("/seed", None), ("/versions", {"a": 1}), ("/versions", []),
            ("/hardware", "a cpu"), ("/hardware/ram_gb", -1), ("/hardware/gpus", [1]), ("/started_at", "yesterday"),
            ("/started_at", "2026-05-22T19:14:02"), ("/started_at", "2026-05-22 19:14:02Z"), ("/started_at", None), ("/finished_at", None),
            ("/finished_at", 0), ("/wall_seconds", "6"), ("/wall_seconds", None), ("/artifacts", {}), ("/artifacts/0", 1),
            ("/schema", "urn:repro:manifest:2.0"), ("/schema", "urn:repro:manifest:1"), ("/schema", 1), ("/stream_contract", 0),
            ("/run_id", "42"), ("/run_id", "01A204F8-37A3-79A3-BAB3-366969A402C4"), ("/status", "done"), ("/status", None), ("/error", "x"),
            ("/level", "exact"), ("/seed_text", "007"), ("/seed_text", 42), ("/seed_text", "-1"), ("/seed_source", "luck"), ("/unmet", [{}]),
            ("/executable", []), ("/executable/sha256", "e3b0"), ("/executable/size", -1), ("/git", "clean"), ("/build/builds", {}),
            ("/lockfiles/0/sha256", "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855"), ("/lockfiles/0/tracked", "yes"),
            ("/inputs", ["digits.csv"]), ("/inputs/0/sha256_at_end", ""), ("/inputs/0/path", ""), ("/inputs/0/path_b64", "?"),
            ("/digests", []), ("/streams/0/rule", "guessed"), ("/streams/0/draws", -1), ("/streams/0/state_at_end", "00"),
            (SERIES, []), (SERIES + "/value", ["Inf"]), (SERIES + "/value", [None]), (SERIES + "/value", ["nan"]), (SERIES + "/step", [0.5]),
            ("/libraries/0/build_id", "xyz"), ("/libraries/0/since", "never"), ("/warnings", [{"code": "E_X", "text": ""}]),
            ("/missing", [{"field": "a", "reason": "b", "why": "c"}]), ("/redactions", [{"where": "a", "kind": "b", "count": 0}]),
            ("/environment", {"TZ": "UTC"}), ("/floating_point", {})]

LINK = {"run_id": "01a204f8-37a3-79a3-bab3-366969a402c4", "step": 12, "checkpoint_sha256": "0123456789abcdef" * 4}
PARENT = dict(LINK, id="2026-05-22-a", taken_at="2026-05-22T19:14:02.310Z", checkpoint="a.checkpoint", place={"rank": 1, "world": 4},
              place_now={"rank": 0, "world": 3}, trace_entries=0, earlier=[LINK, dict(LINK, run_id=None)])

REPLACED += [("/parent", value) for value in ("a", {}, dict(PARENT, step=0.5), dict(PARENT, checkpoint_sha256=None), dict(PARENT, checkpoint=""),
                                              dict(PARENT, place={"rank": 0, "world": 0}), dict(PARENT, earlier=[{"step": 1}]))]

TAKEN = [("/parent", PARENT), ("/git_sha", None), ("/git_dirty", None), ("/level", None), ("/run_id", None), ("/executable", None), ("/git", None),
         ("/seed", 2**64 - 1), (SERIES + "/value", ["NaN", "Infinity", "-Infinity", -0.0, 5e-324]), ("/schema", "urn:repro:manifest:1.7"),
         ("/something_new", {"deep": [1, 2]}), ("/config", "anything"), ("/git/another", True),
         ("/inputs/0/path_b64", "Zm9v/w=="), ("/started_at", "2026-05-22T19:14:02.310+02:00")]


def parent_of(document, pointer):
    *way, last = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
    for part in way:
        document = document[int(part) if isinstance(document, list) else part]
    return document, int(last) if isinstance(document, list) else last


def changed(document, pointer, *value):
    document = copy.deepcopy(document)
    parent, last = parent_of(document, pointer)
    if value:
        parent[last] = value[0]
    else:
        del parent[last]
    return document


def problems_of(validator, document):
    return ["/" + "/".join(map(str, each.absolute_path)) + ": " + each.message[:200] for each in validator.iter_errors(document)]


def manifests_of(command, variable, folder):
    """What a command leaves in a folder that it learns of by an environment variable."""
    folder.mkdir()
    done = subprocess.run(command, cwd=ROOT, env=dict(os.environ, **{variable: str(folder)}), stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE)
    found = sorted(folder.rglob("*.json"))
    if not found:
        sys.exit("%s left no manifest: %s" % (command, done.stderr))
    return found


def gathered(a, folder):
    texts = {name: (SAMPLE.parent / name).read_text() for name in ("completed.json", "digits.json")}
    for number, program in enumerate(a.program):
        for ending in program.split("=")[1].split(","):
            for path in manifests_of([program.split("=")[0], ending], "REPRO_EXPERIMENTS", folder / ("%d.%s" % (number, ending))):
                texts["%s: %s" % (ending, path.name)] = path.read_text()
    for number, tests in enumerate(a.tests):
        for path in manifests_of([tests], "REPRO_KEEP_MANIFESTS", folder / str(number)):
            texts["%s: %s" % (pathlib.Path(tests).name, path.name)] = path.read_text()
    return texts


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schema", type=pathlib.Path, default=ROOT / "schema/manifest-1.schema.json")
    parser.add_argument("--program", action="append", default=[], help="PROGRAM=ARGUMENT,...: it is run with each")
    parser.add_argument("--tests", action="append", default=[], help="a program of unit tests")
    a = parser.parse_args()
    try:
        import jsonschema
    except ImportError:
        if ENVIRONMENT.exists() and pathlib.Path(sys.prefix) != ENVIRONMENT.parent.parent:
            os.execv(ENVIRONMENT, [str(ENVIRONMENT), *sys.argv])
        print("skipped explicitly with message:\n  no-validator: jsonschema is not installed; tests/validators/environment.sh does it")
        return 77
    schema = json.loads(a.schema.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    failures = []
    with tempfile.TemporaryDirectory(prefix="repro-schema-") as folder:
        texts = gathered(a, pathlib.Path(folder))
    for name, text in texts.items():
        document = json.loads(text)
        failures += ["%s %s" % (name, each) for each in problems_of(validator, document)]
        failures += ["%s: the schema does not know the key %s" % (name, key) for key in document.keys() - schema["properties"].keys()]
    sample = json.loads(SAMPLE.read_text())
    for pointer in REMOVED:
        if not problems_of(validator, changed(sample, pointer)):
            failures.append("taken without " + pointer)
    for pointer, value in REPLACED:
        if not problems_of(validator, changed(sample, pointer, value)):
            failures.append("taken with %s at %s" % (json.dumps(value), pointer))
    for pointer, value in TAKEN:
        failures += ["refused with %s at %s" % (value, each) for each in problems_of(validator, changed(sample, pointer, value))]
    print("\n".join(failures[:50]))
    print("%d manifests hold, %d mutations are refused, %d are taken; %d failures"
          % (len(texts), len(REMOVED) + len(REPLACED), len(TAKEN), len(failures)))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
