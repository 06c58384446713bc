#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Prints tests/vectors/contract/streams.txt: words and values of streams under stream contract 1.

Written from the contract's prose alone: SHA-256 from hashlib, Philox from the paper, floats of Python. Nothing of the
library takes part.
"""
import hashlib
import math
import platform
import struct

WORD = (1 << 64) - 1


def key_hash(purpose, *fields):
    """The first 128 bits of SHA-256 over length-prefixed texts and little-endian words."""
    data = b""
    for field in ("repro/contract-1", purpose, *fields):
        if isinstance(field, str):
            data += struct.pack("<Q", len(field)) + field.encode()
        elif isinstance(field, tuple):
            data += struct.pack("<QQ", *field)
        else:
            data += struct.pack("<Q", field)
    return struct.unpack("<QQ", hashlib.sha256(data).digest()[:16])


def philox4x64(counter, key):
    c, k = list(counter), list(key)
    for _ in range(10):
        a, b = 0xD2E7470EE14C6C93 * c[0], 0xCA5A826395121157 * c[2]
        c = [(b >> 64) ^ c[1] ^ k[0], b & WORD, (a >> 64) ^ c[3] ^ k[1], a & WORD]
        k = [(k[0] + 0x9E3779B97F4A7C15) & WORD, (k[1] + 0xBB67AE8584CAA73B) & WORD]
    return c


def words(key, substream=0):
    block = 0
    while True:
        yield from philox4x64((block, 0, substream, 0), key)
        block += 1


def uniform_int(words, bound):
    while True:
        product = next(words) * bound
        if (product & WORD) >= (1 << 64) % bound:
            return product >> 64


def logarithm(x):
    m, k = math.frexp(x)
    if m < math.sqrt(0.5):
        m, k = m * 2, k - 1
    s = (m - 1.0) / (m + 1.0)
    z = s * s
    series = 1.0 / 23.0
    for odd in range(21, 2, -2):
        series = series * z + 1.0 / odd
    tail = s * z * series
    high, low = float.fromhex("0x1.62e42fee00000p-1"), float.fromhex("0x1.a39ef35793c76p-33")
    return k * high + (2.0 * s + (2.0 * tail + k * low))


# Wichura 1988, PPND16: constants as printed there, lowest power first.
CENTRE = (
    (3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
     4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3),
    (1.0, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
     2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3))
TAIL = (
    (1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
     1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4),
    (1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
     1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9))
FAR = (
    (6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
     2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7),
    (1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
     7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15))


def ratio(pair, x):
    values = []
    for coefficients in pair:
        value = coefficients[-1]
        for c in reversed(coefficients[:-1]):
            value = value * x + c
        values.append(value)
    return values[0] / values[1]


def quantile(p):
    q = p - 0.5
    if abs(q) <= 0.425:
        return q * ratio(CENTRE, 0.180625 - q * q)
    r = math.sqrt(-logarithm(p if q < 0 else 1.0 - p))
    size = ratio(TAIL, r - 1.6) if r <= 5.0 else ratio(FAR, r - 5.0)
    return -size if q < 0 else size


def open_uniform(word):
    return ((word >> 12) + 0.5) * 2.0**-52


def shuffled(words, n):
    items = list(range(n))
    for i in range(n, 1, -1):
        j = uniform_int(words, i)
        items[i - 1], items[j] = items[j], items[i - 1]
    return items


def main():
    assert philox4x64((0, 0, 0, 0), (0, 0))[0] == 0x16554D9ECA36314C
    print("# origin: an independent computation in Python, from the prose of stream contract 1")
    print(f"# version: Python {platform.python_version()}, hashlib")
    print("# command: python3 tools/vectors/streams.py > tests/vectors/contract/streams.txt")
    print("# columns: what, seed, name, values (words in hexadecimal, doubles as C99 hexadecimal floats)")
    for seed in (0, 42, 2**32, 2**64 - 1):
        for name in ("a", "data/shuffle", "model/weights.0", "Z_9-" + "x" * 124):
            key = key_hash("stream", key_hash("root", seed), name)

            def line(what, values, name=name, seed=seed):
                print(what, seed, name, *values)

            def take(n, substream=0, key=key):
                stream = words(key, substream)
                return [next(stream) for _ in range(n)]

            line("key", [f"{w:016x}" for w in key])
            line("words", [f"{w:016x}" for w in take(9)])
            line("substream", [f"{w:016x}" for w in take(5, 1)])
            line("split", [f"{w:016x}" for w in key_hash("split", key, 7)])
            line("seed", [f"{key_hash('seed', key_hash('root', seed), name)[0]:016x}"])
            line("uniform", [((w >> 11) * 2.0**-53).hex() for w in take(8)])
            line("normal", [quantile(open_uniform(w)).hex() for w in take(8)])
            line("exponential", [(-logarithm(open_uniform(w))).hex() for w in take(8)])
            stream = words(key)
            line("below_1000", [uniform_int(stream, 1000) for _ in range(8)])
            stream = words(key)
            line("below_2^63+1", [uniform_int(stream, 2**63 + 1) for _ in range(8)])
            line("bernoulli_0.3", [int((w >> 11) * 2.0**-53 < 0.3) for w in take(8)])
            line("shuffle", shuffled(words(key), 10))


if __name__ == "__main__":
    main()
