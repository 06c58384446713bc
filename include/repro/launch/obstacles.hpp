// SPDX-License-Identifier: MIT
#pragma once
// Why a program should not be started again in its own place.

#include <repro/detail/descriptor.hpp>
#include <repro/detail/mapped_objects.hpp>
#include <repro/detail/text.hpp>

#include <climits>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <dlfcn.h>
#include <fcntl.h>
#include <link.h>
#include <optional>
#include <string>
#include <string_view>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

namespace repro::inline v0 {
namespace detail {

/// Returns the number behind `key` in a file such as /proc/self/status; nothing where there is none.
[[nodiscard]] inline std::optional<std::uint64_t> status_number(std::string_view status,
                                                                std::string_view key) {
    const std::optional<std::string> text = proc_value(status, key);
    std::uint64_t number = 0;
    return text && from_decimal(*text, number) ? std::optional(number) : std::nullopt;
}

/// Returns the program's own file: by its name, so that the process keeps its own, unless another file stands
/// there.
[[nodiscard]] inline std::string own_program() {
    std::array<char, PATH_MAX> name{};
    const ssize_t size = ::readlink("/proc/self/exe", name.data(), name.size() - 1);
    struct stat named{}, running{};
    const bool same = size > 0 && ::stat(name.data(), &named) == 0 &&
                      ::stat("/proc/self/exe", &running) == 0 && named.st_dev == running.st_dev &&
                      named.st_ino == running.st_ino;
    return same ? std::string(name.data(), static_cast<std::size_t>(size)) : "/proc/self/exe";
}

/// Whether the dynamic loader was started as the program, with this one as its argument: /proc/self/exe is
/// the loader then, whatever its name, and the words that led from it to this program are gone.
[[nodiscard]] inline bool started_through_loader() {
    if (::getauxval(AT_BASE) != 0) return false; // the kernel mapped the loader for the program
    bool first = true, asks_for_loader = false;
    visit_objects([&](const dl_phdr_info& object) {
        for (int i = 0; first && i < object.dlpi_phnum; ++i)
            asks_for_loader = asks_for_loader || object.dlpi_phdr[i].p_type == PT_INTERP;
        first = false; // the program comes first
    });
    return asks_for_loader; // a static program has none
}

/// Returns the file that is mapped where the program's headers are: the program's own, also where the loader
/// was started with it as its argument. Empty where /proc does not tell.
[[nodiscard]] inline std::string program_in_maps() {
    std::uint64_t headers = 0;
    visit_objects([&headers](const dl_phdr_info& object) {
        if (headers == 0)
            headers = reinterpret_cast<std::uint64_t>(object.dlpi_phdr); // the program comes first
    });
    const std::optional<std::string> maps = read_text("/proc/self/maps", std::size_t{4} << 20);
    for (std::string_view rest = maps ? *maps : std::string_view(); !rest.empty();) {
        std::string_view line = next_token(rest, '\n');
        const auto number = [](std::string_view text) {
            std::uint64_t value = 0;
            std::from_chars(text.data(), text.data() + text.size(), value, 16);
            return value;
        };
        const std::uint64_t from = number(next_token(line, '-')), to = number(next_token(line, ' '));
        const std::size_t path = line.find('/');
        if (headers >= from && headers < to && path != std::string_view::npos)
            return std::string(line.substr(path));
    }
    return {};
}

/// Whether MPI has been started in this process: what it negotiated does not survive an exec.
[[nodiscard]] inline bool mpi_has_started() {
    // MPI 4.0, 11.2: int MPI_Initialized(int* flag), callable at any time.
    using initialized = int (*)(int*);
    void* const found = ::dlsym(RTLD_DEFAULT, "MPI_Initialized");
    if (found == nullptr) return false;
    int flag = 0;
    return reinterpret_cast<initialized>(found)(&flag) == 0 && flag != 0;
}

/// Whether a PMIx client has been started without MPI: its connection is closed by an exec.
[[nodiscard]] inline bool pmix_has_started() {
    // PMIx standard, PMIx_Initialized: int PMIx_Initialized(void), callable at any time.
    using initialized = int (*)();
    void* const found = ::dlsym(RTLD_DEFAULT, "PMIx_Initialized");
    return found != nullptr && reinterpret_cast<initialized>(found)() != 0;
}

/// Returns the variable that names a launcher's open file, where that file would be closed by an exec: the
/// process would go on without its rank.
///
/// PMI-1 and PMI-2 hand over a descriptor: MPICH's Hydra, Intel MPI, and Slurm with srun --mpi=pmi2.
/// Launchers that hand over everything in the environment lose nothing, since an exec keeps pid and
/// environment: Slurm itself (SLURM_PROCID, SLURM_STEP_ID), PMIx (PMIX_RANK, PMIX_SERVER_URI: Open MPI, srun
/// --mpi=pmix), PMI_PORT, torchrun.
[[nodiscard]] inline const char* lost_connection() {
    for (const char* const name : {"PMI_FD", "PMI2_FD"}) {
        const char* const value = std::getenv(name);
        std::uint64_t number = 0;
        if (value == nullptr || !from_decimal(value, number) || number > INT_MAX) continue;
        const int flags = ::fcntl(static_cast<int>(number), F_GETFD);
        if (flags == -1 || (flags & FD_CLOEXEC) != 0) return name;
    }
    return nullptr;
}

/// Returns "Slurm's" or "the launcher's", as the environment tells.
[[nodiscard]] inline std::string whose_rank() {
    return std::getenv("SLURM_PROCID") != nullptr ? "Slurm's" : "the launcher's";
}

/// Returns why the program should not be started again here; empty where nothing is in the way.
[[nodiscard]] inline std::string obstacle() {
    if (std::getenv("REPRO_NO_RELAUNCH") != nullptr) return "REPRO_NO_RELAUNCH is set";
    if (::getauxval(AT_SECURE) != 0)
        return "it runs with raised privileges, and the loader trusts no environment then";
    const std::optional<std::string> status = read_text("/proc/self/status", 1U << 16);
    if (!status) return std::string("/proc/self/status cannot be read: ") + errno_text(errno);
    if (status_number(*status, "TracerPid").value_or(0) != 0) return "a debugger or tracer is attached";
    const char* const preloaded = std::getenv("LD_PRELOAD");
    if (preloaded != nullptr && std::string_view(preloaded).find("vgpreload") != std::string_view::npos)
        return "it runs under valgrind, which would be left";
    if (started_through_loader())
        return "it was started through the dynamic loader, which would lose its name";
    if (mpi_has_started()) return "MPI has started, and its connections would be lost";
    if (pmix_has_started()) return "PMIx has started, and its connection would be lost";
    if (const char* const name = lost_connection())
        return whose_rank() + " connection " + name + " would be closed, and the rank lost";
    return {};
}

} // namespace detail
} // namespace repro::inline v0
