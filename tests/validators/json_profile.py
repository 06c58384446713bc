#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Asks three readers of JSON about the same files: the strict one, nlohmann/json and Python's.

The profile (docs/manifest.md) says what the strict one takes: what Python's reader takes under the hooks of `profile`.
Whatever the strict one takes, nlohmann/json takes, too. What nlohmann/json or Python takes and the strict one does not,
is refused with a code of the profile and not as a matter of syntax, but for zero bytes and Python's own tokens.
"""
import argparse
import collections
import json
import pathlib
import random
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEPTH, WORDS = 64, (-2**63, 2**64 - 1)

HANDMADE = [
    b"", b" ", b"\n", b"null", b"true", b"false", b"True", b"nul", b"nulll", b"0", b"-0", b"-", b"+1", b"01", b"-01", b"1.", b".5", b"0.5",
    b"1e5", b"1E+5", b"1e-5", b"1e", b"1e+", b"0x10", b"1_000", b"1e308", b"1e309", b"-1e999", b"1e-999", b"5e-324", b"-0.0", b"0.1",
    b"9007199254740993", b"18446744073709551615", b"18446744073709551616", b"-9223372036854775808", b"-9223372036854775809",
    b"9" * 400, b"1" * 400 + b".5", b"0." + b"3" * 400, b"NaN", b"[NaN]", b"Infinity", b"-Infinity", b"nan", b"inf",
    b'""', b'"a"', b"'a'", b'"', b'"a', b'"\\"', b'"\\n"', b'"\\x41"', b'"\\u0041"', b'"\\u004"', b'"\\u00zz"', b'"\\ud83d\\ude00"',
    b'"\\ud800"', b'"\\ud800x"', b'"\\udc00"', b'"\\ud800\\ud800"', b'"\\ud83d\\u0041"', b'"\\u0000"', b'"\\/"', b'"\\a"', b'"a\nb"',
    b'"a\tb"', b'"\x00"', b'"\x1f"', b'"\x7f"', b'"\xc3\xa9"', b'"\xe9"', b'"\xff"', b'"\xc0\xaf"', b'"\xe0\x80\xaf"', b'"\xed\xa0\x80"',
    b'"\xf4\x8f\xbf\xbf"', b'"\xf4\x90\x80\x80"', b'"\xef\xbf\xbe"', b'"\xef\xbf\xbf"', b'"\xe2\x80\xa8"', b'"\xf0\x9f\x98\x80"', b'"\xf0\x9f\x98"',
    b"[]", b"[", b"]", b"[1", b"[1,", b"[1,]", b"[,1]", b"[1 2]", b"[1,2]", b"[1]]", b"[[]", b"[\n1\r\n]", b"[\x0b1]", b"[\xc2\xa01]",
    b"{}", b"{", b"}", b'{"a"}', b'{"a":}', b'{"a":1', b'{"a":1}', b'{"a":1,}', b'{,"a":1}', b"{a:1}", b"{1:1}", b'{"a" 1}', b'{"a"::1}',
    b'{"a":1,"a":1}', b'{"a":1,"\\u0061":2}', b'{"":1,"":2}', b'{"a":{"a":1}}', b'[{"a":1},{"a":1}]', b'{"a":1 "b":2}',
    b"{}{}", b"{} x", b"{}\x00", b"\x00{}", b"{}\n\n", b"1 2", b"// c\n1", b"1 // c", b"/* c */1", b"# c\n1",
    b"\xef\xbb\xbf{}", b"\xef\xbb\xbf", b"\xff\xfe{\x00}\x00", b"\xfe\xff\x00{\x00}", b"{\x00}\x00", b"\x00{\x00}", b" \xef\xbb\xbf{}",
    b"[" * 64 + b"]" * 64, b"[" * 65 + b"]" * 65, b"[" * 500 + b"]" * 500, b"[" * 64, b'{"a":' * 64 + b"1" + b"}" * 64,
    b'{"a":' * 65 + b"1" + b"}" * 65,
]


class Refused(Exception):
    pass


def no_twins(pairs):
    if len({name for name, _ in pairs}) != len(pairs):
        raise Refused("key")
    return dict(pairs)


def whole(digits):
    if not WORDS[0] <= int(digits) <= WORDS[1]:
        raise Refused("number")
    return int(digits)


def real(digits):
    if float(digits) in (float("inf"), float("-inf")):
        raise Refused("number")
    return float(digits)


def no_token(token):
    raise Refused(token)


def depth(text):
    deepest = level = 0
    in_text = escaped = False
    for character in text:
        if in_text:
            in_text, escaped = escaped or character != '"', character == "\\" and not escaped
        elif character == '"':
            in_text = True
        elif character in "[{":
            level += 1
            deepest = max(deepest, level)
        elif character in "]}":
            level -= 1
    return deepest


def has_surrogate(value):
    if isinstance(value, str):
        return any("\ud800" <= c <= "\udfff" for c in value)
    if isinstance(value, dict):
        return any(has_surrogate(name) or has_surrogate(each) for name, each in value.items())
    return isinstance(value, list) and any(map(has_surrogate, value))


def profile(data):
    """Whether the profile takes it, by Python's reader."""
    try:
        text = data.decode("utf-8")
        if depth(text) > DEPTH:
            return False
        return not has_surrogate(json.loads(text, object_pairs_hook=no_twins, parse_int=whole, parse_float=real, parse_constant=no_token))
    except (Refused, ValueError, RecursionError):
        return False


def python_takes(data):
    try:
        json.loads(data.decode("utf-8"))
        return True
    except (ValueError, RecursionError):
        return False


def generated(count, seed):
    """Values at random, most of them damaged in one place."""
    rng = random.Random(seed)

    def value(level):
        kind = rng.randrange(9 if level < 5 else 6)
        if kind < 2:
            return rng.choice([0, -1, 2**53 + 1, 2**64 - 1, 2**64, -2**63 - 1, 0.5, 1e300, 5e-324, -0.0, rng.getrandbits(64), rng.random()])
        if kind < 5:
            return "".join(rng.choice("ab\"\\/\n\u00e9\u2028\U0001f600\x7f") for _ in range(rng.randrange(6)))
        if kind == 5:
            return rng.choice([None, True, False])
        if kind == 6:
            return [value(level + 1) for _ in range(rng.randrange(4))]
        return {rng.choice("abcd") * rng.randrange(3): value(level + 1) for _ in range(rng.randrange(4))}

    def damaged(data):
        at = rng.randrange(len(data))
        kind = rng.randrange(5)
        if kind == 0:
            return data[:at]
        if kind == 1:
            return data[:at] + bytes([rng.randrange(256)]) + data[at + 1:]
        if kind == 2:
            return data[:at] + data[at + 1:]
        if kind == 3:
            return data[:at] + rng.choice([b",", b"]", b"}", b"\"", b"\\", b"1e999", b"\x00", b"NaN", b"\xff", b"{\"a\":1,\"a\":2}"]) + data[at:]
        return data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1:]

    for _ in range(count):
        data = json.dumps([value(0)], ensure_ascii=rng.random() < 0.5).encode()
        yield damaged(data) if rng.random() < 0.7 else data


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--verdicts", required=True, help="the program json_verdicts")
    parser.add_argument("--count", type=int, default=300, help="how many files are generated")
    parser.add_argument("--seed", type=int, default=1)
    a = parser.parse_args()
    files = HANDMADE + list(generated(a.count, a.seed))
    with tempfile.TemporaryDirectory(prefix="repro-json-") as folder:
        names = []
        for number, data in enumerate(files):
            path = pathlib.Path(folder) / str(number)
            path.write_bytes(data)
            names.append(str(path))
        told = subprocess.run([a.verdicts], input="\n".join(names) + "\n", stdout=subprocess.PIPE, text=True, check=True).stdout
    failures, codes = [], collections.Counter()
    for data, line in zip(files, told.splitlines(), strict=True):
        _, strict, nlohmann = line.split(" ")
        codes[strict] += 1
        if (strict == "ok") != profile(data):
            failures.append("%r: the strict reader says %s, the profile %s" % (data[:80], strict, profile(data)))
        if strict == "ok" and nlohmann != "ok":
            failures.append("%r: taken, and nlohmann/json refuses it" % data[:80])
        if strict == "E_JSON_SYNTAX" and nlohmann == "ok" and b"\x00" not in data:
            failures.append("%r: called a matter of syntax, and nlohmann/json takes it" % data[:80])
    print("\n".join(failures[:40]))
    print("%d files (%d by hand): %s; Python alone takes %d; %d failures"
          % (len(files), len(HANDMADE), ", ".join("%s %d" % each for each in sorted(codes.items())), sum(map(python_takes, files)), len(failures)))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
