#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Prints tests/vectors/contract/normal_quantile.txt: standard normal quantiles, correctly rounded."""
import random

import mpmath


def quantile(p):
    return float(mpmath.sqrt(2) * mpmath.erfinv(2 * mpmath.mpf(p) - 1))


def main():
    mpmath.mp.prec = 300
    print("# origin: sqrt(2) erfinv(2 p - 1) in 300-bit arithmetic, rounded to double")
    print(f"# version: mpmath {mpmath.__version__}")
    print("# command: python3 tools/vectors/normal_quantile.py > tests/vectors/contract/normal_quantile.txt")
    print("# columns: p, quantile (C99 hexadecimal floats)")
    odd = random.Random(1)
    # The ends, both sides of each change of formula (0.075 and exp(-25)), the middle, and some of every size.
    points = [2.0**-53, 3 * 2.0**-53, 0.5 - 2.0**-53, 0.25, 0.001, 1e-10]
    points += [(2 * round(edge * 2**52) + k) * 2.0**-53 for edge in (0.075, 1.3887943864964021e-11) for k in range(-5, 6, 2)]
    points += [2.0 ** -odd.uniform(1, 53) for _ in range(60)]
    for p in points:
        print(p.hex(), quantile(p).hex())
        print((1.0 - p).hex(), quantile(1.0 - p).hex())


main()
