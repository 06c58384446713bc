#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Draws of PyTorch's CPU twin beside torch on one thread, in one process; Markdown on the standard output.

Needs g++ and PyTorch; run it from the root of the repository: python3 bench/torch_fills.py [N [ROUNDS]]
Compares the bits of both first, then every contestant takes its turn in each round, into memory that is there already.
"""

import ctypes
import platform
import statistics
import subprocess
import sys
import tempfile
import time

import torch

N = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 15
TIERS = ("portable", "AVX2", "AVX-512")

# draw -> dtype, what torch does into `out`, our functions: (label, name, tier or None)
DRAWS = {
    "rand, float32": (torch.float32, lambda out: torch.rand(out.shape, out=out), "rand"),
    "randn, float32": (torch.float32, lambda out: torch.randn(out.shape, out=out), "randn"),
    "rand, float64": (torch.float64, lambda out: torch.rand(out.shape, dtype=out.dtype, out=out), "rand64"),
    "randn, float64": (torch.float64, lambda out: torch.randn(out.shape, dtype=out.dtype, out=out), "randn64"),
    "uniform_(-1, 1), float32": (torch.float32, lambda out: out.uniform_(-1, 1), "uniform"),
    "randint(0, 100), int64": (torch.int64, lambda out: torch.randint(0, 100, out.shape, out=out), "randint"),
    "randperm, int64": (torch.int64, lambda out: torch.randperm(out.numel(), out=out), "randperm"),
    "bernoulli_(0.5), float32": (torch.float32, lambda out: out.bernoulli_(0.5), "bernoulli"),
    "exponential_(1), float32": (torch.float32, lambda out: out.exponential_(1), "exponential"),
}


def built(folder):
    name = f"{folder}/torch_fills.so"
    subprocess.run(["g++", "-std=c++20", "-O3", "-shared", "-fPIC", "-Iinclude", "-o", name, "bench/torch_fills.cpp"],
                   check=True)
    return ctypes.CDLL(name)


def contestants(library, what, out):
    """Our ways to make one draw, by their names."""
    pointer, count = ctypes.c_void_p(out.data_ptr()), ctypes.c_size_t(out.numel())
    ways = {"the twin's method": lambda f=getattr(library, f"twin_{what}"): f(pointer, count)}
    if hasattr(library, f"fill_{what}"):
        fill = getattr(library, f"fill_{what}")
        for tier in range(library.best_tier() + 1):
            ways[f"fill, {TIERS[tier]}"] = lambda tier=tier: fill(pointer, count, ctypes.c_int(tier))
    return ways


def nanoseconds(work):
    begin = time.perf_counter_ns()
    work()
    return (time.perf_counter_ns() - begin) / N


def processor():
    with open("/proc/cpuinfo", encoding="utf-8") as info:
        return next((line.split(":")[1].strip() for line in info if line.startswith("model name")), platform.machine())


def main():
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        library = built(folder)
        print(f"# Draws of PyTorch's CPU generator\n\nWritten by `bench/torch_fills.py`. {processor()}; PyTorch "
              f"{torch.__version__}, one thread; n = {N}, {ROUNDS} rounds; every bit equal before any clock ran.\n")
        print("| draw | by | ns each, min | median, max | torch takes, of minima | median, spread |\n|---|---|---|---|---|---|")
        for draw, (dtype, torch_way, what) in DRAWS.items():
            theirs, ours = torch.empty(N, dtype=dtype), torch.empty(N, dtype=dtype)
            torch.manual_seed(42)
            torch_way(theirs)
            ways = contestants(library, what, ours)
            for name, way in ways.items():
                library.seed(ctypes.c_uint64(42))
                ours.zero_()
                way()
                bits = torch.int32 if dtype.itemsize == 4 else torch.int64
                if not torch.equal(ours.view(bits), theirs.view(bits)):
                    sys.exit(f"{draw}, {name}: the bits differ from torch's")
            ways["torch"] = lambda way=torch_way, out=theirs: way(out)
            times = {name: [] for name in ways}
            for _ in range(ROUNDS):
                for name, way in ways.items():
                    times[name].append(nanoseconds(way))
            for name, each in times.items():
                ratios = [a / b for a, b in zip(times["torch"], each)]
                print(f"| {draw} | {name} | {min(each):.3f} | {statistics.median(each):.3f}, {max(each):.3f} "
                      f"| **{min(times['torch']) / min(each):.2f}x** | {statistics.median(ratios):.2f}x, "
                      f"{min(ratios):.2f} to {max(ratios):.2f} |", flush=True)


main()
