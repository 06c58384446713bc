#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compares the twins with the real CPython and NumPy: random programs of mixed calls, played by both sides.

The real library answers in its own interpreter (observe.py), `replay` plays the same programs with the twins, and a
program whose answers differ is shrunk until nothing can be left out. Everything follows from --seed. Exit status: 0 if
all agree, 1 if not, 77 if no interpreter with the library is there, 2 for a wrong call.
"""
import argparse
import collections
import concurrent.futures
import dataclasses
import itertools
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import programs

HERE = pathlib.Path(__file__).resolve().parent
PYTHONS = [(3, minor) for minor in range(8, 14)]
NUMPY_RULES = [(1, minor) for minor in range(22, 27)] + [(2, minor) for minor in (1, 2, 3, 5)]
OPTIONAL = {"size", "dtype", "endpoint", "axis", "replace", "shuffle", "weights", "cum_weights", "p", "version"}
STREAMS = {"python": {"cpython.random": 1.0}, "numpy": {"numpy.legacy": 0.42, "numpy.generator": 0.57, "numpy.seed_sequence": 0.01}}
MEAN_CALLS = 15.5
BATCH = 300


@dataclasses.dataclass(frozen=True)
class Peer:
    """An interpreter whose library is the judge."""
    path: str
    python: str
    numpy: str

    def version(self, stream):
        return self.python if stream == "cpython.random" else self.numpy


def minor_of(version):
    return tuple(int(part) for part in version.split(".")[:2])


def candidates(root):
    """Interpreters of the environments under build/fuzz, of pyenv, and of the path."""
    yield from sorted(str(path) for path in root.glob("build/fuzz/*/bin/python"))
    pyenv = pathlib.Path(os.environ.get("PYENV_ROOT", pathlib.Path.home() / ".pyenv"))
    yield from sorted(str(path) for path in pyenv.glob("versions/*/bin/python3"))
    for name in ["python3.%d" % minor for _, minor in PYTHONS] + ["python3"]:
        if shutil.which(name):
            yield shutil.which(name)


def find_peers(paths, library):
    """One interpreter for each minor version of the library whose rules the twins have."""
    peers = {}
    for path in paths:
        try:
            told = subprocess.run([path, HERE / "observe.py", "--versions"], capture_output=True, timeout=60, check=True).stdout
        except (OSError, subprocess.SubprocessError):
            continue
        told = json.loads(told)
        version = told[library]
        if version is None:
            continue
        if minor_of(version) in (PYTHONS if library == "python" else NUMPY_RULES):
            peers.setdefault(minor_of(version), Peer(path, told["python"], told["numpy"]))
        else:
            print("left out: %s %s, whose rules the twin does not have" % (library, version))
    return [peers[minor] for minor in sorted(peers)]


class Trouble(Exception):
    """A child crashed, or did not end in time."""


class Judge:
    """Plays programs on both sides."""

    def __init__(self, replay, preload, folder):
        self.replay, self.folder = replay, pathlib.Path(folder)
        self.number = itertools.count()
        self.environment = dict(os.environ, OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
        if preload:
            self.environment["LD_PRELOAD"] = preload

    def run(self, command, limit, environment=None):
        try:
            return subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=limit, env=environment,
                                  stdin=subprocess.DEVNULL, check=False)
        except subprocess.TimeoutExpired:
            raise Trouble("did not end in %d s" % limit) from None

    def play(self, peer, cases, limit):
        name = self.folder / str(next(self.number))
        asked, answered = name.with_suffix(".asked"), name.with_suffix(".answered")
        try:
            asked.write_text("".join(json.dumps(case) + "\n" for case in cases))
            done = self.run([peer.path, HERE / "observe.py", asked, answered], limit, self.environment)
            if done.returncode:
                raise Trouble("the original ended with %d: %s" % (done.returncode, done.stderr.strip()[-300:]))
            answers = [json.loads(line) for line in answered.read_text().splitlines()]
            answered.write_text(json.dumps({"cases": answers}))
            done = self.run([self.replay, answered], limit)
            if done.returncode not in (0, 1):
                raise Trouble("replay ended with %d: %s" % (done.returncode, done.stderr.strip()[-300:]))
        finally:
            asked.unlink(missing_ok=True)
            answered.unlink(missing_ok=True)
        told = dict(re.findall(r'^"?([^\s"]+)"? ((?:failed|unsupported|not promised).*)$', done.stdout, re.MULTILINE))
        count = re.search(r"^(\d+) passed, (\d+) failed, (\d+) unsupported, (\d+) not promised$", done.stdout, re.MULTILINE)
        found = [(answer, told[answer["id"]]) for answer in answers if answer["id"] in told]
        if not count or int(count[1]) + len(found) != len(cases) or len(found) != len(told):
            raise Trouble("replay told of %d cases: %s" % (len(cases), done.stdout[-300:]))
        return [(answer, text) for answer, text in found if not text.startswith("not promised (layout")]

    def differences(self, peer, cases, limit=120):
        """The cases that do not agree where bits are promised, answered, each with what `replay` says of it."""
        try:
            return self.play(peer, cases, limit)
        except Trouble as trouble:
            if len(cases) == 1:
                return [(cases[0], "trouble: " + str(trouble))]
            middle, shorter = len(cases) // 2, max(30, limit // 2)
            return self.differences(peer, cases[:middle], shorter) + self.differences(peer, cases[middle:], shorter)


# Shrinking.

def signature(told):
    """What makes two differences the same: how it ended, and in which call."""
    call = re.search(r"step \d+: (\w+)", told)
    return told.split()[0], call[1] if call else "after"


def simpler(value):
    """Values that could stand for this one."""
    if isinstance(value, bool) or value is None:
        return
    if isinstance(value, list):
        for length in (len(value) // 2, len(value) - 1):
            if 0 < length < len(value):
                yield value[:length]
                yield value[len(value) - length:]
        for i, each in enumerate(value[:8]):
            for other in simpler(each):
                yield [*value[:i], other, *value[i + 1:]]
    elif isinstance(value, str) and ("x" in value or value.lstrip("-") in ("inf", "nan")):
        number = float.fromhex(value)
        for other in (0.0, 1.0, 2.0, 0.5):
            yield other.hex()
        if number == number and abs(number) < 1e15:
            for digits in (0, 1, 2, 4):
                yield round(number, digits).hex()
    elif isinstance(value, int) or isinstance(value, str) and value.lstrip("-").isdigit():
        for other in (0, 1, 2, int(value) // 2, int(value) - 1):
            yield other if isinstance(value, int) else str(other)


def reductions(case):
    """Copies of a program with something left out or simpler."""
    steps = case.get("program", [])
    size = len(steps)
    while size > 0:
        for start in range(0, len(steps), size):
            if len(steps) > size:
                yield dict(case, program=steps[:start] + steps[start + size:])
        size //= 2
    if "int" not in case["seed"] and case["stream"] != "numpy.seed_sequence":
        yield dict(case, seed={"int": "0"})
    for other in simpler(case["seed"].get("int", "0")):
        yield dict(case, seed={"int": other})
    for i, step in enumerate(steps if len(steps) <= 4 else ()):
        for name, value in step["args"].items():
            choices = [dict(step["args"], **{name: other}) for other in simpler(value)]
            if name in OPTIONAL:
                choices.append({other: each for other, each in step["args"].items() if other != name})
            for args in choices:
                yield dict(case, program=[*steps[:i], {"call": step["call"], "args": args}, *steps[i + 1:]])


def question(case):
    """The case without its answers."""
    asked = {name: value for name, value in case.items() if name not in ("expected", "after")}
    if "program" in asked:
        asked["program"] = [{"call": step["call"], "args": step["args"]} for step in asked["program"]]
    return asked


def cost(case):
    return len(case.get("program", ())), len(json.dumps(question(case)))


def shrunk(judge, peer, case, told, deadline):
    """The smallest program found that still differs in the same call, and what is said of it."""
    best, what = case, signature(told)
    while time.monotonic() < deadline:
        tries = {}
        for other in reductions(question(best)):
            if cost(other) < cost(best) and programs.possible(other):
                other["class"] = programs.weakest(other)
                tries.setdefault(json.dumps(other), other)
        tries = sorted(tries.values(), key=cost)[:250]
        for number, other in enumerate(tries):
            other["id"] = "try-%d" % number
        same = [(cost(answer), number, answer, text) for number, (answer, text) in enumerate(judge.differences(peer, tries, 30) if tries else ())
                if signature(text) == what]
        if not same:
            break
        _, _, best, told = min(same)
    return dict(best, id=case["id"]), told


def python_value(value):
    if isinstance(value, list):
        return "[" + ", ".join(python_value(each) for each in value) + "]"
    if isinstance(value, str) and value.lstrip("-") in ("inf", "nan"):
        return "float('%s')" % value
    if isinstance(value, str) and "x" in value:
        return repr(float.fromhex(value))
    return str(value)


def python_seed(seed):
    if "str" in seed or "bool" in seed:
        return repr(seed.get("str", seed.get("bool")))
    if "bytes_hex" in seed:
        return repr(bytes.fromhex(seed["bytes_hex"]))
    if "float" in seed:
        return python_value(seed["float"])
    if "array" in seed:
        return python_value(seed["array"])
    return seed["int_hex"] if "int_hex" in seed else seed["int"] if "int" in seed else repr(seed)


def python_lines(case):
    """The program as Python would be asked, special calls by their names in known answers."""
    seed = python_seed(case["seed"])
    yield {"cpython.random": "import random; g = random.Random(%s)" % seed,
           "numpy.legacy": "import numpy as np; g = np.random.RandomState(%s)" % seed,
           "numpy.generator": "import numpy as np; g = np.random.Generator(np.random.%s(%s))" % (case.get("bit_generator"), seed),
           "numpy.seed_sequence": "import numpy as np; g = np.random.SeedSequence(%s)" % seed}[case["stream"]]
    for step in case.get("program", [case]):
        args = ", ".join("%s=%s" % (name, python_value(value)) for name, value in step["args"].items())
        gave = json.dumps(step["expected"]) if "expected" in step else step.get("raises", "nothing")
        yield "g.%s(%s)  # %s" % (step["call"], args, gave if len(gave) < 200 else gave[:200] + "...")


# The run.

def plan(peers, library, calls, seed):
    """The batches: a peer, a stream, and a number from which the programs follow."""
    for peer in peers:
        for stream, share in STREAMS[library].items():
            wanted = max(1, round(calls * share / len(peers) / (1 if stream == "numpy.seed_sequence" else MEAN_CALLS)))
            for start in range(0, wanted, BATCH):
                yield peer, stream, "%d/%s/%s/%d" % (seed, stream, ".".join(map(str, minor_of(peer.version(stream)))), start), min(BATCH, wanted - start)


def dtype_of(step):
    return step["args"].get("dtype") or ("float32" if step["call"].endswith("_f32") else "")


def play_batch(judge, batch, tally, failures):
    peer, stream, name, size = batch
    dice = programs.Dice(name)
    cases = []
    for number in range(size):
        case, regimes = programs.made(dice, "%s/%d" % (name, number), stream, peer.version(stream))
        cases.append(case)
        for step, regime in zip(case.get("program", [case]), regimes):
            tally[stream, peer.version(stream), step["call"], dtype_of(step), regime] += 1
    failures += [(peer, case, told) for case, told in judge.differences(peer, cases)]


def shown_failures(judge, failures, limit, seconds):
    """Prints the differences, one of each kind shrunk."""
    kinds = {}
    for peer, case, told in failures:
        kinds.setdefault((case["stream"], *signature(told)), []).append((peer, case, told))
    deadline = time.monotonic() + seconds
    for (stream, how, call), found in sorted(kinds.items())[:limit]:
        peer, case, told = min(found, key=lambda each: cost(each[1]))
        case, told = shrunk(judge, peer, case, told, min(deadline, time.monotonic() + 60))
        print("\n%s %s: %s in %d programs, of %s" % (stream, call, how, len(found), ", ".join(sorted({f[0].version(stream) for f in found}))))
        print("  " + told)
        print("  " + json.dumps(case))
        for line in python_lines(case):
            print("  >>> " + line)


def counted(counter):
    return "; ".join("%s %d" % each for each in sorted(counter.items()) if each[0])


def table(tally):
    """Markdown: a line for each method, with its calls by regime and by dtype."""
    versions = collections.defaultdict(collections.Counter)
    regimes, dtypes = (collections.defaultdict(lambda: collections.defaultdict(collections.Counter)) for _ in range(2))
    for (stream, version, call, dtype, regime), count in tally.items():
        versions[stream][version] += count
        regimes[stream][call][regime] += count
        dtypes[stream][call][dtype] += count
    lines = []
    for stream in versions:
        lines += ["", "`%s`, %d calls: %s" % (stream, sum(versions[stream].values()), counted(versions[stream])),
                  "", "| method | calls | of these |", "|---|---|---|"]
        for call, by_regime in sorted(regimes[stream].items()):
            parts = [counted(by_regime)] * (len(by_regime) > 1) + [counted(dtypes[stream][call])]
            lines.append("| `%s` | %d | %s |" % (call, sum(by_regime.values()), " / ".join(filter(None, parts))))
    return "\n".join(lines) + "\n"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--replay", required=True, help="the program replay")
    parser.add_argument("--library", choices=sorted(STREAMS), required=True)
    parser.add_argument("--calls", type=int, default=10000, help="about so many calls, over all versions")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--preload", help="a library that gives NumPy the log1pf of glibc 2.41")
    parser.add_argument("--interpreter", action="append", help="the interpreters to ask, in place of those found")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--table", help="a file for the calls per method, regime and dtype")
    parser.add_argument("--shrink-seconds", type=int, default=300)
    return parser.parse_args()


def main():
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    a = arguments()
    peers = find_peers(a.interpreter or candidates(HERE.parent.parent), a.library)
    if not peers:
        print("skipped explicitly with message:\n  no-%s: no interpreter here has a release of it that the twins know" % a.library)
        return 77
    print("compared with: " + ", ".join("%s (%s)" % ((p.numpy, "Python " + p.python) if a.library == "numpy" else (p.python, p.path)) for p in peers))
    print("seed %d" % a.seed, flush=True)
    tally, failures = collections.Counter(), []
    begin = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="repro-differential-") as folder:
        judge = Judge(a.replay, a.preload, folder)
        with concurrent.futures.ThreadPoolExecutor(a.jobs) as pool:
            for done in [pool.submit(play_batch, judge, batch, tally, failures) for batch in plan(peers, a.library, a.calls, a.seed)]:
                done.result()
        shown_failures(judge, failures, 20, a.shrink_seconds)
    if a.table:
        pathlib.Path(a.table).write_text(table(tally))
    methods = collections.Counter()
    for (stream, _, call, _, _), count in tally.items():
        methods[stream, call] += count
    (stream, call), least = min(methods.items(), key=lambda each: each[1])
    print("%d calls of %d methods in %d s, at least %d of each (%s %s); %d programs differ"
          % (sum(tally.values()), len(methods), time.monotonic() - begin, least, stream, call, len(failures)))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
