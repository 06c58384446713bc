// SPDX-License-Identifier: MIT
#pragma once
// Which process this is, for good: a number alone is given away again. With the moment of its start, the boot
// of the machine and the namespace in which the number counts, another process can tell later whether it is
// still there.

#include <repro/core/digest.hpp>
#include <repro/detail/descriptor.hpp>
#include <repro/detail/process_stat.hpp>
#include <repro/detail/text.hpp>
#include <repro/hash/sha2.hpp>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <sys/utsname.h>
#include <unistd.h>

namespace repro::inline v0 {

/// Where process numbers count: one boot of one machine, seen from one container.
struct process_world {
    std::string boot_id;    ///< new at each start of the machine
    std::string namespaces; ///< of process numbers and of clocks: "pid:[4026531836] time:[4026531834]"
    std::string host;       ///< the machine's name, and a digest of its machine-id where it has one

    friend bool operator==(const process_world&, const process_world&) = default;
};

/// A process, by what no other one has.
struct process_identity {
    std::uint64_t pid = 0;
    std::uint64_t started = 0; ///< ticks of the kernel since the machine's start
    process_world world;

    friend bool operator==(const process_identity&, const process_identity&) = default;
};

namespace detail {

[[nodiscard]] inline std::string link_text(const char* path) {
    char target[128];
    const ssize_t length = ::readlink(path, target, sizeof target);
    return length > 0 ? std::string(target, static_cast<std::size_t>(length)) : std::string();
}

/// Returns "<name of the machine>", and "/<digits>" of its machine-id, which itself is confidential.
[[nodiscard]] inline std::string host_text() {
    utsname names{};
    std::string host = ::uname(&names) == 0 ? names.nodename : "";
    const auto machine = read_text("/etc/machine-id", 64);
    if (!machine || trimmed(*machine).empty()) return host;
    return host + "/" + sha256("repro host " + std::string(trimmed(*machine))).hex().substr(0, 16);
}

/// What became of a process.
enum class process_fate : unsigned char {
    alive,
    gone,
    unknown ///< it cannot be told from here
};

/// Returns whether the process that had a number and started at a moment, in this world, is still there.
[[nodiscard]] inline process_fate fate_of(std::uint64_t pid, std::uint64_t started) {
    if (pid == 0 || pid > INT32_MAX) return process_fate::unknown;
    if (::kill(static_cast<pid_t>(pid), 0) != 0 && errno == ESRCH) return process_fate::gone;
    const auto now = read_process_stat(decimal(pid));
    if (!now || started == 0) return process_fate::unknown;
    // A zombie waits for its parent and does nothing more, unless it is a first thread that ended before
    // others.
    const bool ended = (now->state == 'Z' || now->state == 'X') && now->threads <= 1;
    return ended || now->started != started ? process_fate::gone : process_fate::alive;
}

} // namespace detail

/// Returns the world of this process; parts are empty where the system does not tell.
[[nodiscard]] inline process_world capture_process_world() {
    process_world world;
    if (const auto boot = detail::read_text("/proc/sys/kernel/random/boot_id", 64))
        world.boot_id = detail::trimmed(*boot);
    world.namespaces = detail::link_text("/proc/self/ns/pid");
    const std::string time = detail::link_text("/proc/self/ns/time");
    if (!time.empty()) world.namespaces += " " + time;
    world.host = detail::host_text();
    return world;
}

/// Returns the identity of this process; `started` is 0 where /proc does not tell.
[[nodiscard]] inline process_identity capture_process_identity() {
    const auto facts = detail::read_process_stat("self");
    return {static_cast<std::uint64_t>(::getpid()), facts ? facts->started : 0, capture_process_world()};
}

} // namespace repro::inline v0
