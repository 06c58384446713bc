// SPDX-License-Identifier: MIT
#pragma once
// Counts the calls of this process in the block of an entropy audit: who called, whether a C generator was
// seeded before, and whether a seed equals a time that was just returned. Nothing here allocates or locks.

#include <repro/launch/entropy_table.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <dlfcn.h>
#include <fcntl.h>
#include <link.h>
#include <string_view>
#include <sys/mman.h>
#include <unistd.h>

namespace repro::inline v0 {
namespace detail {

/// The times that calls returned last.
class returned_times {
public:
    void remember(std::int64_t seconds, std::int64_t nanoseconds) noexcept {
        const auto packed =
            static_cast<std::uint64_t>(seconds) << 30 | static_cast<std::uint64_t>(nanoseconds);
        times_[next_.fetch_add(1, std::memory_order_relaxed) % times_.size()].store(
            packed, std::memory_order_relaxed);
    }

    /// Whether `seed` is one of them in a spelling that programs use: seconds, their fraction, or both as one
    /// number, alone or with the process's number. Seeds of C have 32 bits, small ones are constants.
    [[nodiscard]] bool have(std::uint64_t seed) const noexcept {
        const auto wanted = static_cast<std::uint32_t>(seed);
        if (wanted < smallest_time) return false;
        for (const std::atomic<std::uint64_t>& each : times_) {
            const std::uint64_t packed = each.load(std::memory_order_relaxed);
            if (packed != 0 && spells(wanted, packed >> 30, packed & ((1U << 30) - 1))) return true;
        }
        return false;
    }

private:
    static constexpr std::uint32_t smallest_time = 4096;

    [[nodiscard]] static bool spells(std::uint32_t seed, std::uint64_t s, std::uint64_t ns) noexcept {
        const auto pid = static_cast<std::uint64_t>(::getpid());
        const std::uint64_t us = ns / 1000;
        const std::array<std::uint64_t, 11> spellings = {s,
                                                         ns,
                                                         us,
                                                         s * 1000 + ns / 1'000'000,
                                                         s * 1'000'000 + us,
                                                         s * 1'000'000'000 + ns,
                                                         s ^ us,
                                                         s + us,
                                                         s ^ ns,
                                                         s ^ pid,
                                                         s + pid};
        for (const std::uint64_t each : spellings)
            if (static_cast<std::uint32_t>(each) == seed) return true;
        return false;
    }

    std::array<std::atomic<std::uint64_t>, 16> times_{};
    std::atomic<std::size_t> next_{0};
};

/// Where this process counts, and what it knows of its generators.
struct entropy_watch {
    std::atomic<entropy_table*> table{nullptr};
    std::atomic<int> process{-1}; ///< its place in the table
    std::atomic<bool> random_seeded{false};
    std::atomic<bool> drand_seeded{false};
    returned_times times;
    std::atomic<void (*)(int) noexcept> other{nullptr}; ///< tells a second audit to look away
    std::atomic<void (*)(int) noexcept> other_own{nullptr};
};

inline constinit entropy_watch this_watch{};

/// How deep this thread is in a watched call, and in the library's own draws. Initial-exec: the first access
/// of a thread must not allocate.
struct watch_depth {
    int within = 0;
    int own = 0;
};
inline constinit thread_local watch_depth this_depth __attribute__((tls_model("initial-exec"))){};

/// Returns the path of this process's program in `to`.
[[nodiscard]] inline std::string_view program_path(std::array<char, 512>& to) noexcept {
    const ssize_t length = ::readlink("/proc/self/exe", to.data(), to.size());
    return {to.data(), length < 0 ? 0 : static_cast<std::size_t>(length)};
}

/// Returns this process's place in the table, taken now where it has none; the last one when all are taken.
[[nodiscard]] inline std::uint16_t place_of_process(entropy_table& table) noexcept {
    const int known = this_watch.process.load(std::memory_order_relaxed);
    if (known >= 0) return static_cast<std::uint16_t>(known);
    std::array<char, 512> room;
    const std::string_view program = program_path(room);
    const std::int32_t pid = ::getpid();
    int place = -1;
    for (std::size_t i = 0; i < entropy_table::process_limit && place < 0; ++i) {
        const watched_process& each = table.processes[i];
        // Another audit of this process took it, or the process became this program by exec a second time.
        if (ready(each.state) && each.pid == pid && each.program.view() == program)
            place = static_cast<int>(i);
    }
    if (place < 0)
        place = add_place(table.processes, [&](watched_process& made) {
            made.pid = pid;
            made.parent = ::getppid();
            made.program.assign(program);
        });
    if (place < 0) place = static_cast<int>(entropy_table::process_limit) - 1;
    this_watch.process.store(place, std::memory_order_relaxed);
    return static_cast<std::uint16_t>(place);
}

/// Returns the object that holds an address; null where none does.
[[nodiscard]] inline const link_map* object_at(void* address) noexcept {
#if __GLIBC_PREREQ(2, 35)
    dl_find_object found{}; // takes no lock, unlike dladdr
    return ::_dl_find_object(address, &found) == 0 ? found.dlfo_link_map : nullptr;
#else
    Dl_info ignored{};
    link_map* found = nullptr;
    return ::dladdr1(address, &ignored, reinterpret_cast<void**>(&found), RTLD_DL_LINKMAP) != 0 ? found
                                                                                                : nullptr;
#endif
}

/// Fills in where a call site is. Without an object, as in generated code, the offset is the address.
inline void locate_site(entropy_table& table, watched_site& site) noexcept {
    constexpr std::uint16_t nowhere = 0xffff;
    const std::uint64_t call = site.caller - 1; // a return address can belong to the next function
    const link_map* const object = object_at(reinterpret_cast<void*>(call));
    site.offset = object != nullptr ? call - object->l_addr : call;
    site.object = nowhere;
    if (object == nullptr) return;
    const std::string_view name = object->l_name != nullptr ? object->l_name : "";
    const int place = find_object(table, name.empty() ? table.processes[site.process].program.view() : name);
    if (place >= 0) site.object = static_cast<std::uint16_t>(place);
}

/// Counts one call of this process.
inline void note_call(entropy_call call, entropy_kind kind, void* caller) noexcept {
    entropy_table* const table = this_watch.table.load(std::memory_order_relaxed);
    if (table == nullptr) return;
    const site_key key{place_of_process(*table), call, kind, this_depth.own > 0,
                       reinterpret_cast<std::uint64_t>(caller)};
    count_call(*table, key, [table](watched_site& site) noexcept { locate_site(*table, site); });
}

/// A watched call while it runs: counted where it is the outermost, and what it calls itself is its own
/// affair.
class watched_call {
public:
    watched_call(entropy_call call, entropy_kind kind, void* caller) noexcept {
        if (outermost()) note_call(call, kind, caller);
        enter(1);
    }
    watched_call() noexcept { enter(1); }
    watched_call(const watched_call&) = delete;
    watched_call& operator=(const watched_call&) = delete;
    ~watched_call() { enter(-1); }

    [[nodiscard]] static bool outermost() noexcept { return this_depth.within == 0; }

private:
    static void enter(int by) noexcept {
        this_depth.within += by;
        if (auto* const other = this_watch.other.load(std::memory_order_relaxed)) other(by);
    }
};

/// Returns the kind of a seed: whether it equals a time that was just returned.
[[nodiscard]] inline entropy_kind kind_of_seed(std::uint64_t seed) noexcept {
    return this_watch.times.have(seed) ? entropy_kind::time_seed : entropy_kind::seed;
}

[[nodiscard]] inline entropy_kind kind_of_draw(const std::atomic<bool>& seeded) noexcept {
    return seeded.load(std::memory_order_relaxed) ? entropy_kind::seeded : entropy_kind::unseeded;
}

/// Makes the calls of this thread the library's own, or no longer.
inline void change_own_draws(int by) noexcept {
    this_depth.own += by;
    if (auto* const other = this_watch.other_own.load(std::memory_order_relaxed)) other(by);
}

/// Returns the block in the file that a tool made for this run; null where it cannot be used.
[[nodiscard]] inline entropy_table* table_in_file(const char* path) noexcept {
    const int file = ::open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (file < 0) return nullptr;
    void* block = MAP_FAILED;
    if (::lseek(file, 0, SEEK_END) == static_cast<off_t>(sizeof(entropy_table)))
        block = ::mmap(nullptr, sizeof(entropy_table), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    ::close(file);
    if (block == MAP_FAILED) return nullptr;
    auto* const table = static_cast<entropy_table*>(block);
    if (table->started()) return table;
    ::munmap(block, sizeof(entropy_table));
    return nullptr;
}

/// Returns a block of this process and of those it forks; null where there is no memory.
[[nodiscard]] inline entropy_table* table_in_memory() noexcept {
    void* const block = ::mmap(nullptr, sizeof(entropy_table), PROT_READ | PROT_WRITE,
                               MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (block == MAP_FAILED) return nullptr;
    auto* const table = static_cast<entropy_table*>(block);
    table->start();
    return table;
}

/// Starts counting in `table`. A forked child counts for itself.
inline void start_watch(entropy_table& table) noexcept {
    this_watch.table.store(&table, std::memory_order_release);
    (void)place_of_process(table);
    ::pthread_atfork(nullptr, nullptr, [] { this_watch.process.store(-1, std::memory_order_relaxed); });
}

} // namespace detail
} // namespace repro::inline v0
