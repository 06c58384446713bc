#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Prints stable hashes and splits by key as the prose of the stream contract defines them, over the package xxhash."""

import struct

import xxhash

WORD = 2**64
PARTS = (0.8, 0.1, 0.1)


def key_bytes(key):
    if isinstance(key, bytes):
        return key
    return struct.pack("<Q", key % WORD) if isinstance(key, int) else key.encode()


def stable_hash(*fields):
    if len(fields) == 1:
        return xxhash.xxh64(key_bytes(fields[0])).intdigest()
    return xxhash.xxh64(b"".join(struct.pack("<Q", stable_hash(f)) for f in fields)).intdigest()


def place(key, name):
    return xxhash.xxh64(key_bytes(key), seed=stable_hash(name)).intdigest()


def below(number, fraction):
    return number < int(fraction * 2.0**64)


def part(key, name):
    total = 0.0
    for i, fraction in enumerate(PARTS[:-1]):
        total += fraction
        if below(place(key, name), total):
            return i
    return len(PARTS) - 1


def main():
    print("# origin: an independent computation in Python, from the prose of stream contract 1")
    print(f"# version: xxhash {xxhash.VERSION}, XXH64 {xxhash.XXHASH_VERSION}")
    print("# command: python3 tools/vectors/stable_hash.py > tests/vectors/contract/stable_hash.txt")
    print("# columns: what, fields of the key, hash; split, key, name, sides by 0.2, 0.5 and 0.8, part by 0.8, 0.1, 0.1; '-' is empty")
    for text in ("", "a", "user-17", "data/train/000001.png", "caf\xe9", "x" * 31, "x" * 32, "x" * 100):
        print("text", text or "-", f"{stable_hash(text):016x}")
    for number in (0, 1, 17, -1, 2**31, -2**31, 2**63 - 1, -2**63):
        print("integer", number, f"{stable_hash(number):016x}")
    for text, number in (("user", 17), ("", 0), ("user", -17)):
        print("fields", text or "-", number, f"{stable_hash(text, number):016x}")
    print("pair ab c", f"{stable_hash('ab', 'c'):016x}")
    print("pair a bc", f"{stable_hash('a', 'bc'):016x}")
    for name in ("-", "fold-2"):
        for i in range(24):
            key, salt = f"user-{i}", "" if name == "-" else name
            sides = ["train" if below(place(key, salt), f) else "test" for f in (0.2, 0.5, 0.8)]
            print("split", key, name, *sides, part(key, salt))


main()
