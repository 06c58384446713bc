// SPDX-License-Identifier: MIT
#pragma once
// What the system grants this process and how it is set up: processors, limits, locale, time zone; and what
// of the processor and of the system can change numbers or times besides their names.

#include <repro/capture/container.hpp>
#include <repro/capture/process_identity.hpp>
#include <repro/core/error.hpp>
#include <repro/detail/descriptor.hpp>

#include <algorithm>
#include <cerrno>
#include <clocale>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace repro::inline v0 {

/// A fact by its name; nothing where it is unknown, with its reason in `missing`.
struct context_fact {
    std::string name;
    std::optional<std::string> value;
};

/// The facts of a process and of the system around it, in a fixed order.
struct process_facts {
    std::vector<context_fact> process;
    std::vector<context_fact> system;
    std::vector<missing_fact> missing;
};

namespace detail {

/// Gathers facts below `root`, which is empty but in tests.
class process_search {
public:
    explicit process_search(std::string root) : root_(std::move(root)) {}

    [[nodiscard]] process_facts run() {
        capture_process();
        capture_system();
        return std::move(facts_);
    }

private:
    [[nodiscard]] std::optional<std::string> line(const std::string& path) const {
        const auto text = read_text((root_ + path).c_str(), 8192);
        if (!text || trimmed(*text).empty()) return std::nullopt;
        return std::string(trimmed(*text));
    }

    void add(bool system, std::string name, std::optional<std::string> value, const char* reason) {
        if (!value) facts_.missing.push_back({(system ? "system." : "process.") + name, reason});
        (system ? facts_.system : facts_.process).push_back({std::move(name), std::move(value)});
    }

    void add_limit(const char* name, __rlimit_resource resource) {
        rlimit limit{};
        std::optional<std::string> text;
        if (::getrlimit(resource, &limit) == 0)
            text = limit.rlim_cur == RLIM_INFINITY ? "unlimited" : decimal(std::uint64_t{limit.rlim_cur});
        add(false, name, std::move(text), "getrlimit fails");
    }

    /// Which process it is: readers tell by it whether a run that has no end goes on.
    void capture_identity() {
        const auto known = [](std::string text) {
            return text.empty() ? std::nullopt : std::optional(std::move(text));
        };
        const process_identity own = capture_process_identity();
        const auto started = own.started == 0 ? std::string() : decimal(own.started);
        add(false, "pid", decimal(own.pid), "");
        add(false, "started_ticks", known(started), "/proc/self/stat does not tell");
        add(false, "boot_id", known(own.world.boot_id), "/proc/sys/kernel/random/boot_id does not tell");
        add(false, "namespaces", known(own.world.namespaces), "/proc/self/ns does not tell");
        add(false, "host", known(own.world.host), "uname fails");
    }

    void capture_process() {
        capture_identity();
        const auto status = read_text((root_ + "/proc/self/status").c_str(), 8192);
        const auto of_status = [&](const char* key) {
            return status ? proc_value(*status, key) : std::nullopt;
        };
        constexpr const char* unread = "/proc/self/status does not tell";
        add(false, "affinity", of_status("Cpus_allowed_list"), unread);
        add(false, "memory_nodes", of_status("Mems_allowed_list"), unread);
        add(false, "umask", of_status("Umask"), unread);
        add_limit("stack_bytes", RLIMIT_STACK);
        add_limit("address_space_bytes", RLIMIT_AS);
        add_limit("locked_memory_bytes", RLIMIT_MEMLOCK);
        add_limit("open_files", RLIMIT_NOFILE);
        add(false, "cgroup_cpu", group_value("cpu.max", "cpu/cpu.cfs_quota_us"), "no control group tells");
        add(false, "cgroup_memory_bytes", group_value("memory.max", "memory/memory.limit_in_bytes"),
            "no control group tells");
        const char* const locale = std::setlocale(LC_ALL, nullptr);
        add(false, "locale", locale != nullptr ? std::optional<std::string>(locale) : std::nullopt,
            "the C library does not tell");
        add(false, "time_zone", time_zone(), "neither TZ nor /etc/localtime names it");
    }

    /// Returns a limit of this process's control group, of either version; "max" is none.
    [[nodiscard]] std::optional<std::string> group_value(const std::string& second,
                                                         const std::string& first) const {
        const auto groups = line("/proc/self/cgroup");
        if (groups)
            for (std::string_view rest = *groups; !rest.empty();) {
                const std::string_view group = next_token(rest, '\n');
                if (!group.starts_with("0::/")) continue;
                // The limit of the group nearest to the process that has one.
                for (std::string path(group.substr(3));; path.erase(path.rfind('/'))) {
                    if (auto value = line("/sys/fs/cgroup" + (path == "/" ? "" : path) + "/" + second))
                        return value;
                    if (path.find('/', 1) == std::string::npos) break;
                }
            }
        if (auto value = line("/sys/fs/cgroup/" + second)) return value;
        return line("/sys/fs/cgroup/" + first);
    }

    [[nodiscard]] std::optional<std::string> time_zone() const {
        if (const char* const zone = std::getenv("TZ")) return std::string(zone);
        char target[512];
        const ssize_t length = ::readlink((root_ + "/etc/localtime").c_str(), target, sizeof target);
        if (length <= 0) return line("/etc/timezone");
        const std::string_view path(target, static_cast<std::size_t>(length));
        const std::size_t folder = path.find("zoneinfo/");
        return std::string(folder == std::string_view::npos ? path : path.substr(folder + 9));
    }

    void capture_system() {
        auto release = read_text((root_ + "/etc/os-release").c_str(), 16384);
        if (!release) release = read_text((root_ + "/usr/lib/os-release").c_str(), 16384);
        for (const auto& [name, key] : {std::pair{"os_id", "ID"}, {"os_version_id", "VERSION_ID"}})
            add(true, name, release ? setting_of(*release, key) : std::nullopt, "os-release does not tell");
        utsname names{};
        const bool named = ::uname(&names) == 0;
        add(true, "kernel_build", named ? std::optional<std::string>(names.version) : std::nullopt,
            "uname fails");
        // The first processor's part is enough, and the whole file takes long on large machines.
        const auto cpu = read_text((root_ + "/proc/cpuinfo").c_str(), 8192);
        const auto of_cpu = [&](const char* key) { return cpu ? proc_value(*cpu, key) : std::nullopt; };
        auto flags = of_cpu("flags");
        if (!flags) flags = of_cpu("Features");
        add(true, "microcode", of_cpu("microcode"), "/proc/cpuinfo does not tell");
        add(true, "cpu_flags", std::move(flags), "/proc/cpuinfo does not tell");
        add(true, "smt", line("/sys/devices/system/cpu/smt/active"), "the kernel does not tell");
        add(true, "governor", line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"),
            "the kernel shows no governor");
        add(true, "clock", line("/sys/devices/system/clocksource/clocksource0/current_clocksource"),
            "the kernel does not tell");
        add(true, "huge_pages", line("/sys/kernel/mm/transparent_hugepage/enabled"),
            "the kernel does not tell");
        add(true, "cuda_toolkit", cuda_toolkit(), "no toolkit under CUDA_HOME or /usr/local/cuda");
        add(true, "cudnn_installed", cudnn_installed(), "no cudnn_version.h in the usual folders");
    }

    [[nodiscard]] std::optional<std::string> cuda_toolkit() const {
        const char* const home = std::getenv("CUDA_HOME");
        for (const std::string& folder :
             {std::string(home != nullptr ? home : ""), std::string("/usr/local/cuda")}) {
            const auto text =
                folder.empty() ? std::nullopt : read_text((root_ + folder + "/version.json").c_str(), 8192);
            const std::size_t cuda = text ? text->find("\"cuda\"") : std::string::npos;
            const std::size_t version = cuda == std::string::npos ? cuda : text->find("\"version\"", cuda);
            if (version == std::string::npos) continue;
            const std::size_t start = text->find_first_of("0123456789", version);
            if (start != std::string::npos) return text->substr(start, text->find('"', start) - start);
        }
        return std::nullopt;
    }

    [[nodiscard]] std::optional<std::string> cudnn_installed() const {
        for (const char* const file :
             {"/usr/include/cudnn_version.h", "/usr/include/x86_64-linux-gnu/cudnn_version.h",
              "/usr/include/aarch64-linux-gnu/cudnn_version.h", "/usr/local/cuda/include/cudnn_version.h"}) {
            const auto text = read_text((root_ + file).c_str(), 16384);
            std::string version;
            for (const std::string key :
                 {"#define CUDNN_MAJOR ", "#define CUDNN_MINOR ", "#define CUDNN_PATCHLEVEL "}) {
                const std::size_t at = text ? text->find(key) : std::string::npos;
                if (at == std::string::npos) break;
                const std::size_t start = at + key.size();
                version += (version.empty() ? "" : ".") +
                           text->substr(start, text->find_first_not_of("0123456789", start) - start);
            }
            if (!version.empty()) return version;
        }
        return std::nullopt;
    }

    std::string root_;
    process_facts facts_;
};

} // namespace detail

/// Returns the facts of this process and of the system around it. No other thread may be setting the locale.
[[nodiscard]] inline process_facts capture_process() { return detail::process_search("").run(); }

} // namespace repro::inline v0
