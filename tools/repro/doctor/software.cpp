// SPDX-License-Identifier: MIT
// What is installed and set: libraries, compilers, GPUs, variables, and whether this build keeps its promise.

#include <repro/capture/gpu.hpp>
#include <repro/core/knob_files.hpp>
#include <repro/detail/descriptor.hpp>
#include <repro/launch/fast_math_objects.hpp>
#include <repro/launch/selftest.hpp>
#include <repro/launch/settings.hpp>

#include "doctor/checks.hpp"
#include "watched_run.hpp"

#include <climits>
#include <fmt/format.h>

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <fcntl.h>
#include <link.h>
#include <optional>
#include <poll.h>
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

/// Returns the path of the first of `files` that the loader finds, or nothing.
std::string loaded_path(const std::vector<const char*>& files) {
    for (const char* const file : files) {
        void* const handle = ::dlopen(file, RTLD_LAZY | RTLD_LOCAL);
        link_map* map = nullptr;
        if (handle != nullptr && ::dlinfo(handle, RTLD_DI_LINKMAP, static_cast<void*>(&map)) == 0)
            return map->l_name;
    }
    return {};
}

/// Writes the path, and ends. What a library prints when it is loaded goes nowhere.
[[noreturn]] void answer_path(const std::vector<const char*>& files, int out) {
    const descriptor nowhere(::open("/dev/null", O_WRONLY | O_CLOEXEC));
    for (const int stream : {STDOUT_FILENO, STDERR_FILENO})
        (void)::dup2(nowhere.get(), stream);
    const std::string path = loaded_path(files) + "\n";
    (void)!::write(out, path.data(), path.size());
    ::_exit(0);
}

/// A child that was asked to load a library: what it wrote, and how it ended.
struct loading {
    std::string answer;
    bool in_time = true;
    int status = 0; ///< as waitpid has it
};

loading try_to_load(const std::vector<const char*>& files, std::chrono::milliseconds limit) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return {};
    const descriptor reading(ends[0]);
    descriptor writing(ends[1]);
    const pid_t child = ::fork();
    if (child == 0) answer_path(files, writing.get());
    writing.reset();
    if (child < 0) return {};
    loading made;
    pollfd waiting = {reading.get(), POLLIN, 0};
    made.in_time = ::poll(&waiting, 1, static_cast<int>(limit.count())) != 0;
    if (made.in_time) {
        made.answer.resize(PATH_MAX + 1);
        const ssize_t count = ::read(reading.get(), made.answer.data(), made.answer.size());
        made.answer.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    }
    if (made.answer.empty()) ::kill(child, SIGKILL); // at its end already, or hanging
    ::waitpid(child, &made.status, 0);
    return made;
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
        std::optional<std::string> value = variable(each.name);
        if (value && value->empty()) value.reset(); // as repro run takes it
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

finding check_library(const std::string& name, const std::vector<const char*>& files,
                      std::chrono::milliseconds limit) {
    constexpr const char* fix = "mend or remove it: a program that loads it fares no better";
    const loading made = try_to_load(files, limit);
    if (!made.in_time)
        return {name, health::warning,
                fmt::format("is not loaded within {} s", static_cast<double>(limit.count()) / 1000), fix};
    if (!made.answer.ends_with('\n'))
        return {name, health::warning,
                WIFSIGNALED(made.status) && WTERMSIG(made.status) != SIGKILL
                    ? fmt::format("ends the process that loads it: {}", ::strsignal(WTERMSIG(made.status)))
                    : "ends the process that loads it",
                fix};
    if (made.answer == "\n") return {name, health::absent, "the loader finds none", {}};
    return {name, health::ok, made.answer.substr(0, made.answer.size() - 1), {}};
}

std::vector<finding> check_libraries() {
    std::vector<finding> found;
    for (const wanted_library& each : wanted_libraries())
        found.push_back(check_library(each.name, each.files, std::chrono::seconds(10)));
    return found;
}

finding check_nccl_files(repro::level wanted) {
    std::vector<std::string> all, against;
    for (const repro::knob_in_file& each : repro::nccl_file_knobs()) {
        const std::string text = each.name + "=" + each.value + " in " + each.file;
        all.push_back(text);
        for (const repro::knob& known : repro::knobs)
            if (known.name == each.name && repro::detail::asks(wanted, known) &&
                !repro::detail::accepts(known, each.value))
                against.push_back(text);
    }
    if (!against.empty())
        return {"NCCL files", health::warning,
                fmt::format("set against level {}: {}", to_string(wanted), joined(against)),
                "change the file, or set the variables in the environment, which go before it"};
    if (all.empty()) return {"NCCL files", health::absent, "none sets anything", {}};
    return {"NCCL files", health::ok, joined(all), {}};
}

finding check_audit() {
    try {
        return {"audit", health::ok, audit_library().native(), {}};
    } catch (const repro::error& problem) {
        return {"audit", health::warning, problem.what(), "repro audit needs it: install repro as a whole"};
    }
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
