#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Prints correctly rounded sines, cosines, tangents and arc cosines, and checks the tables of their implementation."""

import pathlib
import random
import re

import mpmath
from mpmath import mp, mpf

mp.prec = 3000
HEADER = pathlib.Path(__file__).parents[2] / "include/repro/detail/libm_rounded.hpp"

# The doubles nearest to a multiple of pi / 2 (Kahan's program), and arguments hard to round to nearest, most of them
# from V. Lefevre and J.-M. Muller, Worst Cases for Correct Rounding of the Elementary Functions in Double Precision.
NEAR_QUARTERS = ("0x1.6ac5b262ca1ffp+849", "0x1.6ac5b262ca1ffp+851", "0x1.921fb54442d18p+0", "0x1.921fb54442d18p+1",
                 "0x1.2d97c7f3321d2p+2", "0x1.61a3db8c8d129p+1023", "0x1.fffffffffffffp+1023")
HARD = {
    "sin": ("0x1.598bae9e632f6p-7", "0x1.e0000000001c2p-20", "0x1.fe767739d0f6dp-2", "0x1.9283586503fep-5"),
    "cos": ("0x1.34ec2f9fc9c00p+1", "0x1.8000000000009p-23", "0x1.06b505550e6b2p-9", "0x1.7cb7648526f99p-1"),
    "tan": ("0x1.dffffffffff1fp-22", "0x1.67fffffffa114p-18", "0x1.50486b2f87014p-5"),
    "acos": ("0x1.53ea6c7255e88p-4", "0x1.fd737be914578p-11", "0x1.4182199998587p-1", "0x1.e45a1c93651ecp-1",
             "0x1.f10fc61e2c78fp-1", "0x1.fffffffffff70p-1", "0x1.ffffffffffdc0p-1", "0x1.390e6939cd1a6p-5"),
}
SMALL = ("0x0p+0", "0x0.0000000000001p-1022", "0x0.fffffffffffffp-1022", "0x1p-1022", "0x1p-500", "0x1.fffffffffffffp-28",
         "0x1p-27", "0x1.0000000000001p-27", "0x1p-26", "0x1.8p-20")
EIGHTH = ("0x1.921fb54442d17p-1", "0x1.921fb54442d18p-1", "0x1.921fb54442d19p-1", "0x1.fffffffffffffp-2", "0x1p-1")
COSINES = ("0x1p+0", "0x1.fffffffffffffp-1", "0x1.ffffffffffffep-1", "0x1.6a09e667f3bccp-1", "0x1.6a09e667f3bcdp-1",
           "0x1p-1", "0x1.fffffffffffffp-57", "0x1p-56", "0x1.0000000000001p-56", "0x1p-53", "0x1p-40", "0x1p-1074",
           "0x1p-1022", "0x0p+0")


def table(name):
    body = re.search(name + r" = \{(.*?)\}", HEADER.read_text(), re.S).group(1)
    return [int(word, 16) for word in re.findall(r"0x[0-9a-f]+", body)]


def check_table(name, value, skipped):
    words = table(name)
    bits = 64 * (len(words) - skipped)
    assert words[:skipped] == [0] * skipped
    assert sum(w << 64 * i for i, w in enumerate(reversed(words))) == int(mp.floor(value * mpf(2) ** bits)), name


def arguments(function, random):
    if function == "acos":
        values = [float.fromhex(x) for x in COSINES + HARD[function]]
        values += [random.uniform(0, 1) for _ in range(30)]
        values += [1 - random.uniform(0.5, 1) * 2.0**-k for k in range(2, 50, 3)]
        values += [random.uniform(0.5, 1) * 2.0**-k for k in range(2, 60, 4)]
    else:
        values = [float.fromhex(x) for x in SMALL + EIGHTH + NEAR_QUARTERS + HARD[function]]
        values += [random.uniform(0, 6.5) for _ in range(25)]
        values += [random.uniform(1, 2) * 2.0**k for k in range(-30, 1024, 34)]
        values += [float(k * mp.pi / 2) for k in (5, 22, 355, 10**6, 2**40 + 1, 10**22)]
    return values + [-x for x in values]


def main():
    check_table("quarter_pi", mp.pi / 4, 0)
    check_table("inverse_two_pi", 1 / (2 * mp.pi), 1)
    print("# origin: mpmath in 3000-bit arithmetic, rounded to the nearest double")
    print(f"# version: mpmath {mpmath.__version__}")
    print("# command: python3 tools/vectors/trigonometric.py > tests/vectors/trigonometric.txt")
    print("# columns: function, argument, result (C99 hexadecimal floats)")
    draw = random.Random(1)
    for function in ("sin", "cos", "tan", "acos"):
        for x in arguments(function, draw):
            result = float(getattr(mp, function)(mpf(x)))
            if result == 0:
                result = abs(result) if function == "acos" else x
            print(function, x.hex(), result.hex())


main()
