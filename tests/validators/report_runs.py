# SPDX-License-Identifier: MIT
"""Runs to make reports of, and the texts that a report has to bear."""

import copy
import json
import math
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
SAMPLE = json.loads((ROOT / "tests/vectors/manifest/completed.json").read_text())
PAYLOADS = [json.loads(line) for line in (ROOT / "tests/vectors/report/payloads.txt").read_text().splitlines()
            if not line.startswith("#")]


def manifest(seed, metrics, **more):
    document = copy.deepcopy(SAMPLE)
    document.update(seed=seed, seed_text=str(seed), level="distribution-stable", metrics=metrics, artifacts=[], inputs=[],
                    lockfiles=[], digests={}, unmet=[{"name": "OMP_NUM_THREADS", "what": "is not set", "fix": "set it"}],
                    redactions=[{"where": "command", "kind": "github", "count": 1}],
                    environment={"LANG": {"at_exec": "C", "now": "C", "changed": False}})
    document.update(more)
    return document


def publish(folder, document):
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps(document))
    return folder


def falling(final, count=40):
    return {"step": list(range(count)), "value": [final + 8 * math.exp(-i / 7) for i in range(count - 1)] + [final]}


def two_sides(folder, values_a, values_b):
    """Writes a run a value, the seeds of the sides apart; returns the two folders."""
    for name, first, values in (("a", 1, values_a), ("b", 100, values_b)):
        for i, value in enumerate(values):
            publish(folder / name / f"seed_{first + i}", manifest(first + i, {"rmse": falling(value)}))
    return folder / "a", folder / "b"


def with_text(seed, words):
    """Returns a manifest whose every text that readers do not check holds `words`."""
    document = manifest(seed, {"rmse " + words: falling(7.0 + seed % 5)})

    def fill(value):
        if isinstance(value, dict):
            return {key: fill(each) for key, each in value.items()}
        if isinstance(value, list):
            return [fill(each) for each in value]
        return words if isinstance(value, str) else value

    for key in ("name", "config", "versions", "hardware", "git", "git_sha", "build", "streams", "libraries", "missing",
                "warnings", "unmet", "redactions", "environment", "seed_source", "run_id", "id"):
        document[key] = fill(document[key])
    document["environment"] = {words: {"at_exec": words, "now": words, "changed": False}}
    document["versions"][words] = words
    document["config"] = {words: [words, {words: words}]}
    document["warnings"] = [{"code": words, "text": words}]
    document["streams"][1]["name"] = words + "2"
    document["streams"][0]["seed"] = document["streams"][0]["state_at_end"] = words + str(seed)
    return document


def report(program, *arguments):
    return subprocess.run([program, "report", *map(str, arguments)], capture_output=True, check=False, timeout=120)
