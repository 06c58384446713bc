// SPDX-License-Identifier: MIT
#pragma once
// Processor, memory, operating system and GPUs. The host's name is not recorded. Works without /proc.

#include <repro/capture/gpu.hpp>
#include <repro/core/error.hpp>
#include <repro/detail/descriptor.hpp>
#include <repro/detail/text.hpp>

#include <cerrno>
#include <cstdint>
#include <memory>
#include <optional>
#include <sched.h>
#include <string>
#include <string_view>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <vector>
#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

namespace repro::inline v0 {

/// The machine a run is on.
struct hardware_facts {
    std::optional<std::string> cpu;          ///< model name
    std::optional<unsigned> logical_cores;   ///< that are online
    std::optional<unsigned> usable_cores;    ///< that this process may run on
    std::optional<std::uint64_t> ram_bytes;  ///< that the kernel manages
    std::optional<std::uint64_t> ram_gb;     ///< the same in whole GiB, as the source schema writes it
    std::vector<std::string> gpus;           ///< names, in the driver's order
    std::string gpu;                         ///< the names in one line, or "none: " or "unknown: " and why
    std::optional<std::string> gpu_driver;   ///< version
    std::optional<std::string> os;           ///< "Debian GNU/Linux 12 (bookworm)"
    std::optional<std::string> kernel;       ///< "Linux 6.1.0-18-amd64"
    std::optional<std::string> architecture; ///< "x86_64"
    std::vector<missing_fact> missing;
};

namespace detail {

/// Returns the processor's name as the processor tells it; nothing where there is no such instruction.
[[nodiscard]] inline std::optional<std::string> cpu_brand() {
#if defined(__x86_64__) || defined(__i386__)
    unsigned words[12] = {};
    for (unsigned i = 0; i < 3; ++i)
        if (__get_cpuid(0x80000002U + i, &words[4 * i], &words[4 * i + 1], &words[4 * i + 2],
                        &words[4 * i + 3]) == 0)
            return std::nullopt;
    const std::string_view name = trimmed({reinterpret_cast<const char*>(words), sizeof words});
    if (!name.empty()) return std::string(name);
#endif
    return std::nullopt;
}

/// Returns PRETTY_NAME of the text of an os-release file, with its quotes and escapes undone.
[[nodiscard]] inline std::optional<std::string> pretty_name(std::string_view text) {
    constexpr std::string_view key = "PRETTY_NAME=";
    while (!text.empty()) {
        std::string_view line = trimmed(next_token(text, '\n'));
        if (!line.starts_with(key)) continue;
        line.remove_prefix(key.size());
        const bool quoted = line.size() >= 2 && (line[0] == '"' || line[0] == '\'') && line.back() == line[0];
        if (quoted) line = line.substr(1, line.size() - 2);
        std::string name;
        for (std::size_t i = 0; i < line.size(); ++i) {
            if (line[i] == '\\' && i + 1 < line.size()) ++i;
            name += line[i];
        }
        if (!name.empty()) return name;
    }
    return std::nullopt;
}

/// Returns how many processors this process may run on.
[[nodiscard]] inline std::optional<unsigned> affinity_count() {
    // The kernel refuses a set smaller than its own; how large that is, it does not say.
    for (int processors = 1024; processors <= 1 << 18; processors *= 4) {
        const std::size_t size = CPU_ALLOC_SIZE(processors);
        const auto release = [](cpu_set_t* set) { CPU_FREE(set); };
        const std::unique_ptr<cpu_set_t, decltype(release)> set(CPU_ALLOC(processors), release);
        if (!set) return std::nullopt;
        if (::sched_getaffinity(0, size, set.get()) == 0)
            return static_cast<unsigned>(CPU_COUNT_S(size, set.get()));
        if (errno != EINVAL) return std::nullopt;
    }
    return std::nullopt;
}

inline void capture_processor(hardware_facts& facts) {
    facts.cpu = cpu_brand();
    if (!facts.cpu) {
        const auto text = read_text("/proc/cpuinfo", 8192);
        for (const std::string_view key : {"model name", "Model", "Hardware", "cpu model", "cpu"})
            if (text && !facts.cpu) facts.cpu = proc_value(*text, key);
        if (!facts.cpu)
            facts.missing.push_back(
                {"hardware.cpu",
                 text ? "/proc/cpuinfo names no model" : std::string("/proc/cpuinfo: ") + errno_text(errno)});
    }
    if (const long cores = ::sysconf(_SC_NPROCESSORS_ONLN); cores > 0)
        facts.logical_cores = static_cast<unsigned>(cores);
    else
        facts.missing.push_back({"hardware.logical_cores", "the C library does not know"});
    facts.usable_cores = affinity_count();
    if (!facts.usable_cores)
        facts.missing.push_back(
            {"hardware.usable_cores", std::string("sched_getaffinity: ") + errno_text(errno)});
}

inline void capture_memory(hardware_facts& facts) {
    struct sysinfo memory{};
    if (::sysinfo(&memory) != 0) {
        facts.missing.push_back({"hardware.ram_gb", std::string("sysinfo: ") + errno_text(errno)});
        return;
    }
    constexpr std::uint64_t gib = std::uint64_t{1} << 30;
    facts.ram_bytes = std::uint64_t{memory.totalram} * memory.mem_unit;
    facts.ram_gb = (*facts.ram_bytes + gib / 2) / gib;
}

inline void capture_system(hardware_facts& facts) {
    for (const char* const file : {"/etc/os-release", "/usr/lib/os-release"})
        if (!facts.os)
            if (const auto text = read_text(file, 16384)) facts.os = pretty_name(*text);
    if (!facts.os) facts.missing.push_back({"hardware.os", "no os-release file with a PRETTY_NAME"});
    utsname names{};
    if (::uname(&names) == 0) {
        facts.kernel = std::string(names.sysname) + " " + names.release;
        facts.architecture = names.machine;
    } else {
        facts.missing.push_back({"hardware.kernel", std::string("uname: ") + errno_text(errno)});
        facts.missing.push_back({"hardware.architecture", std::string("uname: ") + errno_text(errno)});
    }
}

inline void record_gpus(hardware_facts& facts, gpu_facts found) {
    facts.gpus = std::move(found.gpus);
    facts.gpu_driver = std::move(found.driver);
    for (const std::string& name : facts.gpus)
        facts.gpu += (facts.gpu.empty() ? "" : ", ") + name;
    if (facts.gpu.empty()) facts.gpu = (found.failed ? "unknown: " : "none: ") + found.reason;
    if (found.failed) facts.missing.push_back({"hardware.gpu", found.reason});
    if (!facts.gpu_driver) facts.missing.push_back({"hardware.gpu_driver", found.reason});
}

} // namespace detail

/// Returns what this machine is. GPUs are those that NVIDIA's driver shows.
[[nodiscard]] inline hardware_facts capture_hardware() {
    hardware_facts facts;
    detail::capture_processor(facts);
    detail::capture_memory(facts);
    detail::capture_system(facts);
    detail::record_gpus(facts, detail::query_gpus(detail::nvidia_driver_folder, detail::nvml_library));
    return facts;
}

} // namespace repro::inline v0
