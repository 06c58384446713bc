#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes the calls of random programs with the real library and writes what it gave as known answers.

observe.py --versions       prints the versions of CPython and of NumPy (null where there is none)
observe.py PROGRAMS ANSWERS reads programs, one JSON object a line; writes them with `expected` and `after`

Runs under the interpreter whose libraries are the judge: CPython 3.8 and newer, NumPy 1.24 and newer. The format is
that of tests/vectors/golden/README.md; a call that the library refuses has `raises` in place of `expected`.
"""
import hashlib
import json
import platform
import random
import struct
import sys
import warnings

try:
    import numpy as np
except ImportError:
    np = None

WHOLE, ENDS = 16, 8
REFUSALS = (ValueError, TypeError, IndexError, OverflowError, ZeroDivisionError)


# Decoding.

def decoded(value):
    """Arguments: decimal strings are integers, hexadecimal ones floats."""
    if isinstance(value, list):
        return [decoded(each) for each in value]
    if not isinstance(value, str):
        return value
    return float.fromhex(value) if "x" in value or value.endswith(("inf", "nan")) else int(value)


def decoded_args(args):
    words = {"dtype", "method"}
    return {name: value if name in words else decoded(value) for name, value in args.items()}


def integer_of(seed):
    return int(seed["int_hex"], 16) if "int_hex" in seed else int(seed["int"])


# Encoding.

def encoded_number(value):
    if isinstance(value, float):
        return value.hex()
    value = int(value)
    return value if abs(value) <= 2**53 else str(value)


def encoded_ends(result, values, data):
    result["first"] = [encoded_number(each) for each in values[:ENDS]]
    result["last"] = [encoded_number(each) for each in values[-ENDS:]]
    result["sha256"] = hashlib.sha256(data).hexdigest()
    return result


def encoded_list(values):
    if len(values) <= WHOLE:
        return [encoded_number(each) for each in values]
    whole = isinstance(values[0], int)
    data = struct.pack("<%d%s" % (len(values), "q" if whole else "d"), *values)
    return encoded_ends({"n": len(values), "pack": "i64le" if whole else "f64le"}, values, data)


def encoded_bytes(data):
    text = data.hex()
    if len(data) <= 64:
        return {"hex": text}
    return {"n": len(data), "hex_first": text[:32], "hex_last": text[-32:], "sha256": hashlib.sha256(data).hexdigest()}


def encoded_array(values):
    flat = values.ravel()
    result = {"dtype": str(values.dtype), "shape": list(values.shape)}
    if flat.size > WHOLE:
        little = flat.astype(flat.dtype.newbyteorder("<"))
        ends = [*flat[:ENDS].tolist(), *flat[-ENDS:].tolist()]
        return encoded_ends(result, ends, little.tobytes())
    result["data"] = [encoded_number(each) for each in flat.tolist()]
    return result


def encoded(value):
    if value is None:
        return None
    if isinstance(value, bytes):
        return encoded_bytes(value)
    if isinstance(value, list):
        return encoded_list(value)
    if np is not None and isinstance(value, np.ndarray):
        return encoded_array(value)
    if np is not None and isinstance(value, np.generic):
        value = value.item()
    return encoded_number(value)


def digest_of_words(words, digits):
    return hashlib.sha256(struct.pack("<624I", *words)).hexdigest()[:digits]


# The three streams. Each has call(name, args) and position().

class Python:
    def __init__(self, case):
        self.slots = {}
        self.random = random.Random()
        self.seed(case["seed"])

    def seed(self, seed):
        if "str" in seed:
            value = seed["str"]
        elif "bytes_hex" in seed:
            value = bytes.fromhex(seed["bytes_hex"])
        elif "float" in seed:
            value = float.fromhex(seed["float"])
        elif "bool" in seed:
            value = seed["bool"]
        else:
            value = integer_of(seed)
        self.random.seed(value, seed.get("version", 2))

    def position(self, digits=16):
        state = self.random.getstate()
        following = self.random.getrandbits(32)
        self.random.setstate(state)
        gauss = state[2]
        return {"pos": state[1][624], "gauss_next": None if gauss is None else gauss.hex(), "next_u32": following,
                "words_sha256": digest_of_words(state[1][:624], digits)}

    def state(self):
        words = self.random.getstate()[1]
        result = self.position(64)
        del result["next_u32"]
        return dict(result, word0=words[0], word623=words[623])

    def call(self, name, a):
        r = self.random
        if name == "seed":
            return self.seed(a["s"])
        a = decoded_args(a)
        if name == "savestate":
            self.slots[a["slot"]] = r.getstate()
        elif name == "loadstate":
            r.setstate(self.slots[a["slot"]])
        elif name == "state":
            return self.state()
        elif name == "choice":
            return r.choice(range(a["n"]))
        elif name == "shuffle":
            x = list(range(a["n"]))
            r.shuffle(x)
            return encoded(x)
        elif name == "sample":
            if "counts" in a:
                return encoded(r.sample(range(len(a["counts"])), a["k"], counts=a["counts"]))
            return encoded(r.sample(range(a["n"]), a["k"]))
        elif name == "choices":
            return encoded(r.choices(range(a.pop("n")), **a))
        elif name == "randrange":
            return encoded(r.randrange(*[a[key] for key in ("start", "stop", "step") if key in a]))
        else:
            return encoded(getattr(r, name)(**a) if name not in ("getrandbits", "randbytes") else getattr(r, name)(*a.values()))
        return None


def arange(shape):
    return np.arange(int(np.prod(shape)), dtype=np.int64).reshape(shape)


class NumPy:
    """What RandomState and Generator share; `self.g` is one of them."""

    def common(self, name, a):
        """Calls that are not a method with the same arguments; NotImplemented for the others."""
        if name == "savestate":
            self.slots[a["slot"]] = self.get_state()
        elif name == "loadstate":
            self.set_state(self.slots[a["slot"]])
        elif name in ("shuffle", "shuffle_list", "shuffle_2d"):
            return self.shuffled(name, a)
        elif name == "permutation":
            x = arange(a["shape"]) if "shape" in a else a["x"]
            return self.g.permutation(x, *([a["axis"]] if "axis" in a else []))
        else:
            return NotImplemented
        return None

    def shuffled(self, name, a):
        if name == "shuffle_list":
            x = list(range(a["n"]))
        elif name == "shuffle_2d":
            x = arange(a["shape"])
        else:
            x = np.arange(a["n"]).astype(a.get("dtype", "int64"))
        self.g.shuffle(x, *([a["axis"]] if "axis" in a else []))
        return x

    def method(self, name, a):
        if isinstance(a.get("size"), list):
            a["size"] = tuple(a["size"])
        if isinstance(a.get("a"), dict):
            a["a"] = arange(a["a"]["shape"])
        if "dtype" in a:
            a["dtype"] = getattr(np, "bool_" if a["dtype"] == "bool" else a["dtype"])
        return getattr(self.g, name)(**a)


class Legacy(NumPy):
    def __init__(self, case):
        self.slots = {}
        seed = case["seed"]
        if "MT19937(SeedSequence)" in seed:
            self.g = np.random.RandomState(np.random.MT19937(np.random.SeedSequence(int(seed["MT19937(SeedSequence)"]))))
        else:
            self.g = np.random.RandomState(0)
            self.seed(seed)

    def seed(self, seed):
        self.g.seed([int(each) for each in seed["array"]] if "array" in seed else int(seed["int"]))

    def get_state(self):
        return self.g.get_state()

    def set_state(self, state):
        self.g.set_state(state)

    def position(self):
        state = self.g.get_state()
        following = int(self.g._bit_generator.random_raw())
        self.g.set_state(state)
        _, key, pos, has_gauss, gauss = state
        return {"pos": int(pos), "key_sha256": digest_of_words(key, 16), "key0": int(key[0]), "key623": int(key[623]),
                "has_gauss": int(has_gauss), "gauss": float(gauss).hex(), "next_raw": following}

    def call(self, name, a):
        if name == "seed":
            return self.seed(a["s"])
        a = decoded_args(a)
        if name == "state":
            return self.position()
        result = self.common(name, a)
        if result is not NotImplemented:
            return encoded(result)
        if name in ("rand", "randn"):
            return encoded(getattr(self.g, name)(*a["dims"]))
        if name == "bytes":
            return encoded(self.g.bytes(a["length"]))
        return encoded(self.method(name, a))


def sequence_of(seed):
    def entropy(e):
        return [int(each) for each in e["array"]] if "array" in e else integer_of(e)

    if "seed_sequence" not in seed:
        return np.random.SeedSequence(entropy(seed))
    s = seed["seed_sequence"]
    return np.random.SeedSequence(entropy(s["entropy"]), spawn_key=tuple(int(k) for k in s.get("spawn_key", ())),
                                  pool_size=s.get("pool_size", 4))


class Generator(NumPy):
    def __init__(self, case):
        self.slots = {}
        self.kind = getattr(np.random, case["bit_generator"])
        self.g = np.random.Generator(self.kind(sequence_of(case["seed"])))

    def get_state(self):
        return self.g.bit_generator.state

    def set_state(self, state):
        self.g.bit_generator.state = state

    def position(self, with_increment=False):
        bits = self.g.bit_generator
        state = bits.state
        following = int(bits.random_raw())
        bits.state = state
        inner = state["state"]
        if state["bit_generator"] == "MT19937":
            key = inner["key"]
            return {"pos": int(inner["pos"]), "key_sha256": digest_of_words(key, 16), "key0": int(key[0]),
                    "key623": int(key[623]), "next_raw": following}
        result = {}
        if state["bit_generator"] == "Philox":
            result = {"counter": [str(int(w)) for w in inner["counter"]], "key": [str(int(w)) for w in inner["key"]],
                      "buffer": [str(int(w)) for w in state["buffer"]], "buffer_pos": int(state["buffer_pos"])}
        elif state["bit_generator"] == "SFC64":
            result = {"state": [str(int(w)) for w in inner["state"]]}
        else:
            result = {"state": str(inner["state"])}
            if with_increment:
                result["inc"] = str(inner["inc"])
        return dict(result, has_uint32=int(state["has_uint32"]), uinteger=int(state["uinteger"]),
                    next_raw=str(following))

    def moved(self, name, a):
        bits = self.g.bit_generator
        if name == "jumped":
            bits = bits.jumped(a["jumps"])
        else:
            sequence = bits.seed_seq if hasattr(bits, "seed_seq") else bits._seed_seq
            bits = self.kind(sequence.spawn(a["n"])[a["i"]])
        self.g = np.random.Generator(bits)
        return self.position()

    def call(self, name, a):
        a = decoded_args(a)
        if name == "state":
            return self.position(with_increment=True)
        if name in ("jumped", "spawn_child"):
            return self.moved(name, a)
        if name == "advance":
            self.g.bit_generator.advance(a["delta"])
            return None
        if name == "random_raw":
            size = a["size"]
            return encoded(self.g.bit_generator.random_raw(tuple(size) if isinstance(size, list) else size))
        result = self.common(name, a)
        if result is not NotImplemented:
            return encoded(result)
        if name == "permuted":
            return encoded(self.g.permuted(arange(a["shape"]), axis=a.get("axis")))
        if name.endswith("_f32"):
            name, a["dtype"] = name[:-4], "float32"
        if name.endswith("_inv"):
            name, a["method"] = name[:-4], "inv"
        if name == "bytes":
            return encoded(self.g.bytes(a["length"]))
        return encoded(self.method(name, a))


def generated_state(case):
    a = case["args"]
    return encoded(sequence_of(case["seed"]).generate_state(a["n_words"], getattr(np, a["dtype"])))


STREAMS = {"cpython.random": Python, "numpy.legacy": Legacy, "numpy.generator": Generator}


def observe(case):
    if case["stream"] == "numpy.seed_sequence":
        case["expected"] = generated_state(case)
        return
    player = STREAMS[case["stream"]](case)
    for step in case["program"]:
        try:
            step["expected"] = player.call(step["call"], step["args"])
        except REFUSALS as refusal:
            step["raises"] = type(refusal).__name__
    case["after"] = player.position()


def main():
    warnings.simplefilter("ignore")
    if sys.argv[1:] == ["--versions"]:
        print(json.dumps({"python": platform.python_version(), "numpy": np and np.__version__,
                          "libc": " ".join(platform.libc_ver())}))
        return
    with open(sys.argv[1]) as programs, open(sys.argv[2], "w") as answers:
        for line in programs:
            case = json.loads(line)
            observe(case)
            answers.write(json.dumps(case) + "\n")
            answers.flush()


if __name__ == "__main__":
    main()
