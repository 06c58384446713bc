#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Headers include only lower layers, third parties only where they belong, and nothing that slows every user down."""

import re
import sys

from common import Problems, ROOT
from header_list import component

LAYERS = {
    "detail": 0, "core": 1, "rng": 2, "reduce": 2, "hash": 2, "compat": 3, "statistics": 3,
    "stream": 4, "capture": 4, "trace": 4, "data": 4, "launch": 5, "run": 6, "judge": 7, "adapters": 8, "lockfiles": 8, "testing": 8,
}
ADAPTERS_MAY_INCLUDE_UP_TO = 4
UMBRELLAS = {"version.hpp": -1, "fwd.hpp": -1, "core.hpp": 9, "repro.hpp": 9}  # what stands beside the folders

THIRD_PARTIES = {  # first part of the include -> who may
    "pcg_random.hpp": {"rng/pcg64.hpp"},
    "openssl": {"hash/file.hpp", "hash/git_blob.hpp", "capture/versions.hpp", "lockfiles/conan_cache.hpp"},
    "git2.h": {"capture/git.hpp", "capture/git_changes.hpp", "capture/git_file.hpp", "capture/git_filters.hpp", "capture/git_handle.hpp",
               "capture/git_patch.hpp", "capture/git_place.hpp", "capture/git_staged.hpp", "capture/git_untracked.hpp",
               "capture/versions.hpp"},
    "boost": {"statistics/distributions.hpp"},
    "nlohmann": {"capture", "run", "judge", "lockfiles"},
    "toml++": {"lockfiles/toml_reader.hpp"},
    "yaml-cpp": {"lockfiles/yaml_reader.hpp"},
    "catch2": {"testing/catch2.hpp"},
    "gtest": {"testing/gtest.hpp"},
}
STANDARD = set("""
    algorithm any array atomic barrier bit bitset cassert ccomplex cctype cerrno cfenv cfloat charconv chrono cinttypes
    ciso646 climits clocale cmath codecvt compare complex concepts condition_variable coroutine csetjmp csignal cstdarg
    cstddef cstdint cstdio cstdlib cstring ctime cuchar cwchar cwctype deque exception execution filesystem forward_list
    fstream functional future initializer_list iomanip ios iosfwd iostream istream iterator latch limits list locale map
    memory memory_resource mutex new numbers numeric optional ostream queue random ranges ratio regex scoped_allocator
    semaphore set shared_mutex source_location span sstream stack stdexcept stop_token streambuf string string_view
    strstream syncstream system_error thread tuple type_traits typeindex typeinfo unordered_map unordered_set utility
    valarray variant vector version cxxabi.h""".split())
NEVER = {"iostream", "random", "execution", "immintrin.h", "x86intrin.h", "regex", "format", "expected"}
NOT_IN_CORE = {"filesystem", "chrono", "mutex", "thread", "sstream", "functional", "iomanip", "future", "fstream"}
MAY_ALL_THE_SAME = {  # a header whose very subject needs it
    "data/ordered_loader.hpp": {"mutex", "thread"},  # included by whoever wants threads, by itself
    "stream/tracked.hpp": {"sstream"},  # the standard's engines write their state to streams alone
    "reduce/thread_pool.hpp": {"mutex", "thread"},  # included by whoever wants threads, by itself
    "rng/fill/threads.hpp": {"thread"},  # likewise
}
KERNELS = {"immintrin.h"}  # in a folder fill/ alone, whose headers users include by themselves
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^">]+)[">]')


def layer(header):
    return UMBRELLAS.get(header, LAYERS.get(header.split("/")[0]))


def check_own(problems, path, number, header, included):
    folder, other = header.split("/")[0], included.split("/")[0]
    mine, theirs = layer(header), layer(included)
    if mine is None or theirs is None:
        problems.add(path, number, f"{header} or {included} is in no layer", "name its folder in tools/lint/layers.py")
    elif folder != other and theirs >= mine and "/" in header:
        problems.add(path, number, f"{folder} (layer {mine}) includes {included} (layer {theirs})", "include lower layers only")
    elif folder == "adapters" and component_of(included) == component_of(header):
        return  # a part of the same adapter
    elif folder == "adapters" and (other == "adapters" or theirs > ADAPTERS_MAY_INCLUDE_UP_TO):
        problems.add(path, number, f"an adapter includes {included}", "layers 0 to 4 and one third party")
    elif component_of(header) == "core" and component_of(included) != "core":
        problems.add(path, number, f"core includes {included} of another component", "core needs a compiler only")


def component_of(header):
    from pathlib import PurePosixPath
    return component(PurePosixPath(header))


def check_other(problems, path, number, header, included):
    folder, first = header.split("/")[0], included.split("/")[0]
    if included in KERNELS and "/fill/" in header:
        return
    if included in NEVER:
        problems.add(path, number, f"<{included}> has no place in a header", "do without, or move it to a program")
    elif included in NOT_IN_CORE and component_of(header) == "core" and included not in MAY_ALL_THE_SAME.get(header, ()):
        problems.add(path, number, f"<{included}> costs every user of core compile time", "do without")
    elif first in THIRD_PARTIES:
        if not {header, folder} & THIRD_PARTIES[first]:
            problems.add(path, number, f"{header} includes <{included}>", f"only {', '.join(sorted(THIRD_PARTIES[first]))} may")
    elif included not in STANDARD and not included.endswith(".h") and folder != "adapters":
        problems.add(path, number, f"<{included}> is neither ours nor the standard's", "name it in tools/lint/layers.py")


def check_cycles(problems, include, graph):
    state = {}

    def visit(header, trail):
        if state.get(header) == "done" or header not in graph:
            return
        if header in trail:
            problems.add(include / header, 1, f"includes itself by {' -> '.join(trail)}", "break the circle")
            return
        for included in graph[header]:
            visit(included, trail + [header])
        state[header] = "done"

    for header in sorted(graph):
        visit(header, [])


def reach(graph, header, seen=None):
    seen = set() if seen is None else seen
    for included in graph.get(header, ()):
        if included not in seen:
            seen.add(included)
            reach(graph, included, seen)
    return seen


def check(root):
    problems = Problems()
    include = root / "include" / "repro"
    graph = {}
    for path in sorted(include.rglob("*.hpp")):
        header = path.relative_to(include).as_posix()
        graph[header] = []
        for number, line in enumerate(path.read_text().splitlines(), 1):
            found = INCLUDE.match(line)
            if not found:
                continue
            bracket, included = found.groups()
            if bracket == '"':
                problems.add(path, number, f'"{included}" is included by quotes', "write <repro/...>, the full path")
            elif included.startswith("repro/"):
                graph[header].append(included[len("repro/"):])
                check_own(problems, path, number, header, graph[header][-1])
            else:
                check_other(problems, path, number, header, included)
    check_cycles(problems, include, graph)
    for umbrella in ("core.hpp", "repro.hpp"):
        for header in sorted(reach(graph, umbrella)):
            if header == "rng/pcg64.hpp" or "/fill/" in header:
                problems.add(include / umbrella, 1, f"reaches {header}", "users who want it include it by itself")
    return problems


if __name__ == "__main__":
    sys.exit(check(ROOT).report("layers"))
