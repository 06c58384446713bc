#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Commands of the tool in which one allocation fails: whichever it is, the program ends with a status of its own, says so where the
answer is not there, and leaves the run as it was. A page is there whole, or not at all."""

import argparse
import concurrent.futures
import hashlib
import os
import pathlib
import shutil
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
    """Runs a command in a folder of its own; returns how it ended, and what it wrote."""
    environment = {"PATH": os.environ["PATH"], "LD_PRELOAD": arguments.preload, "REPRO_FAIL_ALLOCATION": str(failing), "HOME": str(folder)}
    place = folder / f"{line[0]}-{failing}"
    place.mkdir()
    done = subprocess.run([arguments.program, *line], env=environment, cwd=place, capture_output=True, text=True, errors="replace",
                          check=False, timeout=60)
    written = {each.name: each.read_bytes() for each in place.iterdir()}
    shutil.rmtree(place)
    return done, written


def failures(arguments, folder, line):
    """Returns what is wrong, and what was tried in words."""
    usual, page = run(arguments, folder, line, "count")
    count = int(usual.stderr.split()[-1])
    chosen = range(1, count + 1, max(1, count // arguments.most))
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda failing: (failing, run(arguments, folder, line, failing)), chosen))
    problems = []
    for failing, (done, written) in results:
        told = (done.stdout == usual.stdout and written == page) or done.stderr != ""
        if written not in ({}, page):
            problems.append(f"{line[0]}, allocation {failing}: wrote {sorted(written)}, not as otherwise")
        if done.returncode not in OWN or (done.returncode == usual.returncode and not told):
            problems.append(f"{line[0]}, allocation {failing}: status {done.returncode}, {done.stderr[-200:]!r}")
    return problems, f"{len(results)} of {count} allocations failed, one a time"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True)
    parser.add_argument("--preload", required=True)
    parser.add_argument("--most", type=int, default=500, help="how many allocations of each command fail")
    arguments = parser.parse_args()
    arguments.program, arguments.preload = (str(pathlib.Path(each).resolve()) for each in (arguments.program, arguments.preload))
    problems = []
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as work:
        folder = pathlib.Path(work)
        a, b = publish(folder)
        before = digest(folder)
        for line in (["verify", str(a)], ["show", str(a)], ["diff", str(a), str(b)], ["verify", str(a), "--json", "--gate"],
                     ["report", str(a), str(b), "-o", "page.html"]):
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
