#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A whole program records a run while a system call of its write path fails, is cut short, or is its last one.

For each call, each reason, once and from then on: the program's exit status stays its own, every manifest is whole, and
where one call alone fails, the run is recorded to its end.
"""

import argparse
import concurrent.futures
import errno
import hashlib
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile

STATUS = 7  # what the subject returns
ENDING = "returns its own status"
ONCE = [errno.ENOSPC, errno.EIO, errno.EROFS, errno.EINTR, errno.EMFILE]
ALWAYS = [errno.ENOSPC, errno.EIO]  # an interrupted write is repeated for as long as it takes


def run(arguments, work, fault):
    """Runs the subject under a fault; returns its status, and how many calls there were."""
    (work / "tmp").mkdir(parents=True)
    environment = {"PATH": os.environ["PATH"], "LD_PRELOAD": arguments.preload, "REPRO_QUIET": "1",
                   "REPRO_EXPERIMENTS": str(work / "runs"), "TMPDIR": str(work / "tmp"),
                   "REPRO_FAULT_ROOT": str(work / "runs"), "REPRO_FAULT": fault}
    done = subprocess.run([arguments.subject, ENDING], env=environment, cwd=work, capture_output=True, text=True,
                          timeout=120)
    last = done.stderr.splitlines()[-1:] or [""]
    return done.returncode, int(last[0].split()[1]) if last[0].startswith("calls ") else 0


def events_are_whole(path):
    """Whether every line but a torn last one is an event."""
    try:
        return all(isinstance(json.loads(line), dict) for line in path.read_bytes().split(b"\n")[:-1])
    except ValueError:
        return False


def problem_of(work, status, fault):
    """What is wrong with what a run left; nothing where all is as promised."""
    killed = " kill " in fault
    if status != (-signal.SIGKILL if killed else STATUS):
        return f"the program ended with {status}"
    ends = set()
    for path in work.rglob("manifest.json"):
        try:
            ends.add(json.loads(path.read_bytes())["status"])
        except (ValueError, KeyError):
            return f"{path.relative_to(work)} is torn"
        beside = path.with_name("manifest.json.sha256")
        if beside.exists() and beside.read_text()[:64] != hashlib.sha256(path.read_bytes()).hexdigest():
            return f"{path.relative_to(work)} has another digest beside it"
    if not ends <= {"running", "completed"}:
        return f"the run ended as {sorted(ends)}"
    if not killed and fault.endswith("once") and "completed" not in ends:
        return "one failure is one too many: no manifest tells the end"
    if not all(events_are_whole(path) for path in work.rglob("events.jsonl")):
        return "an event before the last is torn"
    return None


def try_fault(arguments, base, fault):
    with tempfile.TemporaryDirectory(dir=base) as folder:
        work = pathlib.Path(folder)
        status, _ = run(arguments, work, fault)
        problem = problem_of(work, status, fault)
        return f"{fault}: {problem}" if problem else None


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--subject", required=True, help="run_subject")
    parser.add_argument("--preload", required=True, help="the library that lets calls fail")
    arguments = parser.parse_args()
    base = "/dev/shm" if os.path.isdir("/dev/shm") else None
    with tempfile.TemporaryDirectory(dir=base) as folder:
        status, count = run(arguments, pathlib.Path(folder), "0 0 once")
        problem = problem_of(pathlib.Path(folder), status, "0 0 once")
    if problem or count < 30:
        print(f"without a fault, {count} calls: {problem}")
        return 1
    whats = [f"{reason} once" for reason in ONCE] + [f"{reason} always" for reason in ALWAYS]
    whats += ["short once", "kill once"]
    faults = [f"{number} {what}" for number in range(1, count + 1) for what in whats]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        problems = [each for each in pool.map(lambda fault: try_fault(arguments, base, fault), faults) if each]
    print("\n".join(problems[:50]))
    print(f"{len(faults)} faults at {count} calls, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
