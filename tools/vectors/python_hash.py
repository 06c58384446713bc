#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Prints hash() of many values as the given interpreters compute it, after checking that they agree where they must."""

import os
import subprocess
import sys

SEEDS = (42, 0, 1, 4294967295)
WITHOUT_SEED = "-"
CHARACTERS = (
    "a", "z~ ", "\0", "\x7f\x80", "caf\xe9", "\xff", "\u0100", "\u0394x", "\ud7ff\ue000", "\uffff", "\u65e5\u672c\u8a9e",
    "\U00010000", "\U0010ffff", "a\U0001f600", "\xe9\u20ac\U0001f40d", "\u20ac" * 13, "\U0001f40d" * 9)
MODULUS = 2**61 - 1


def texts(seed):
    lengths = range(41) if seed == 42 else (0, 1, 7, 8, 9, 31, 40)
    values = ["abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGH"[:n] for n in lengths]
    values += CHARACTERS + ("user-17", "data/train/000001.png")
    values += [bytes(range(250, 250 - n, -1)) for n in ((0, 1, 2, 7, 8, 9, 15, 16, 17, 40) if seed == 42 else (0, 5, 24))]
    values += [("a",), ("a", 1), (1, "a", b"a", 1.5, True), (("x", 2), ("y", (3, "z"))), ("", b"", ())]
    return values


def numbers():
    ints = [0, 1, 2, 17, 2**31 - 1, 2**31, 2**32, 2**53 + 1, 2**60, 2**63 - 1, 2**63, 2**64 - 1, 2**64, 2**64 + 1]
    for multiple in (1, 2, 3, 7, 2**61, 2**122 + 12345, 3**200):
        ints += [multiple * MODULUS + d for d in (-2, -1, 0, 1, 2)]
    ints += [2**61, 2**122, 10**30, 7**300, 2**1000 - 1]
    values = ints + [-i for i in ints if i]
    floats = ["0x0p0", "0x1p0", "0x1.8p0", "0x1p-1", "0x1.999999999999ap-4", "0x1p-1074", "0x1.8p-1072", "0x0.fffffffffffffp-1022",
              "0x1p-1022", "0x1.fffffffffffffp+1023", "0x1p+61", "0x1.fffffffffffffp+60", "0x1p+1000", "0x1.921fb54442d18p+1",
              "0x1.123456789abcdp+77", "0x1p-61", "0x1p-60", "0x1p-62", "0x1p+53", "inf"]
    values += [s * float.fromhex(f) for f in floats for s in (1, -1)]
    values += [True, False, (), (0,), (-1,), (1, 2, 3), ((), ((),)), (1, (2, (3, (4,)))), (True, 1.0, 1), (-1.5, 2**100, False)]
    return values + [tuple(range(n)) for n in (2, 4, 9, 30)]


def spelled(value):
    if isinstance(value, tuple):
        return "(" + ",".join(map(spelled, value)) + ")"
    if isinstance(value, str):
        return "str:" + value.encode().hex()
    if isinstance(value, bytes):
        return "bytes:" + value.hex()
    if isinstance(value, bool):
        return "bool:%d" % value
    if isinstance(value, int):
        return "int:%#x" % value
    return "none" if value is None else "float:" + value.hex()


def answers(interpreter, seed):
    environment = dict(os.environ, PYTHONHASHSEED="0" if seed == WITHOUT_SEED else str(seed))
    run = subprocess.run([interpreter, __file__, "--child", str(seed)], env=environment, check=True, stdout=subprocess.PIPE)
    return run.stdout.decode().splitlines()


def child(seed):
    for value in numbers() if seed == WITHOUT_SEED else texts(int(seed)):
        print(seed, spelled(value), hash(value))
    if seed == WITHOUT_SEED and sys.version_info >= (3, 12):
        print(seed, "none", hash(None))
        print(seed, "(none,int:0x1)", hash((None, 1)))


def one(outputs):
    assert all(output == outputs[0] for output in outputs), "the interpreters differ"
    return outputs[0]


def main(interpreters):
    versions = [subprocess.run([i, "-c", "import platform; print(platform.python_version())"], check=True,
                               stdout=subprocess.PIPE).stdout.decode().strip() for i in interpreters]
    new = [i for i, v in zip(interpreters, versions) if int(v.split(".")[1]) >= 11]
    old = [i for i in interpreters if i not in new]
    print("# origin: hash() of CPython")
    print("# version:", ", ".join(versions))
    print("# command: tools/vectors/python_hash.py python3.8 ... python3.13 > tests/vectors/python_hash.txt")
    print("# columns: newest Python that gives it, PYTHONHASHSEED, value (text and bytes in hexadecimal, text in UTF-8), hash")
    of_none = [v for v in versions if int(v.split(".")[1]) >= 12]
    plain = one([[line for line in answers(i, WITHOUT_SEED) if "none" not in line] for i in interpreters])
    newest = one([answers(i, WITHOUT_SEED) for i, v in zip(interpreters, versions) if v in of_none])
    for line in newest:
        print("any" if line in plain else "3.13", line)
    for name, group in (("3.13", new), ("3.10", old)):
        for seed in SEEDS:
            for line in one([answers(i, seed) for i in group]):
                print(name, line)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(sys.argv[2])
    else:
        main(sys.argv[1:])
