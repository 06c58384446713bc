#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Prints tests/vectors/contract/permutation.txt: orders of data and words of samples under stream contract 1.

Written from the contract's prose alone, over Python's whole numbers. Nothing of the library takes part.
"""
import platform

from streams import WORD, philox4x64, uniform_int


def keyed_words(seed, purpose, first, second):
    block = 0
    while True:
        yield from philox4x64((block, first, second, 0), (seed, purpose))
        block += 1


def purpose(text):
    return int.from_bytes(text.encode().ljust(8, b"\0"), "little")


def fisher_yates(words, n):
    order = list(range(n))
    for i in range(n, 1, -1):
        j = uniform_int(words, i)
        order[i - 1], order[j] = order[j], order[i - 1]
    return order


def half_hash(half, key, bound):
    z = (half + key) * 0xD2E7470EE14C6C93 & WORD
    z = (z ^ z >> 32) * 0xCA5A826395121157 & WORD
    return z * bound >> 64


def permutation(seed, epoch, n):
    """The sample at each position, as a function."""
    words = keyed_words(seed, purpose("permute"), epoch, n)
    if n <= 16:
        return fisher_yates(words, n).__getitem__
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


def main():
    print("# origin: an independent computation in Python, from the prose of stream contract 1")
    print(f"# version: Python {platform.python_version()}")
    print("# command: python3 tools/vectors/permutation.py > tests/vectors/contract/permutation.txt")
    print("# columns: what, seed, epoch, n; order: every sample; place: pairs of position and sample")
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
            print("shuffle", seed, 5, n, *fisher_yates(keyed_words(seed, purpose("shuffle"), 5, n), n))


main()
