#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Random calls of torch on this GPU beside the twin on the CPU: bits, offsets, and distances where bits are not promised.

Needs a C++20 compiler (CXX, else c++), PyTorch with CUDA and a GPU; nvcc for what the reciprocal's approximation gives.
Run it from the root of the repository: python3 tests/gpu/torch_cuda_compare.py [seconds]
Exit status 1 if a call of an exact class, or an offset, differs.
"""

import ctypes
import os
import random
import subprocess
import sys
import tempfile
import time

import torch

REALS = ["float32", "float64", "float16", "bfloat16"]
WHOLES = ["int64", "int32", "int16", "int8", "uint8"]
EXACT = {"uniform_", "random_", "random_range", "bernoulli_", "bernoulli", "dropout", "randperm"}
BITS = {1: torch.uint8, 2: torch.int16, 4: torch.int32, 8: torch.int64}


def build(folder):
    name = f"{folder}/twin.so"
    subprocess.run([os.environ.get("CXX", "c++"), "-std=c++20", "-O2", "-shared", "-fPIC", "-Iinclude", "-o", name,
                    "tests/gpu/torch_cuda_twin.cpp"], check=True)
    twin = ctypes.CDLL(name)
    u64, pointer = ctypes.c_uint64, ctypes.c_void_p
    twin.twin_new.argtypes, twin.twin_new.restype = [u64] + [ctypes.c_int] * 4, pointer
    twin.twin_delete.argtypes = [pointer]
    twin.twin_offset.argtypes, twin.twin_offset.restype = [pointer], u64
    twin.twin_set_offset.argtypes = [pointer, u64]
    twin.twin_draw.argtypes = [pointer, ctypes.c_char_p, ctypes.c_char_p, pointer, u64, ctypes.c_double, ctypes.c_double,
                               ctypes.c_int64, ctypes.c_int64]
    return twin


def size(r, threads):
    """Small ones, those around the grid and its unrolled turns, and large ones."""
    near = r.choice([1, 2, 4, 8]) * threads
    return r.choice([r.randint(1, 20), r.randint(1, 5000), r.randint(max(1, near - 5), near + 5),
                     r.randint(1, 3_000_000), 2 * r.randint(1, 1_500_000)])


def arguments(r, call):
    if call == "uniform_":
        a = r.uniform(-3, 3)
        return r.choice([(0.0, 1.0), (a, a + r.uniform(0, 5))]) + (0, 0)
    if call in ("normal_", "log_normal_"):
        return r.choice([(0.0, 1.0), (r.uniform(-2, 2), r.uniform(0.1, 2))]) + (0, 0)
    if call == "exponential_":
        return r.choice([1.0, r.uniform(0.1, 4)]), 0.0, 0, 0
    if call == "cauchy_":
        return r.uniform(-1, 1), r.uniform(0.1, 3), 0, 0
    if call in ("bernoulli_", "geometric_", "dropout"):
        return r.uniform(0.02, 0.98), 0.0, 0, 0
    return 0.0, 0.0, 0, 0


def bounds(r, dtype):
    if dtype in ("int64", "float64"):
        low = r.randint(-2**40, 2**40)
        return low, low + r.choice([r.randint(1, 1000), 2**28 - 1, 2**28, 2**31, 2**32, r.randint(1, 2**52)])
    if dtype in ("int32", "float32"):
        low = r.randint(-2**20, 2**20)
        return low, low + r.choice([r.randint(1, 1000), 2**28 - 1, 2**28, 2**30])
    return (0, r.randint(1, 100)) if dtype in ("uint8", "int8") else (-r.randint(1, 100), r.randint(1, 100))


def draw(call, dtype, n, x, given):
    """What torch gives on the GPU."""
    if call == "randperm":
        return torch.randperm(n, dtype=dtype, device="cuda")
    if call == "dropout":
        return torch.nn.functional.dropout(given.cuda(), x[0])
    if call == "bernoulli":
        return torch.bernoulli(given.cuda())
    out = torch.empty(n, dtype=dtype, device="cuda")
    if call == "random_range":
        return out.random_(x[2], x[3])
    if call == "random_":
        return out.random_()
    count = {"exponential_": 1, "bernoulli_": 1, "geometric_": 1}.get(call, 2)
    return getattr(out, call)(*x[:count])


def distance(ours, theirs, dtype):
    """The largest and the mean distance in units of the last place, where both are finite."""
    if not dtype.is_floating_point:
        return float((ours.double() - theirs.double()).abs().max()), 0.0
    bits = BITS[dtype.itemsize]

    def place(t):
        i = t.view(bits).to(torch.int64)
        lowest = -(1 << (8 * dtype.itemsize - 1))
        return torch.where(i < 0, lowest - i, i)

    finite = torch.isfinite(ours) & torch.isfinite(theirs)
    apart = (place(ours) - place(theirs)).abs()[finite].double()
    return (float(apart.max()), float(apart.mean())) if apart.numel() else (0.0, 0.0)


class Tally:
    def __init__(self):
        self.calls = self.elements = self.equal_calls = self.wrong = self.offsets = 0
        self.most = self.sum = self.absolute = 0.0

    def add(self, ours, theirs, offsets_agree, dtype):
        self.calls += 1
        self.elements += ours.numel()
        bits = BITS[dtype.itemsize]
        wrong = int((ours.view(bits) != theirs.view(bits)).sum()) if dtype != torch.bool else int((ours != theirs).sum())
        self.wrong += wrong
        self.equal_calls += wrong == 0
        self.offsets += not offsets_agree
        if wrong:
            most, mean = distance(ours, theirs, dtype)
            self.most = max(self.most, most)
            self.sum += mean * ours.numel()
            apart = (ours.double() - theirs.double()).abs()
            self.absolute = max(self.absolute, float(apart[torch.isfinite(apart)].max()))


def compare(twin, seconds):
    properties = torch.cuda.get_device_properties(0)
    shape = (properties.multi_processor_count, properties.max_threads_per_multi_processor, properties.major, properties.minor)
    threads = shape[0] * (shape[1] // 256) * 256
    kinds = [(call, d) for call in ("uniform_", "normal_", "log_normal_", "exponential_", "cauchy_") for d in REALS]
    kinds += [(call, d) for call in ("bernoulli_", "geometric_") for d in REALS + ["int64", "uint8"]]
    kinds += [("random_range", d) for d in WHOLES + ["float32", "float64"]] + [("random_", d) for d in WHOLES + REALS]
    kinds += [(call, d) for call in ("dropout", "bernoulli") for d in ("float32", "float64")]
    kinds += [("randperm", "int64"), ("randperm", "int32")]
    tallies = {kind: Tally() for kind in kinds}
    r, end, i = random.Random(20260101), time.time() + seconds, 0
    while time.time() < end:
        call, name = kinds[i % len(kinds)]
        i += 1
        dtype, n = getattr(torch, name), size(r, threads)
        x = arguments(r, call)
        if call == "random_range":
            x = (0.0, 0.0) + bounds(r, name)
        seed, offset = r.choice([0, 42, r.getrandbits(63)]), r.choice([0, 4 * r.randint(0, 2**20), 4 * r.getrandbits(40)])
        given = torch.rand(n, dtype=dtype) if call in ("dropout", "bernoulli") else None
        generator = torch.cuda.default_generators[0]
        generator.manual_seed(seed)
        generator.set_offset(offset)
        theirs = draw(call, dtype, n, x, given).cpu()
        ours = given.clone() if given is not None else torch.zeros(n, dtype=dtype)
        g = twin.twin_new(seed, *shape)
        twin.twin_set_offset(g, offset)
        status = twin.twin_draw(g, call.encode(), name.encode(), ours.data_ptr(), n, *x)
        if status:
            sys.exit(f"the twin refused {call} {name} {n} {x} with status {status}")
        tallies[call, name].add(ours, theirs, twin.twin_offset(g) == generator.get_offset(), dtype)
        twin.twin_delete(g)
    return tallies


RECIPROCAL = r"""
#include <cstdint>
#include <cstdio>
__global__ void reciprocals(unsigned* out) {
    const unsigned i = blockIdx.x * blockDim.x + threadIdx.x;
    double y;
    asm("rcp.approx.ftz.f64 %0, %1;" : "=d"(y) : "d"(__hiloint2double(0x3ff00000 + i, 0)));
    out[i] = __double2hiint(y);
}
int main(int, char** argv) {
    unsigned* out;
    cudaMallocManaged(&out, 4u << 20);
    reciprocals<<<4096, 256>>>(out);
    if (cudaDeviceSynchronize() != cudaSuccess) return 1;
    std::FILE* f = std::fopen(argv[1], "wb");
    std::fwrite(out, 4, 1u << 20, f);
    return std::fclose(f);
}
"""


def reciprocal(folder):
    """What rcp.approx.ftz.f64 gives for the 2^20 high words of [1, 2), beside the reciprocal rounded to a high word."""
    with open(f"{folder}/reciprocal.cu", "w", encoding="ascii") as f:
        f.write(RECIPROCAL)
    out = os.path.join(os.environ.get("OUT", folder), "rcp64h.bin")
    capability = "".join(map(str, torch.cuda.get_device_capability()))
    subprocess.run(["nvcc", f"-arch=sm_{capability}", "-o", f"{folder}/reciprocal", f"{folder}/reciprocal.cu"], check=True)
    subprocess.run([f"{folder}/reciprocal", out], check=True)
    got = torch.frombuffer(bytearray(open(out, "rb").read()), dtype=torch.int32).to(torch.int64)
    x = (torch.arange(1 << 20, dtype=torch.float64) + (1 << 20)) / (1 << 20)
    exact = (1.0 / x).view(torch.int64)
    for name, want in (("towards zero", exact >> 32), ("to nearest", (exact + (1 << 31)) >> 32)):
        apart = got - want
        print(f"- rcp.approx.ftz.f64 beside the high word of 1 / x, rounded {name}: {int((apart != 0).sum())} of {1 << 20} "
              f"differ, from {int(apart.min())} to {int(apart.max())}")


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 150.0
    with tempfile.TemporaryDirectory() as folder:
        twin = build(folder)
        print(f"{torch.cuda.get_device_name(0)}; CUDA {torch.version.cuda}; PyTorch {torch.__version__}\n")
        try:
            reciprocal(folder)
        except (OSError, subprocess.CalledProcessError) as e:
            print(f"- rcp.approx.ftz.f64 not read: {e}")
        tallies = compare(twin, seconds)
    print("\n| call | dtype | calls | numbers | calls with equal bits | numbers that differ | most ulp | mean ulp "
          "| most absolute | wrong offsets |\n|---|---|---|---|---|---|---|---|---|---|")
    failed = False
    for (call, dtype), t in tallies.items():
        print(f"| {call} | {dtype} | {t.calls} | {t.elements} | {t.equal_calls} | {t.wrong} | {t.most:g} "
              f"| {t.sum / max(1, t.elements):.3g} | {t.absolute:.3g} | {t.offsets} |")
        failed |= t.offsets > 0 or (call in EXACT and t.wrong > 0)
    sys.exit(1 if failed else 0)


main()
