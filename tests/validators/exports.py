#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What repro export writes, read by the programs that it is for: the RO-Crate validator, CycloneDX's strict validator, DVC, and a real
MLflow server on the loopback. The first two are part of the tests, from the environment that environment.sh makes. The others are run by
hand: each gets an environment of its own under build/exports, which takes minutes and over a gigabyte; docs/exports.md has the last result.

    python3 tests/validators/exports.py build/release/bin/repro [ro-crate] [cyclonedx] [dvc] [mlflow]
"""

import argparse
import base64
import contextlib
import hashlib
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

from report_runs import PAYLOADS, ROOT, manifest, publish

PACKAGES = {"ro-crate": ["roc-validator==0.13.*"], "cyclonedx": ["cyclonedx-python-lib[json-validation]==11.*"],
            "dvc": ["dvc==3.*"], "mlflow": ["mlflow==3.*"]}
MODULES = {"ro-crate": "rocrate_validator", "cyclonedx": "cyclonedx"}  # of what environment.sh installs
QUIET = {"DO_NOT_TRACK": "1", "DVC_NO_ANALYTICS": "1", "MLFLOW_DISABLE_TELEMETRY": "true"}

# In place of the contexts that RO-Crate names, which would be fetched: all terms are schema.org's but for these (RO-Crate's context
# 1.1.3, and that of the Workflow Run profiles).
CONTEXT = {"@context": {"@vocab": "http://schema.org/", "File": "http://schema.org/MediaObject",
                        "conformsTo": "http://purl.org/dc/terms/conformsTo",
                        "sha256": "https://w3id.org/ro/terms/workflow-run#sha256",
                        "environment": "https://w3id.org/ro/terms/workflow-run#environment"}}
CRATE_CHECKER = """
import json, sys
from rocrate_validator.utils import document_loader
document_loader._fetch_json_ld = lambda url: json.loads(sys.argv[2])
from rocrate_validator import services
found = services.validate(services.ValidationSettings(
    rocrate_uri=sys.argv[1], profile_identifier="process-run-crate", requirement_severity=sys.argv[3],
    skip_checks=["ro-crate-1.1_3.1", "ro-crate-1.1_3.2"]))
print(json.dumps({"issues": [f"{each.check.identifier}: {each.message}" for each in found.get_issues()], "checks": len(found.executed_checks)}))
"""
BOM_CHECKER = """
import json, sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL
text = open(sys.argv[1]).read()
found = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
if found:
    sys.exit(str(found))
for each in json.loads(text)["components"]:
    if "purl" in each:
        url = PackageURL.from_string(each["purl"])
        name = "/".join(filter(None, [url.namespace, url.name]))
        if name.lower() != each["name"].lower() or url.version != each["version"]:
            sys.exit(f"{each['purl']} is read as {url}")
"""


class Failure(Exception):
    pass


def expect(what, found, wanted):
    if found != wanted:
        raise Failure(f"{what}: {found!r} where {wanted!r} is expected")


def installed(name):
    """Returns where the programs of environment.sh are, or nothing."""
    tools = ROOT / "build/validators/bin"
    if name not in MODULES or not (tools / "python").exists():
        return None
    found = subprocess.run([tools / "python", "-c", f"import {MODULES[name]}"], capture_output=True, check=False).returncode == 0
    return tools if found else None


def environment(name):
    if tools := installed(name):
        return tools
    folder = ROOT / "build/exports" / name
    if not (folder / "ready").exists():
        start = time.monotonic()
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([folder / "bin/pip", "-q", "--disable-pip-version-check", "install", *PACKAGES[name]], check=True)
        (folder / "ready").touch()
        print(f"{name}: installed in {time.monotonic() - start:.0f} s")
    return folder / "bin"


def output(*command, **options):
    result = subprocess.run([str(each) for each in command], capture_output=True, text=True, check=False, timeout=300,
                            env=dict(os.environ, **QUIET), **options)
    if result.returncode != 0:
        raise Failure(f"{command[0]} ended with {result.returncode}: {result.stdout[-2000:]}{result.stderr[-2000:]}")
    return result.stdout


def lockfile(names):
    """Returns the text of a package-lock.json with these packages, each of which has a digest."""
    packages = {f"node_modules/{name}": {"version": "1.0.0", "resolved": "https://packages.example/a.tgz",
                                         "integrity": "sha512-" + base64.b64encode(hashlib.sha512(name.encode()).digest()).decode()}
                for name in names}
    return json.dumps({"name": "run", "lockfileVersion": 3, "packages": {"": {"name": "run"}, **packages}})


def publish_locked(folder, document, text):
    """Publishes a run with a lockfile in its folder."""
    document["lockfiles"] = [{"path": "package-lock.json", "absolute": str(folder / "package-lock.json"), "size": len(text.encode()),
                              "sha256": hashlib.sha256(text.encode()).hexdigest(), "tracked": False, "kind": "package-lock.json"}]
    run = publish(folder, document)
    (folder / "package-lock.json").write_text(text)
    return run


def runs(folder):
    """Two runs with a lockfile each: an ordinary one with an artifact, and one whose names and texts are what attacks are made of."""
    metrics = {"loss": {"step": [0, 1, 2], "value": [0.5, 0.25, 0.125]}, "val/accuracy": {"step": [2], "value": [0.75]},
               "odd": {"step": [0], "value": ["NaN"]}}
    digest = {"loss.npy": {"sha256": hashlib.sha256(b"loss").hexdigest(), "size": 4, "outside": False}}
    plain = publish_locked(folder / "plain", manifest(42, metrics, artifacts=["loss.npy"], digests=digest,
                                                      config={"lr": 0.1, "net": {"width": [64, 32]}}), lockfile(["left", "@scope/right"]))
    (plain / "loss.npy").write_bytes(b"loss")
    hostile_metrics = {f"{text} {i}": {"step": [0], "value": [1.5]} for i, text in enumerate(PAYLOADS[:20])}
    hostile = publish_locked(folder / "hostile", manifest(7, hostile_metrics, config={text: text for text in PAYLOADS}),
                             lockfile(sorted({text for text in PAYLOADS if text})))
    return plain, hostile


def check_crate(program, tools, run, _):
    output(program, "export", "ro-crate", run, "-o", run / "ro-crate-metadata.json")
    required = json.loads(output(tools / "python", "-c", CRATE_CHECKER, run, json.dumps(CONTEXT), "REQUIRED").splitlines()[-1])
    expect(f"issues of {run.name}", required["issues"], [])
    recommended = json.loads(output(tools / "python", "-c", CRATE_CHECKER, run, json.dumps(CONTEXT), "RECOMMENDED").splitlines()[-1])
    return f"{required['checks']} checks of REQUIRED hold; of RECOMMENDED {len(recommended['issues'])} issues: " + "; ".join(
        sorted(set(recommended["issues"])))


def check_cyclonedx(program, tools, run, _):
    file = run / "bom.json"
    output(program, "export", "cyclonedx", run, "-o", file, cwd=run)
    output(tools / "python", "-c", BOM_CHECKER, file)
    document = json.loads((run / "manifest.json").read_text())
    held = [each for each in json.loads(file.read_text())["components"]
            if {"name": "repro:lockfile", "value": "package-lock.json"} in each.get("properties", [])]
    locked = json.loads((run / document["lockfiles"][0]["path"]).read_text())["packages"]
    expect("packages", len(held), len(locked) - 1)
    expect("digests", [each["hashes"][0]["alg"] for each in held], ["SHA-512"] * len(held))
    return f"valid 1.6, with {len(held)} packages, each with a digest and a URL that packageurl reads"


def check_dvc(program, tools, run, folder):
    place = folder / f"dvc-{run.name}"
    output(program, "export", "dvc", run, "-o", place)
    git = ["git", "-c", "user.name=n", "-c", "user.email=e"]
    output("git", "init", "-q", place)
    output(tools / "dvc", "init", "-q", cwd=place)
    output(*git, "add", "-A", cwd=place)
    output(*git, "commit", "-q", "-m", "run", cwd=place)
    document = json.loads((run / "manifest.json").read_text())
    shown = json.loads(output(tools / "dvc", "metrics", "show", "--json", "metrics.json", cwd=place))
    expect("metrics", shown[""]["data"]["metrics.json"]["data"],
           {name: each["value"][-1] for name, each in document["metrics"].items()})
    (place / "params.yaml").write_text((place / "params.yaml").read_text().replace(f'"seed": {document["seed"]}', '"seed": 1000'))
    changed = json.loads(output(tools / "dvc", "params", "diff", "--json", "--all", "--targets", "params.yaml", "--", "HEAD", cwd=place))
    expect("params", changed["params.yaml"]["seed"], {"old": document["seed"], "new": 1000, "diff": 1000 - document["seed"]})
    return f"metrics show: {len(document['metrics'])} metrics with their values; params diff: the seed"


def get(url, data=None):
    request = urllib.request.Request(url, None if data is None else json.dumps(data).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.loads(answer.read())


@contextlib.contextmanager
def mlflow_server(tools, folder):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with open(folder / "mlflow.log", "w", encoding="utf-8") as log:
        server = subprocess.Popen([tools / "mlflow", "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1",
                                   "--backend-store-uri", f"sqlite:///{folder}/mlflow.db"], stdout=log, stderr=log, cwd=folder,
                                  env=dict(os.environ, PATH=f"{tools}:{os.environ['PATH']}", **QUIET), start_new_session=True)
        try:
            for _ in range(240):
                with contextlib.suppress(OSError):
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=1)
                    break
                time.sleep(0.5)
            yield f"http://127.0.0.1:{port}"
        finally:
            os.killpg(server.pid, 15)
            server.wait(30)


def check_mlflow(program, tools, run, folder):
    document = json.loads((run / "manifest.json").read_text())
    with mlflow_server(tools, folder) as url:
        answer = json.loads(output(program, "export", "mlflow", run, "--url", url, "--json"))
        api = url + "/api/2.0/mlflow"
        found = get(f"{api}/runs/get?run_id={answer['mlflow_run_id']}")["run"]
        expect("status", found["info"]["status"], "FINISHED")
        expect("metrics", len(found["data"]["metrics"]), len(document["metrics"]))
        expect("params", len(found["data"]["params"]), 1 + sum(1 for _ in leaves(document["config"])))
        tags = {each["key"]: each["value"] for each in found["data"]["tags"]}
        expect("commit", tags["mlflow.source.git.commit"], document["git_sha"])
        if "loss" in document["metrics"]:
            history = get(f"{api}/metrics/get-history?run_id={answer['mlflow_run_id']}&metric_key=loss")["metrics"]
            expect("loss", sorted((each["step"], each["value"]) for each in history), [(0, 0.5), (1, 0.25), (2, 0.125)])
    return f"{len(found['data']['metrics'])} metrics, {len(found['data']['params'])} parameters, {len(tags)} tags came back"


def leaves(value):
    if isinstance(value, dict) and value:
        for each in value.values():
            yield from leaves(each)
    else:
        yield value


CHECKS = {"ro-crate": check_crate, "cyclonedx": check_cyclonedx, "dvc": check_dvc, "mlflow": check_mlflow}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--installed", action="store_true", help="install nothing; skip where environment.sh has not done it")
    parser.add_argument("program")
    parser.add_argument("names", nargs="*", choices=[[], *CHECKS], default=[])
    arguments = parser.parse_args()
    program = pathlib.Path(arguments.program).resolve()
    if arguments.installed and not all(installed(name) for name in arguments.names):
        print("skipped explicitly with message:\n  no-export-readers: they are not installed; tests/validators/environment.sh does it")
        return 77
    failed = 0
    for name in arguments.names or CHECKS:
        tools = environment(name)
        with tempfile.TemporaryDirectory() as place:
            for run in runs(pathlib.Path(place)):
                try:
                    print(f"{name}, {run.name}: {CHECKS[name](program, tools, run, pathlib.Path(place))}", flush=True)
                except (Failure, urllib.error.URLError) as problem:
                    failed += 1
                    print(f"{name}, {run.name}: FAILED: {problem}", flush=True)
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
