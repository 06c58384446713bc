#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Prints known answers of the JAX that it runs on, after those of the files named: what
tests/vectors/golden/jax_versions.json holds. With --x64 under jax_enable_x64 and in both layouts.
"""
import hashlib
import json
import sys

import jax
import jax.numpy as jnp
import numpy as np

WHOLE, ENDS = 16, 8
X64 = "--x64" in sys.argv[1:]


def element(value):
    return float(value).hex() if isinstance(value, np.floating) else int(value)


def answer(result):
    array = np.asarray(result)
    if array.dtype.name == "bfloat16":
        array = array.astype(np.float32)
    encoded = {"dtype": array.dtype.name, "shape": list(array.shape)}
    flat = array.ravel()
    if flat.size <= WHOLE:
        return encoded | {"data": [element(v) for v in flat]}
    return encoded | {
        "first": [element(v) for v in flat[:ENDS]],
        "last": [element(v) for v in flat[-ENDS:]],
        "sha256": hashlib.sha256(array.astype(array.dtype.newbyteorder("<")).tobytes()).hexdigest(),
    }


def big(value):
    return value if abs(value) <= 2**53 else str(value)


def calls(key, r):
    """Name, class, arguments and result of every call."""
    yield "prng_key", "int", {}, key
    yield "split", "int", {"num": 3}, r.split(key, 3)
    yield "fold_in", "int", {"data": 4294967295}, r.fold_in(key, np.uint32(4294967295))
    for dtype in ["uint8", "uint16", "uint32", "uint64"]:
        yield "bits", "int", {"shape": [33], "dtype": dtype}, r.bits(key, (33,), dtype)
    low, high = (-(2**63), 2**63 - 1) if X64 else (-(2**31), 2**31 - 1)
    for dtype, minval, maxval in [
        ("int8", -128, 128), ("uint8", 0, 200), ("uint8", 0, 256), ("int16", -1000, 1000), ("uint16", 3, 65536),
        ("int32", -5, 2**31 - 1), ("uint32", 0, 2**31 - 1), ("int64", low, high), ("uint64", 0, high), ("int32", 7, 7),
    ]:
        arguments = {"shape": [33], "minval": big(minval), "maxval": big(maxval), "dtype": dtype}
        yield "randint", "int", arguments, r.randint(key, (33,), minval, maxval, dtype)
    for dtype in ["float16", "bfloat16", "float32", "float64"]:
        yield "uniform", "ieee", {"shape": [33], "dtype": dtype}, r.uniform(key, (33,), dtype)
        arguments = {"shape": [33], "dtype": dtype, "minval": (-0.37).hex(), "maxval": (0.55).hex()}
        yield "uniform", "ieee+fma", arguments, r.uniform(key, (33,), dtype, -0.37, 0.55)
    yield "bernoulli", "ieee", {"p": (0.3).hex(), "shape": [33]}, r.bernoulli(key, 0.3, (33,))
    yield "permutation", "int", {"x": 3000}, r.permutation(key, 3000)
    cube = jnp.arange(60).reshape(5, 4, 3)
    for axis, independent in [(0, False), (1, False), (1, True), (2, True)]:
        arguments = {"x": {"arange_reshaped": [5, 4, 3]}, "axis": axis, "independent": independent}
        yield "permutation", "int", arguments, r.permutation(key, cube, axis, independent)
    for replace in [True, False]:
        yield "choice", "int", {"a": 50, "shape": [33], "replace": replace}, r.choice(key, 50, (33,), replace)
    if X64:
        yield from continuous(key, r)


def continuous(key, r):
    """What goes through XLA's logarithm, which differs between versions of jaxlib."""
    for dtype in ["float32", "float64"]:
        for name in ["normal", "exponential", "gumbel", "laplace", "logistic"]:
            yield name, "libm", {"shape": [1001], "dtype": dtype}, getattr(r, name)(key, (1001,), dtype)
    p = [0.05, 0.3, 0.15, 0.2, 0.1, 0.125, 0.075]
    for replace in [True, False]:
        arguments = {"a": 7, "shape": [7], "replace": replace, "p": [v.hex() for v in p]}
        yield "choice", "libm", arguments, r.choice(key, 7, (7,), replace, jnp.array(p))
    logits = {"log_of": [v.hex() for v in p]}
    yield "categorical", "libm", {"logits": logits, "shape": [33]}, r.categorical(key, jnp.log(jnp.array(p)), shape=(33,))


def main():
    jax.config.update("jax_enable_x64", X64)
    cases = []
    for name in sys.argv[1:]:
        if not name.startswith("-"):
            with open(name) as file:
                cases += json.load(file)["cases"]
    for partitionable in [True, False] if X64 else [jax.config.jax_threefry_partitionable]:
        jax.config.update("jax_threefry_partitionable", partitionable)
        for seed in [42, -(2**40) - 3]:
            for name, of_class, arguments, result in calls(jax.random.PRNGKey(seed), jax.random):
                cases.append({
                    "id": f"jv-{len(cases):05}", "stream": "jax", "version": jax.__version__, "x64": X64,
                    "threefry_partitionable": bool(partitionable), "seed": {"int": str(seed)}, "call": name,
                    "args": arguments, "class": of_class, "expected": answer(result),
                })
    print('{"meta": {"made_by": "tools/vectors/jax_versions.py"}, "cases": [')
    print(",\n".join(json.dumps(case) for case in cases))
    print("]}")


if __name__ == "__main__":
    main()
