#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Prints tests/vectors/xxh3.txt: XXH3 of many lengths as libxxhash computes it. Needs the package xxhash."""

import xxhash

LENGTHS = (*range(0, 260), *range(316, 325), *range(1020, 1100), *range(2040, 2060), *range(2110, 2116), 3072, 3073, 3136,
           4095, 4096)


def main():
    data = bytes((167 * i + 13) % 256 for i in range(max(LENGTHS)))
    print("# origin: libxxhash, XXH3 with 64 bits; the input is the bytes (167 i + 13) mod 256 for i from 0 on")
    print(f"# version: {xxhash.XXHASH_VERSION}")
    print("# command: tools/vectors/xxh3.py > tests/vectors/xxh3.txt; columns: length hash")
    for length in LENGTHS:
        print(length, f"{xxhash.xxh3_64_intdigest(data[:length]):016x}")


if __name__ == "__main__":
    main()
