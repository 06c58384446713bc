#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Prints tests/vectors/trace.txt: a trace of version 2, written here by its description. Needs the package xxhash."""

import struct

import xxhash

FLOAT32, FLOAT64, INT16 = 12, 13, 3


def checked(content):
    return struct.pack("<I", xxhash.xxh64_intdigest(content) & 0xFFFFFFFF) + content


def head():
    start = b"REPROTRC" + struct.pack("<I", 2)
    return start + struct.pack("<I", xxhash.xxh64_intdigest(start) & 0xFFFFFFFF)


def name(text):
    return checked(struct.pack("<BBH", 1, 0, len(text)) + text)


def entry(number, step, kind, size, data, stride=None):
    count = len(data) // size
    chunk = 1024
    while -(-count // chunk) > 256:
        chunk *= 2
    parts = [data[i : i + chunk * size] for i in range(0, len(data), chunk * size)]
    digests = b"".join(struct.pack("<Q", xxhash.xxh3_64_intdigest(part)) for part in parts)
    several = len(parts) > 1
    digest = xxhash.xxh3_64_intdigest(digests if several else data)
    values = b""
    if stride:
        values = b"".join(data[i * size : (i + 1) * size] for i in range(0, count, stride))
    fixed = struct.pack("<BBHIIqQQ", 2, kind, size, number, 1 if values else 0, step, count, digest)
    return checked(fixed + (digests if several else b"") + values)


def mark(number, kind, value):
    return checked(struct.pack("<BBHIIQ", 3, kind, 0, number, 0, value))


def main():
    small = struct.pack("<3d", 0.5, -0.0, 3.0)
    ramp = b"".join(struct.pack("<f", i / 2) for i in range(3000))
    large = b"".join(struct.pack("<h", i % 1000) for i in range(262145))  # 129 chunks of 2048
    records = [
        (name(b"loss") + entry(0, 0, FLOAT64, 8, small, stride=1)),
        (name(b"data/shuffle") + mark(1, 0, 7) + name(b"c/random") + mark(2, 1, 0x0123456789ABCDEF)
         + name(b"weights") + entry(3, -1, FLOAT32, 4, ramp)),
        (mark(1, 0, 9) + mark(2, 2, 0) + entry(0, 2**62, FLOAT64, 8, b"")),
        (name(b"ids") + entry(4, 5, INT16, 2, large, stride=65)),
    ]
    print("# origin: a writer of its own, by the description in include/repro/trace/record.hpp")
    print(f"# version: trace 2, libxxhash {xxhash.XXHASH_VERSION}")
    print("# command: tools/vectors/trace.py > tests/vectors/trace.txt; the head, then what each tensor adds, in hex;")
    print("#          of the last one XXH3, for its length")
    print(head().hex())
    for each in records[:-1]:
        print(each.hex())
    print(f"{xxhash.xxh3_64_intdigest(records[-1]):016x}")


if __name__ == "__main__":
    main()
