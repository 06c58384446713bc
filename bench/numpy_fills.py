#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""NumPy's side of bench_fills. Reads lines "time N EXPRESSION" and "check N EXPRESSION", runs the expression once, and answers
with the seconds it took, or with the CRC-32 of what freshly seeded generators give.

Expressions make n values by g (default_rng(42)), philox, and rs (RandomState(42)). Arrays come from the caller where NumPy takes
them (out=out(dtype)); where it does not, the time holds the allocation, as it does for whoever calls it.
"""

import sys
import time
import zlib

import numpy as np

arrays = {}


def out(dtype):
    key = names["n"], dtype
    if key not in arrays:
        arrays[key] = np.ones(names["n"], dtype)
    return arrays[key]


def start():
    return {
        "g": np.random.default_rng(42),
        "philox": np.random.Generator(np.random.Philox(42)),
        "rs": np.random.RandomState(42),
    }


def answer(what, expression):
    if what == "check":
        names.update(start())
        return zlib.crc32(np.ascontiguousarray(eval(expression, names)).tobytes())
    begin = time.perf_counter()
    eval(expression, names)
    return time.perf_counter() - begin


names = {"np": np, "out": out, **start()}
expressions = {}
print(np.__version__, flush=True)
for line in sys.stdin:
    what, n, text = line.rstrip("\n").split(" ", 2)
    names["n"] = int(n)
    if text not in expressions:
        expressions[text] = compile(text, text, "eval")
    try:
        print(answer(what, expressions[text]), flush=True)
    except AttributeError:
        print("absent", flush=True)
