// SPDX-License-Identifier: MIT
// What is installed and set: libraries, compilers, GPUs, variables, and whether this build keeps its promise.

#include <repro/capture/gpu.hpp>
#include <repro/detail/descriptor.hpp>
#include <repro/launch/fast_math_objects.hpp>
#include <repro/launch/selftest.hpp>
#include <repro/launch/settings.hpp>

#include "doctor/checks.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <dlfcn.h>
#include <link.h>
#include <optional>
#include <string_view>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace tool {
namespace {

using repro::detail::descriptor;
using repro::detail::variable;

/// A library by the names that the loader knows it under.
struct wanted_library {
    const char* name;
    std::vector<const char*> files;
};

const std::vector<wanted_library>& wanted_libraries() {
    static const std::vector<wanted_library> all = {
        {"OpenBLAS", {"libopenblas.so.0"}},
        {"BLAS", {"libblas.so.3"}},
        {"MKL", {"libmkl_rt.so.3", "libmkl_rt.so.2", "libmkl_rt.so"}},
        {"OpenMP of GCC", {"libgomp.so.1"}},
        {"OpenMP of LLVM", {"libomp.so.5", "libomp.so"}},
        {"oneDNN", {"libdnnl.so.3", "libdnnl.so.2"}},
        {"CUDA runtime", {"libcudart.so.13", "libcudart.so.12", "libcudart.so.11.0", "libcudart.so"}},
    };
    return all;
}

/// Returns the path of the library, or nothing.
std::string path_of(const wanted_library& wanted) {
    for (const char* const file : wanted.files) {
        void* const handle = ::dlopen(file, RTLD_LAZY | RTLD_LOCAL);
        link_map* map = nullptr;
        if (handle != nullptr && ::dlinfo(handle, RTLD_DI_LINKMAP, static_cast<void*>(&map)) == 0)
            return map->l_name;
    }
    return {};
}

/// In a process of its own, since libraries start threads and change settings when they are loaded: writes a
/// line for each library.
[[noreturn]] void answer_libraries(int out) {
    std::string lines;
    for (const wanted_library& each : wanted_libraries())
        lines += path_of(each) + "\n";
    (void)!::write(out, lines.data(), lines.size());
    ::_exit(0);
}

std::string ask_for_libraries() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return {};
    const descriptor reading(ends[0]);
    descriptor writing(ends[1]);
    const pid_t child = ::fork();
    if (child == 0) answer_libraries(writing.get());
    writing.reset();
    std::string text(std::size_t{1} << 16, '\0');
    const ssize_t count = repro::detail::read_up_to(reading.get(), text.data(), text.size());
    text.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    if (child > 0) ::waitpid(child, nullptr, 0);
    return text;
}

/// Returns where `program` stands in PATH, or nothing.
std::string in_path(const std::string& program) {
    const std::string path = variable("PATH").value_or("/usr/bin:/bin");
    for (std::string_view rest = path; !rest.empty();) {
        const std::string file = std::string(repro::detail::next_token(rest, ':')) + "/" + program;
        if (::access(file.c_str(), X_OK) == 0) return file;
    }
    return {};
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& each : words)
        text += (text.empty() ? "" : ", ") + each;
    return text;
}

} // namespace

finding check_variables(repro::level wanted) {
    std::vector<std::string> unset, against;
    for (const repro::setting& each : repro::launch_settings(wanted, {})) {
        const repro::knob& which = repro::find_knob(each.name);
        const std::optional<std::string> value = variable(each.name);
        const bool stands_in = !which.instead.empty() && variable(which.instead);
        if (value && !repro::detail::accepts(which, value)) against.push_back(each.name);
        if (!value && !stands_in) unset.push_back(each.name);
    }
    for (const std::string& name : repro::launch_removals(wanted))
        if (variable(name)) against.push_back(name);
    const std::string level(to_string(wanted));
    if (!against.empty())
        return {"variables", health::warning, fmt::format("set against level {}: {}", level, joined(against)),
                fmt::format("repro explain {} says what keeps the promise", against.front())};
    if (!unset.empty())
        return {"variables", health::warning,
                fmt::format("{} that level {} asks for are not set: {}", unset.size(), level, joined(unset)),
                fmt::format("start programs with repro run, or: eval \"$(repro env --level {})\"", level)};
    return {"variables", health::ok, "all that level " + level + " asks for are set", {}};
}

finding check_selftest() {
    const repro::selftest_report report = repro::selftest();
    std::vector<std::string> failed;
    for (const repro::selftest_item& each : report.items)
        if (!each.holds) failed.push_back(each.name);
    if (failed.empty())
        return {"selftest", health::ok, fmt::format("{} answers hold", report.items.size()), {}};
    return {"selftest", health::missing, "these do not hold: " + joined(failed),
            "repro selftest says what was expected and found"};
}

finding check_gpu() {
    const repro::detail::gpu_facts facts =
        repro::detail::query_gpus(repro::detail::nvidia_driver_folder, repro::detail::nvml_library);
    if (facts.failed)
        return {"GPU", health::warning, facts.reason, "check the driver: nvidia-smi tells more"};
    if (facts.gpus.empty()) return {"GPU", health::absent, facts.reason, {}};
    return {"GPU",
            health::ok,
            joined(facts.gpus) + (facts.driver ? ", driver " + *facts.driver : std::string()),
            {}};
}

std::vector<finding> check_libraries() {
    std::vector<finding> found;
    const std::string answers = ask_for_libraries();
    std::string_view rest = answers;
    for (const wanted_library& each : wanted_libraries()) {
        const std::string path(repro::detail::next_token(rest, '\n'));
        if (path.empty())
            found.push_back({each.name, health::absent, "the loader finds none", {}});
        else
            found.push_back({each.name, health::ok, path, {}});
    }
    return found;
}

finding check_compilers() {
    std::vector<std::string> found;
    for (const char* const each : {"c++", "g++", "clang++", "clang++-19", "clang++-14", "nvcc"})
        if (std::string path = in_path(each); !path.empty()) found.push_back(std::move(path));
    if (found.empty()) return {"compilers", health::absent, "none in PATH", {}};
    return {"compilers", health::ok, joined(found), {}};
}

finding check_preloaded() {
    const std::vector<std::string> fast = repro::fast_math_objects();
    if (!fast.empty())
        return {"preloaded", health::warning, "turns denormal numbers off when it is loaded: " + joined(fast),
                "link it without -ffast-math, or take it out of LD_PRELOAD"};
    const std::optional<std::string> preloaded = variable("LD_PRELOAD");
    if (preloaded && !preloaded->empty())
        return {"preloaded", health::warning, "LD_PRELOAD is " + *preloaded,
                "unset it, unless every machine that repeats the run has the same"};
    return {"preloaded", health::ok, "nothing is loaded into every program", {}};
}

} // namespace tool
