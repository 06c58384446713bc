#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Prints tests/vectors/contract/permutation.txt: orders of data and words of samples under stream contract 1.

Written from the contract's prose alone, over Python's whole numbers. Nothing of the library takes part.
"""
import bisect
import itertools
import platform
from fractions import Fraction

from streams import WORD, logarithm, open_uniform, philox4x64, shuffled


def keyed_words(seed, purpose, first, second):
    block = 0
    while True:
        yield from philox4x64((block, first, second, 0), (seed, purpose))
        block += 1


def purpose(text):
    return int.from_bytes(text.encode().ljust(8, b"\0"), "little")


def half_hash(half, key, bound):
    z = (half + key) * 0xD2E7470EE14C6C93 & WORD
    z = (z ^ z >> 32) * 0xCA5A826395121157 & WORD
    return z * bound >> 64


def permutation(seed, epoch, n):
    """The sample at each position, as a function."""
    words = keyed_words(seed, purpose("permute"), epoch, n)
    if n <= 16:
        return shuffled(words, n).__getitem__
    columns = 2 ** ((n.bit_length() - 1) // 2)
    rows = -(-n // columns)
    keys = [next(words) for _ in range(12)]

    def at(i):
        while True:
            row, column = divmod(i, columns)
            for r in range(0, 12, 2):
                row = (row + half_hash(column, keys[r], rows)) % rows
                column = (column + half_hash(row, keys[r + 1], columns)) % columns
            i = row * columns + column
            if i < n:
                return i

    return at


def weighted(seed, epoch, weights, count):
    sums = list(itertools.accumulate(weights))
    words = keyed_words(seed, purpose("weighted"), epoch, len(weights))
    return [bisect.bisect_right(sums, (next(words) >> 11) * 2.0**-53 * sums[-1]) for _ in range(count)]


def weighted_shuffle(seed, epoch, weights, count):
    def arrival(i):
        return -logarithm(open_uniform(next(keyed_words(seed, purpose("arrival"), epoch, i)))) / weights[i]

    return sorted((i for i in range(len(weights)) if weights[i] > 0), key=lambda i: (arrival(i), i))[:count]


def stratified(seed, epoch, strata):
    places = []
    for stratum in sorted(set(strata)):
        members = [i for i, s in enumerate(strata) if s == stratum]
        words = keyed_words(seed, purpose("stratum"), epoch, stratum)
        offset = Fraction(next(words) >> 32, 2**32)
        order = permutation(next(words), epoch, len(members))
        places += [((m + offset) / len(members), stratum, members[order(m)]) for m in range(len(members))]
    return [sample for _, _, sample in sorted(places)]


def xxh64(data):
    """XXH64 of fewer than 32 bytes, seed 0, from its specification."""
    p1, p2, p3, p4, p5 = (0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x85EBCA77C2B2AE63,
                          0x27D4EB2F165667C5)

    def rotated(x, r):
        return (x << r | x >> (64 - r)) & WORD

    h = p5 + len(data)
    while len(data) >= 8:
        lane = rotated(int.from_bytes(data[:8], "little") * p2 & WORD, 31) * p1 & WORD
        h, data = rotated(h ^ lane, 27) * p1 + p4 & WORD, data[8:]
    if len(data) >= 4:
        h = rotated(h ^ int.from_bytes(data[:4], "little") * p1 & WORD, 23) * p2 + p3 & WORD
        data = data[4:]
    for byte in data:
        h = rotated(h ^ byte * p5 & WORD, 11) * p1 & WORD
    h = (h ^ h >> 33) * p2 & WORD
    h = (h ^ h >> 29) * p3 & WORD
    return h ^ h >> 32


def main():
    assert xxh64(b"user-17") == 0xFC1C6A71863CE5E7 and xxh64(b"a") == 0xD24EC4F1A98C6E5B
    print("# origin: an independent computation in Python, from the prose of stream contract 1")
    print(f"# version: Python {platform.python_version()}")
    print("# command: python3 tools/vectors/permutation.py > tests/vectors/contract/permutation.txt")
    print("# columns: what, seed, epoch, n; order, shuffle: every sample; place: pairs of position and sample")
    print("# weighted, arrival (w/o replacement): n draws, weights (i * 7 % 5) + (i % 3) / 8 of 40 samples; strata: i * i % 7 % 3 of")
    print("# n samples; words: name, seed, epoch, sample, words in hexadecimal")
    for seed in (0, 42, WORD):
        for n in (1, 2, 3, 6, 15, 16, 17, 18, 25, 63, 64, 65):
            order = permutation(seed, seed % 7, n)
            listed = [order(i) for i in range(n)]
            assert sorted(listed) == list(range(n))
            print("order", seed, seed % 7, n, *listed)
    for seed, epoch in ((0, 0), (42, 3), (WORD, WORD)):
        for n in (1000, 10**6, 2**32 - 1, 2**32, 2**32 + 1, 10**12, 2**62 + 1, 2**63 - 1, 2**63):
            order = permutation(seed, epoch, n)
            places = sorted({0, 1, n // 3, n // 2, n - 2, n - 1})
            print("place", seed, epoch, n, *(word for i in places for word in (i, order(i))))
    for seed in (0, 42):
        for n in (1, 2, 6, 17, 100):
            print("shuffle", seed, 5, n, *shuffled(keyed_words(seed, purpose("shuffle"), 5, n), n))
    weights = [(i * 7 % 5) + (i % 3) / 8 for i in range(40)]
    for seed, epoch in ((0, 0), (42, 3)):
        print("weighted", seed, epoch, 60, *weighted(seed, epoch, weights, 60))
        print("arrival", seed, epoch, 30, *weighted_shuffle(seed, epoch, weights, 30))
        print("strata", seed, epoch, 100, *stratified(seed, epoch, [i * i % 7 % 3 for i in range(100)]))
    for name in ("augment", "a", "data/noise"):
        for seed, epoch, sample in ((0, 0, 0), (42, 3, 17), (WORD, WORD, WORD)):
            words = keyed_words(seed, xxh64(name.encode()), epoch, sample)
            print("words", name, seed, epoch, sample, *(f"{next(words):016x}" for _ in range(6)))


if __name__ == "__main__":
    main()
