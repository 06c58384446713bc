#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Fills of a GPU's memory: ours beside a memset, torch and cuRAND in one process, Markdown on the standard output.

Needs nvcc, PyTorch with CUDA and a GPU; run it from the root of the repository: python3 bench/gpu_fills.py
Compares the bits of host and device first; then every contestant takes its turn in each round, timed by events.
`--shapes` adds a table of unrollings, residencies and grids, from which the kernel's own were chosen.
"""

import ctypes
import statistics
import subprocess
import sys
import tempfile

import torch

LAWS = [("uniform", torch.float32), ("normal", torch.float32), ("uniform", torch.float64), ("normal", torch.float64)]
SHORT = {torch.float32: "f32", torch.float64: "f64"}
BYTES = 1 << 30
ROUNDS, REPEATS = 15, 8
PHILOX, XORWOW = 161, 101


def built(folder):
    name = f"{folder}/gpu_fills.so"
    capability = "".join(map(str, torch.cuda.get_device_capability()))
    subprocess.run(["nvcc", "-std=c++20", "-O3", f"-arch=sm_{capability}", "-Iinclude", "-shared", "-Xcompiler", "-fPIC",
                    "-o", name, "bench/gpu_fills.cu", "-lcurand"], check=True)
    library = ctypes.CDLL(name)
    u64, pointer = ctypes.c_uint64, ctypes.c_void_p
    for law, dtype in LAWS:
        getattr(library, f"device_{law}_{SHORT[dtype]}").argtypes = [pointer, u64, u64, u64, u64, pointer]
        getattr(library, f"host_{law}_{SHORT[dtype]}").argtypes = [pointer, u64, u64, u64, u64]
    library.device_shaped.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_uint, pointer, u64, u64, pointer]
    library.count_wrong_roots.restype = ctypes.c_longlong
    library.memset_bytes.argtypes = [pointer, u64, pointer]
    library.curand_new.argtypes, library.curand_new.restype = [ctypes.c_int, u64, pointer], pointer
    library.curand_fill.argtypes = [pointer, ctypes.c_int, pointer, u64]
    library.curand_delete.argtypes = [pointer]
    return library


def check(status):
    if status != 0:
        sys.exit(f"a launch failed with status {status}")


def compare_bits(library, stream):
    """Host against device: sizes around the block, the grid and its turns; keys, streams and first blocks of 64 bits."""
    total = wrong = 0
    for law, dtype in LAWS:
        for n in (1, 2, 3, 4, 5, 255, 1023, 1 << 20, (1 << 22) + 3):
            for key, of, first in ((0, 0, 0), (42, 0, 0), (2**63 + 12345, 2**40 + 7, 2**33 - 5)):
                on_device = torch.full((n,), float("nan"), dtype=dtype, device="cuda")
                on_host = torch.full((n,), float("nan"), dtype=dtype)
                check(getattr(library, f"device_{law}_{SHORT[dtype]}")(on_device.data_ptr(), n, key, of, first, stream))
                getattr(library, f"host_{law}_{SHORT[dtype]}")(on_host.data_ptr(), n, key, of, first)
                bits = torch.int32 if dtype == torch.float32 else torch.int64
                wrong += int((on_device.cpu().view(bits) != on_host.view(bits)).sum())
                total += n
    print(f"- host and device: {wrong} of {total} numbers differ")
    print(f"- square roots of all floats in [2^-25, 2^5]: {library.count_wrong_roots()} not correctly rounded")
    return wrong


def seconds(work):
    start, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
    start.record()
    for _ in range(REPEATS):
        work()
    end.record()
    end.synchronize()
    return start.elapsed_time(end) * 1e-3 / REPEATS


def contest(works):
    """Bytes a second of each, round by round, and its share of the first one's in the same round."""
    for work in works.values():
        work()
    rates = {name: [] for name in works}
    for _ in range(ROUNDS):
        for name, work in works.items():
            rates[name].append(BYTES / seconds(work))
    first = rates[next(iter(works))]
    print("\n| fill | by | TB/s, median | min to max | of memset |\n|---|---|---|---|---|")
    for name, of in rates.items():
        share = statistics.median(a / b for a, b in zip(of, first))
        fill, by = name
        print(f"| {fill} | {by} | {statistics.median(of) / 1e12:.3f} | {min(of) / 1e12:.3f} to {max(of) / 1e12:.3f} "
              f"| {share:.3f} |", flush=True)


def shapes(library, at, stream):
    """The normals, by blocks a thread makes a turn, blocks of threads a multiprocessor has registers for, and grid."""
    processors = torch.cuda.get_device_properties(0).multi_processor_count
    works = {("any bytes", "cudaMemsetAsync"): lambda: check(library.memset_bytes(at, BYTES, stream))}
    for index, (law, dtype) in enumerate(LAWS):
        if law == "uniform":
            continue
        for unroll in (1, 2):
            for resident in (1, 5, 6):
                for grid in (processors * 8, processors * 32):
                    works[f"{law}, {SHORT[dtype]}", f"unroll {unroll}, resident {resident}, grid {grid}"] = (
                        lambda i=index, u=unroll, r=resident, g=grid, n=BYTES // dtype.itemsize:
                        check(library.device_shaped(i, u, r, g, at, n, 42, stream)))
    return works


def main():
    stream = torch.cuda.current_stream().cuda_stream
    with tempfile.TemporaryDirectory() as folder:
        library = built(folder)
        driver = subprocess.run(["nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader"],
                                capture_output=True, text=True, check=False).stdout.strip()
        print(f"{driver}; CUDA {torch.version.cuda}; PyTorch {torch.__version__}; {BYTES >> 20} MiB a fill; "
              f"{ROUNDS} rounds of {REPEATS} fills each\n")
        if compare_bits(library, stream):
            sys.exit(1)
        buffer = torch.empty(BYTES, dtype=torch.uint8, device="cuda")
        at = buffer.data_ptr()
        works = {("any bytes", "cudaMemsetAsync"): lambda: check(library.memset_bytes(at, BYTES, stream))}
        generators = {name: library.curand_new(of, 42, stream) for name, of in (("Philox", PHILOX), ("XORWOW", XORWOW))}
        for index, (law, dtype) in enumerate(LAWS):
            n = BYTES // dtype.itemsize
            tensor = buffer.view(dtype)
            fill = getattr(library, f"device_{law}_{SHORT[dtype]}")
            label = f"{law}, {SHORT[dtype]}"
            works[label, "repro"] = lambda fill=fill, n=n: check(fill(at, n, 42, 0, 0, stream))
            works[label, "torch"] = tensor.uniform_ if law == "uniform" else tensor.normal_
            for name, g in generators.items():
                works[label, f"cuRAND {name}"] = lambda g=g, i=index, n=n: check(library.curand_fill(g, i, at, n))
        contest(works)
        if "--shapes" in sys.argv:
            contest(shapes(library, at, stream))
        for g in generators.values():
            library.curand_delete(g)


main()
