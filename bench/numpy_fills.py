#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""NumPy's side of bench_fills: reads "case n" lines, runs the case once, answers with the seconds it took.

Arrays come from the caller where NumPy takes them (out=); where it does not, the time holds the allocation, as it does for
whoever calls it.
"""

import sys
import time

import numpy as np

generator = np.random.default_rng(42)
philox = np.random.Generator(np.random.Philox(42))
legacy = np.random.RandomState(42)
arrays = {}


def out(n, dtype):
    if (n, dtype) not in arrays:
        arrays[n, dtype] = np.ones(n, dtype)
    return arrays[n, dtype]


CASES = {
    "random": lambda n: generator.random(out=out(n, np.float64)),
    "random_f32": lambda n: generator.random(out=out(n, np.float32), dtype=np.float32),
    "random_raw": lambda n: generator.bit_generator.random_raw(n),
    "standard_normal": lambda n: generator.standard_normal(out=out(n, np.float64)),
    "standard_exponential": lambda n: generator.standard_exponential(out=out(n, np.float64)),
    "integers": lambda n: generator.integers(0, 100, n),
    "permutation": lambda n: generator.permutation(n),
    "philox_random": lambda n: philox.random(out=out(n, np.float64)),
    "random_sample": lambda n: legacy.random_sample(n),
    "randn": lambda n: legacy.standard_normal(n),
    "randint": lambda n: legacy.randint(0, 100, n),
    "legacy_permutation": lambda n: legacy.permutation(n),
    "default_rng": lambda n: [np.random.default_rng(i) for i in range(n)],
}

print(np.__version__, flush=True)
for line in sys.stdin:
    name, n = line.split()
    start = time.perf_counter()
    CASES[name](int(n))
    print(time.perf_counter() - start, flush=True)
