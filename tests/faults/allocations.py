#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Commands of the tool in which one allocation fails: whichever it is, the program ends with a status of its own, says so where the
answer is not there, and leaves the run as it was."""

import argparse
import concurrent.futures
import hashlib
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
OWN = {0, 1, 2, 3, 4, 5}  # docs/tool.md


def publish(folder):
    """The sample run, and another one beside it; returns their folders."""
    text = (ROOT / "tests/vectors/manifest/completed.json").read_text()
    places = []
    for seed in ("18446744073709551615", "7"):
        place = folder / f"runs/seed_{seed}"
        place.mkdir(parents=True)
        (place / "manifest.json").write_text(text.replace("18446744073709551615", seed))
        places.append(place)
    return places


def digest(folder):
    """What lies below a folder, in one digest."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        total.update(f"{path}\n".encode() + (path.read_bytes() if path.is_file() else b""))
    return total.hexdigest()


def run(arguments, folder, line, failing):
    environment = {"PATH": os.environ["PATH"], "LD_PRELOAD": arguments.preload, "REPRO_FAIL_ALLOCATION": str(failing), "HOME": str(folder)}
    return subprocess.run([arguments.program, *line], env=environment, cwd=folder, capture_output=True, text=True, errors="replace",
                          check=False, timeout=60)


def failures(arguments, folder, line):
    """Returns what is wrong, and what was tried in words."""
    usual = run(arguments, folder, line, "count")
    count = int(usual.stderr.split()[-1])
    chosen = range(1, count + 1, max(1, count // arguments.most))
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda failing: (failing, run(arguments, folder, line, failing)), chosen))
    problems = []
    for failing, done in results:
        told = done.stdout == usual.stdout or done.stderr != ""
        if done.returncode not in OWN or (done.returncode == usual.returncode and not told):
            problems.append(f"{line[0]}, allocation {failing}: status {done.returncode}, {done.stderr[-200:]!r}")
    return problems, f"{len(results)} of {count} allocations failed, one a time"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True)
    parser.add_argument("--preload", required=True)
    parser.add_argument("--most", type=int, default=25, help="how many allocations of each command fail")
    arguments = parser.parse_args()
    arguments.program, arguments.preload = (str(pathlib.Path(each).resolve()) for each in (arguments.program, arguments.preload))
    problems = []
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as work:
        folder = pathlib.Path(work)
        a, b = publish(folder)
        before = digest(folder)
        for line in (["verify", str(a)], ["show", str(a)], ["diff", str(a), str(b)], ["verify", str(a), "--json", "--gate"]):
            found, tried = failures(arguments, folder, line)
            problems += found
            print(f"{line[0]}: {tried}")
        if digest(folder) != before:
            problems.append("something was written")
    for problem in problems[:20]:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
