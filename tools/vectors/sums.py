#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Prints tests/vectors/sums.txt: sums, means, variances, scalar products and norms in exact rational arithmetic, rounded once."""
import math
import random
import struct
import sys
from fractions import Fraction

FORMATS = {"f64": (53, -1074, 1024, ">d", ">Q"), "f32": (24, -149, 128, ">f", ">I")}


def bits_of(value, kind):
    *_, real, word = FORMATS[kind]
    return struct.unpack(word, struct.pack(real, value))[0]


def value_of(bits, kind):
    *_, real, word = FORMATS[kind]
    return struct.unpack(real, struct.pack(word, bits))[0]


def half_even(value):
    """A non-negative fraction to the nearest integer."""
    whole, rest = divmod(value.numerator, value.denominator)
    twice = 2 * rest
    return whole + (twice > value.denominator or (twice == value.denominator and whole % 2 == 1))


def round_fraction(value, kind):
    """The nearest number of the format, as a float; ties to even; too large becomes infinite."""
    precision, least, end, *_ = FORMATS[kind]
    if value == 0:
        return 0.0
    size = abs(value)
    exponent = size.numerator.bit_length() - size.denominator.bit_length()
    if size < Fraction(2) ** exponent:
        exponent -= 1
    unit = max(exponent - precision + 1, least)
    mantissa = half_even(size / Fraction(2) ** unit)
    if mantissa * Fraction(2) ** unit >= Fraction(2) ** end:
        result = math.inf
    else:
        result = math.ldexp(mantissa, unit)
    return math.copysign(result, -1 if value < 0 else 1)


def round_root(value, kind):
    """The nearest number of the format to the square root of a fraction."""
    if value == 0:
        return 0.0
    shift = 2 * (2200 + 200)
    scaled = (value.numerator << shift) // value.denominator
    root = math.isqrt(scaled)
    exact = root * root * value.denominator == value.numerator << shift
    # One more bit stands for all that is cut off: it decides ties alone.
    return round_fraction(Fraction(2 * root + (not exact), 2 ** (shift // 2 + 1)), kind)


def special(values):
    if any(math.isnan(v) for v in values) or (math.inf in values and -math.inf in values):
        return math.nan
    return next((v for v in values if math.isinf(v)), None)


def signed_zero(values, total, kind):
    if total == 0 and values and all(v == 0 and math.copysign(1, v) < 0 for v in values):
        return -0.0
    return round_fraction(total, kind)


def exact_sum(values, kind):
    known = special(values)
    return known if known is not None else signed_zero(values, sum(map(Fraction, values)), kind)


def exact_mean(values, kind):
    if not values:
        return math.nan
    known = special(values)
    return known if known is not None else signed_zero(values, sum(map(Fraction, values)) / len(values), kind)


def exact_variance(values, kind):
    if len(values) < 2 or special(values) is not None:
        return math.nan
    mean = sum(map(Fraction, values)) / len(values)
    return round_fraction(sum((Fraction(v) - mean) ** 2 for v in values) / (len(values) - 1), kind)


def exact_norm2(values, kind):
    known = special([abs(v) for v in values])
    return known if known is not None else round_root(sum(Fraction(v) ** 2 for v in values), kind)


def exact_dot(left, right, kind):
    products = []
    for a, b in zip(left, right):
        if math.isfinite(a) and math.isfinite(b):
            sign = math.copysign(1, a) * math.copysign(1, b)
            products.append(math.copysign(0.0, sign) if a == 0 or b == 0 else Fraction(a) * Fraction(b))
        else:
            products.append(a * b)
    known = special([p for p in products if isinstance(p, float)])
    if known is not None:
        return known
    zeros = [p if isinstance(p, float) else 1.0 for p in products]
    return signed_zero(zeros, sum(map(Fraction, products)), kind)


def word(value, kind):
    if math.isnan(value):
        return "nan"
    return f"{bits_of(value, kind):0{16 if kind == 'f64' else 8}x}"


def show(name, kind, values, result):
    print(name, kind, word(result, kind), *[word(v, kind) for v in values])


def any_value(draw, kind):
    """A number of any exponent, special ones now and then."""
    precision, least, end, *_ = FORMATS[kind]
    pick = draw.random()
    if pick < 0.02:
        return draw.choice([0.0, -0.0])
    value = round_fraction(Fraction(draw.getrandbits(precision)) * Fraction(2) ** draw.randint(least, end - precision - 4), kind)
    return -value if draw.random() < 0.5 else value


def near_value(draw, kind, spread):
    precision = FORMATS[kind][0]
    value = math.ldexp(draw.getrandbits(precision), draw.randint(-spread, 0) - precision)
    return -value if draw.random() < 0.5 else value


def small_cases(draw, kind):
    precision, least, end, *_ = FORMATS[kind]
    largest = value_of(bits_of(math.inf, kind) - 1, kind)
    tiny = math.ldexp(1, least)
    ulp = math.ldexp(1, 1 - precision)
    nan = math.nan
    yield []
    yield [0.0]
    yield [-0.0]
    yield [-0.0, -0.0, -0.0]
    yield [-0.0, 0.0]
    yield [1.0, -1.0]
    yield [-0.0, 1.0, -1.0]
    yield [tiny] * 3
    yield [tiny, -tiny, tiny]
    yield [largest, largest, -largest]
    yield [largest, largest]
    yield [-largest, -largest, 1.0]
    yield [largest, math.ldexp(1, end - precision - 1)]  # half a unit above the largest: a tie that overflows
    yield [largest, math.ldexp(1, end - precision - 1), -tiny]
    yield [1.0, ulp / 2]  # ties
    yield [1.0, ulp / 2, tiny]
    yield [1.0, ulp / 2, -tiny]
    yield [1.0, ulp, ulp / 2]
    yield [1.0, ulp, ulp / 2, -tiny]
    yield [math.inf, 1.0]
    yield [-math.inf, largest]
    yield [math.inf, -math.inf]
    yield [nan, 1.0]
    yield [math.inf, nan]
    yield [1e16 if kind == "f64" else 1e8, 1.0, -(1e16 if kind == "f64" else 1e8)]
    for n in (2, 3, 5, 17, 40):
        for _ in range(6):
            yield [any_value(draw, kind) for _ in range(n)]
        for spread in (0, 3, 20, 40, 80):
            values = [near_value(draw, kind, spread) for _ in range(n)]
            yield values
            yield values + [-v for v in values[1:]]  # all but the first cancel
            yield [v if i % 3 else 0.0 for i, v in enumerate(values)]


def splitmix64(x):
    x = (x + 0x9E3779B97F4A7C15) & (2**64 - 1)
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & (2**64 - 1)
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & (2**64 - 1)
    return x ^ (x >> 31)


def long_term(i, kind, spread):
    """Term i of the long cases: a signed mantissa of all bits, over `spread` binades."""
    precision = FORMATS[kind][0]
    draw = splitmix64(i)
    mantissa = (draw >> (64 - precision)) - (1 << (precision - 1))
    return mantissa, -precision - (splitmix64(draw) % spread)


def long_cases():
    """Many terms made by long_term: the formula, not the terms, stands in the file."""
    for kind, spreads in (("f64", (1, 8, 25, 60, 200, 900)), ("f32", (1, 8, 20, 60, 110))):
        for spread in spreads:
            for n in (1000, 2048, 2049, 70001):
                least = 64 + spread
                total = squares = dot = 0
                previous = 0
                for i in range(n):
                    mantissa, exponent = long_term(i, kind, spread)
                    scaled = mantissa << (exponent + least)
                    total += scaled
                    squares += scaled * scaled
                    dot += scaled * previous
                    previous = scaled
                unit = Fraction(1, 2**least)
                mean = Fraction(total) * unit / n
                results = (round_fraction(Fraction(total) * unit, kind), round_fraction(mean, kind),
                           round_root(Fraction(squares) * unit * unit, kind),
                           round_fraction((Fraction(squares) * unit * unit - n * mean * mean) / (n - 1), kind),
                           round_fraction(Fraction(dot) * unit * unit, kind))
                print("long", kind, spread, n, *[word(r, kind) for r in results])


def tree_sum(values):
    """Leaves of 4096 terms in 64 lanes; leaves in pairs, as far left as they are complete."""
    def leaf(part):
        lanes = [-0.0] * 64
        for i, v in enumerate(part):
            lanes[i % 64] += v
        while len(lanes) > 1:
            half = len(lanes) // 2
            lanes = [lanes[k] + lanes[k + half] for k in range(half)]
        return lanes[0]

    def combine(sums):
        if len(sums) == 1:
            return sums[0]
        left = 1 << ((len(sums) - 1).bit_length() - 1)
        return combine(sums[:left]) + combine(sums[left:])

    return combine([leaf(values[i:i + 4096]) for i in range(0, len(values), 4096)]) if values else 0.0


def tree_cases():
    for kind in FORMATS:
        for n in (0, 1, 63, 64, 65, 4095, 4096, 4097, 12289, 70001, 200000, 1100000):
            values = [math.ldexp(*long_term(i, kind, 40)) for i in range(n)]
            print("tree", kind, n, word(round_fraction(Fraction(tree_sum(values)), kind), kind))


def main():
    draw = random.Random(20261127)
    print("# origin: exact rational arithmetic, Python's fractions, each result rounded once")
    print(f"# version: CPython {sys.version.split()[0]}")
    print("# command: python3 tools/vectors/sums.py > tests/vectors/sums.txt")
    for kind in FORMATS:
        for values in small_cases(draw, kind):
            show("sum", kind, values, exact_sum(values, kind))
            show("mean", kind, values, exact_mean(values, kind))
            show("variance", kind, values, exact_variance(values, kind))
            show("norm2", kind, values, exact_norm2(values, kind))
            other = values[::-1]
            show("dot", kind, values + other, exact_dot(values, other, kind))
    long_cases()
    tree_cases()


if __name__ == "__main__":
    main()
