#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What commands answer with --json, held against schema/answers-1.schema.json: every answer fits its definition, has no key that it does
not know, and does not fit any more with a required key taken out."""

import argparse
import http.server
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading

from report_runs import ROOT, SAMPLE, publish, two_sides

SCHEMA = ROOT / "schema/answers-1.schema.json"
ENVIRONMENT = ROOT / "build/validators/bin/python"


class Tracker(http.server.BaseHTTPRequestHandler):
    """A server that takes what MLflow takes."""

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        text = json.dumps({"experiment_id": "1", "run": {"info": {"run_id": "0123"}}}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


def sweeps(folder, methods):
    """Writes results of five seeds of each method on six data sets."""
    for data in range(6):
        for place, method in enumerate(methods):
            for seed in range(1, 6):
                runs = folder / f"set_{data}" / method / f"seed_{seed}"
                runs.mkdir(parents=True)
                (runs / "results.json").write_text(json.dumps(
                    {"schema": "urn:repro:results:1.0", "dataset": f"set_{data}", "method": method, "seed": seed,
                     "metrics": {"rmse": data + place + seed * 0.01}}))
    return folder


def repository(folder):
    """Makes a repository of one commit; returns it, and the variables under which git makes commits."""
    folder.mkdir()
    (folder / "a").write_text("one\n")
    person = {f"GIT_{who}_{what}": "someone@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    for words in (["init", "-q"], ["add", "a"], ["commit", "-q", "-m", "one"]):
        subprocess.run(["git", *words], cwd=folder, env=dict(os.environ, **person), check=True)
    return folder


def of_manifests(folder, a, b):
    """Commands that read what stands there, each with the name of its definition."""
    lock = folder / "requirements.txt"
    lock.write_text("numpy==2.2.0\n")
    three, two = sweeps(folder / "three", ["gru", "lstm", "mlp"]), sweeps(folder / "two", ["gru", "lstm"])
    locked = publish(folder / "locked", dict(SAMPLE, inputs=[], artifacts=[], digests={}, lockfiles=[
        {"path": each, "absolute": str(folder / each), "sha256": "0" * 64, "size": 1, "tracked": False, "kind": "requirements.txt"}
        for each in ("requirements.txt", "none.txt")]))
    baseline = folder / "baseline.json"
    return [("error", ["show", "/no/such/run.json"]), ("error", ["verify"]), ("error", ["verfy", "x"]),
            ("show", ["show", f"{a}/seed_1"]), ("ls", ["ls", f"{a}/.."]),
            ("ls", ["ls", f"{a}/..", "--where", "seed<3"]), ("verify", ["verify", f"{a}/seed_1"]),
            ("verify", ["verify", str(locked), "--allow-outside"]), ("verify", ["verify", str(locked), "--lock", "--allow-outside"]),
            ("gate", ["verify", f"{a}", "--gate"]), ("gate", ["verify", f"{a}", "--gate", "publication"]),
            ("diff", ["diff", f"{a}/seed_1", f"{b}/seed_100"]), ("compare", ["compare", f"{a}", f"{b}", "--margin", "0.9"]),
            ("compare", ["compare", f"{a}", f"{a}", "--level", "bit-exact"]), ("compare", ["compare", "7.72,0.66,5", "7.53,0.65,5"]),
            ("report", ["report", f"{a}", "-o", f"{a}/../report.html"]), ("recover", ["recover", f"{a}/seed_1"]),
            ("level", ["explain", "bit-exact"]), ("code", ["explain", "E_NO_SPACE"]), ("variable", ["explain", "OMP_NUM_THREADS"]),
            ("setting", ["explain", "cublasSetMathMode"]), ("knobs", ["explain", "knobs"]),
            ("levels", ["explain", "levels"]), ("topics", ["explain"]), ("lockfile", ["explain", str(lock)]),
            ("explanation", ["explain", f"{a}/seed_1", f"{b}/seed_100"]), ("env", ["env", "--level", "bit-exact"]),
            ("selftest", ["selftest"]), ("doctor", ["doctor"]), ("completion", ["completion", "fish"]),
            ("rank", ["rank", str(three)]), ("rank", ["rank", str(two)]), ("rank", ["rank", str(three), "--blocks", "seeds"]),
            ("baseline_set", ["baseline", "set", str(baseline), str(a), "--margin", "rmse=0.5"]),
            ("baseline_check", ["baseline", "check", str(baseline), str(b)])]


def of_programs(folder, subject, url):
    """Commands that start a program, and those that look at what it left."""
    source, runs = repository(folder / "source"), folder / "experiments"
    seeds = ["seeds", "--seeds", "1,2", "--dataset", "digits", "--method", "plain", "--root", str(folder / "sweep"), "--", subject]
    for name, factor in (("first", "3"), ("other", "noise"), ("begun", "resume"), ("gone-on", "resume")):
        environment = dict(os.environ, REPRO_RUN_DIR=str(runs / name), REPRO_QUIET="1")
        subprocess.run([subject, factor], cwd=source, env=environment, check=True)
    first, other, sign = str(runs / "first"), str(runs / "other"), str(folder / "signature.json")
    return [("seeds", seeds), ("seeds", seeds), ("audit", ["audit", "--", "mktemp", "-u"]),
            ("shake", ["shake", "--only", "locale", "--runs", "2", "--", subject]),
            ("shake", ["shake", "--only", "locale", "--runs", "2", "--", "mktemp", "-u"]),
            ("rerun", ["rerun", first]), ("rerun", ["rerun", first, "--yes"]), ("trace", ["diff", "--trace", first, other]),
            ("trace", ["diff", "--trace", first, first]), ("explanation", ["explain", first, other]),
            ("checkpoint", ["explain", str(folder / "subject.checkpoint")]), ("sign", ["sign", first, "--envelope", sign, "--", "cat"]), ("mlflow", ["export", "mlflow", first, "--url", url])]


def answer(program, line, folder):
    environment = dict(os.environ, REPRO_EXPERIMENTS=str(folder / "experiments"), REPRO_QUIET="1")
    result = subprocess.run([program, *with_json(line)], capture_output=True, check=False, cwd=folder, env=environment, timeout=120)
    return json.loads(result.stdout)


def with_json(line):
    """The option stands before what belongs to a program."""
    return [line[0], "--json", *line[1:]]


def unknown_keys(schema, definition, value, place):
    """Returns the keys of objects that the schema names no property for, as far as it names any."""
    found = []
    if "$ref" in definition:
        definition = schema["$defs"][definition["$ref"].rsplit("/", 1)[1]]
    for each in definition.get("anyOf", []):
        if isinstance(value, dict) and ("properties" in each or "$ref" in each):
            return unknown_keys(schema, each, value, place)
    if isinstance(value, dict) and "properties" in definition:
        for key, inner in value.items():
            if key in definition["properties"]:
                found += unknown_keys(schema, definition["properties"][key], inner, f"{place}/{key}")
            else:
                found.append(f"{place}/{key}")
    if isinstance(value, list) and isinstance(definition.get("items"), dict):
        for inner in value:
            found += unknown_keys(schema, definition["items"], inner, place)
    return found


def problems_of(schema, name, line, document, validator):
    """Returns what is wrong with one answer, and the number of keys that were taken out of it."""
    words = " ".join(line)
    problems = ["%s: %s: %s" % (words, list(each.absolute_path), each.message[:200]) for each in validator.iter_errors(document)]
    problems += ["%s: the schema does not know %s" % (words, each) for each in unknown_keys(schema, schema["$defs"][name], document, "")]
    required = schema["$defs"][name]["required"]
    problems += ["%s: fits without %s" % (words, key) for key in required
                 if validator.is_valid({k: v for k, v in document.items() if k != key})]
    return problems, len(required)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("subject", help="a program that records runs: tests/tool/rerun_subject.cpp")
    arguments = parser.parse_args()
    program, subject = (str(pathlib.Path(each).resolve()) for each in (arguments.program, arguments.subject))
    try:
        import jsonschema
    except ImportError:
        if ENVIRONMENT.exists() and pathlib.Path(sys.prefix) != ENVIRONMENT.parent.parent:
            os.execv(ENVIRONMENT, [str(ENVIRONMENT), *sys.argv])
        print("skipped explicitly with message:\n  no-validator: jsonschema is not installed; tests/validators/environment.sh does it")
        return 77
    schema = json.loads(SCHEMA.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    problems, count, answered = [], 0, set()
    server = http.server.HTTPServer(("127.0.0.1", 0), Tracker)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory(prefix="repro-answers-") as folder:
        folder = pathlib.Path(folder)
        a, b = two_sides(folder / "runs", [7.1, 8.4, 7.9, 7.2, 8.0], [7.3, 8.2, 7.8, 7.4, 8.1])
        lines = of_manifests(folder, a, b) + of_programs(folder, subject, "http://127.0.0.1:%d" % server.server_port)
        for name, line in lines:
            validator = jsonschema.Draft202012Validator({**schema, "$ref": "#/$defs/" + name})
            found, taken = problems_of(schema, name, line, answer(program, line, folder), validator)
            problems += found
            count += taken
            answered.add(name)
    server.shutdown()
    parts = {"side", "run", "judgement", "ungraded_lockfile"}
    problems += ["no command answered as %s" % name for name in sorted(set(schema["$defs"]) - answered - parts)]
    print("\n".join(problems[:50]))
    print("%d answers, %d keys taken out, %d problems" % (len(lines), count, len(problems)))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
