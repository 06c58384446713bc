// SPDX-License-Identifier: MIT
#pragma once
// The floating-point environment of a thread as a value, the scope that gives a thread the promised one, and
// the check of a worker thread against the run's start.

#include <repro/detail/fp_control.hpp>
#include <repro/detail/mutex.hpp>
#include <repro/detail/text.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace repro::inline v0 {

/// How a result that does not fit is rounded.
enum class fp_rounding : unsigned char { nearest, downward, upward, toward_zero };

/// Returns the word the manifest uses.
[[nodiscard]] constexpr std::string_view to_string(fp_rounding rounding) noexcept {
    constexpr std::string_view words[] = {"nearest", "downward", "upward", "toward-zero"};
    return words[static_cast<unsigned char>(rounding)];
}

/// The floating-point environment of one thread. A value made by default is the promised one.
struct fp_environment {
    fp_rounding rounding = fp_rounding::nearest;
    bool flush_to_zero = false;                 ///< denormal results become zero (FTZ; FZ on AArch64)
    bool denormals_are_zero = false;            ///< denormal operands count as zero (DAZ; FZ on AArch64)
    std::optional<unsigned> x87_precision = {}; ///< 24, 53 or 64 bits; absent where there is no x87
    std::optional<fp_rounding> x87_rounding = {};

    friend bool operator==(const fp_environment&, const fp_environment&) = default;
};

namespace detail {

/// Returns what control registers mean.
[[nodiscard]] inline fp_environment describe_fp(const fp_control& control) noexcept {
    fp_environment e;
#if defined(__x86_64__)
    e.rounding = static_cast<fp_rounding>(control.main >> 13 & 3);
    e.flush_to_zero = (control.main & 0x8000) != 0;
    e.denormals_are_zero = (control.main & 0x40) != 0;
    constexpr unsigned bits[] = {24, 0, 53, 64};
    e.x87_precision = bits[control.x87 >> 8 & 3];
    e.x87_rounding = static_cast<fp_rounding>(control.x87 >> 10 & 3);
#elif defined(__aarch64__)
    constexpr fp_rounding modes[] = {fp_rounding::nearest, fp_rounding::upward, fp_rounding::downward,
                                     fp_rounding::toward_zero};
    e.rounding = modes[control.main >> 22 & 3];
    e.flush_to_zero = (control.main >> 24 & 1) != 0;
    e.denormals_are_zero = e.flush_to_zero || (control.main & 1) != 0; // bit 0: FIZ
#else
    const auto mode = static_cast<int>(control.main);
#ifdef FE_DOWNWARD
    if (mode == FE_DOWNWARD) e.rounding = fp_rounding::downward;
#endif
#ifdef FE_UPWARD
    if (mode == FE_UPWARD) e.rounding = fp_rounding::upward;
#endif
#ifdef FE_TOWARDZERO
    if (mode == FE_TOWARDZERO) e.rounding = fp_rounding::toward_zero;
#endif
    const volatile double smallest = 0x1p-1022;
    const volatile double denormal = smallest / 2;
    e.flush_to_zero = denormal == 0;
    e.denormals_are_zero = e.flush_to_zero;
#endif
    return e;
}

} // namespace detail

/// Returns the environment of the calling thread.
[[nodiscard]] inline fp_environment current_fp_environment() noexcept {
    return detail::describe_fp(detail::read_fp_control());
}

/// Returns the environment that every promise of this library is made for: round to nearest, denormals kept.
[[nodiscard]] inline fp_environment promised_fp_environment() noexcept {
#if defined(__x86_64__) || defined(__aarch64__)
    return detail::describe_fp(detail::default_fp_control());
#else
    return {};
#endif
}

/// Returns in words how `found` differs from `wanted`: "rounding upward instead of nearest, denormal results
/// flushed to zero"; empty where it does not.
[[nodiscard]] inline std::string fp_difference(const fp_environment& wanted, const fp_environment& found) {
    std::string text;
    const auto say = [&text](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
    const auto mode = [](const fp_environment& e) { return std::string(to_string(e.rounding)); };
    if (wanted.rounding != found.rounding) say("rounding " + mode(found) + " instead of " + mode(wanted));
    if (wanted.flush_to_zero != found.flush_to_zero)
        say(found.flush_to_zero ? "denormal results flushed to zero" : "denormal results kept");
    if (wanted.denormals_are_zero != found.denormals_are_zero)
        say(found.denormals_are_zero ? "denormal operands taken as zero" : "denormal operands kept");
    if (wanted.x87_precision != found.x87_precision)
        say("x87 with " + detail::decimal(found.x87_precision.value_or(0)) + " bits instead of " +
            detail::decimal(wanted.x87_precision.value_or(0)));
    if (wanted.x87_rounding != found.x87_rounding)
        say("x87 rounding " + std::string(to_string(found.x87_rounding.value_or(fp_rounding::nearest))));
    return text;
}

/// For its lifetime, the calling thread has the promised environment; then it has its own again.
///
/// Around code whose bits count, in the main thread and in each worker: a thread inherits the environment of
/// the one that starts it. Sticky exception flags are left alone; traps are off within the scope.
/// Compilers know nothing of it and may move arithmetic that stands beside it across its ends: the work
/// belongs in a function that is called within, as in the example. Threads: acts on the thread that makes it,
/// and must be destroyed there. Example:
///     std::thread worker([&] { const repro::fp_scope promised; train(shard); });
class fp_scope {
public:
    fp_scope() noexcept : control_(detail::default_fp_control()) {}

private:
    detail::fp_control_scope control_;
};

/// What the checks of threads found since the process started.
struct fp_thread_facts {
    std::uint64_t checked = 0;
    std::uint64_t differing = 0;
    std::string first; ///< how the first one differs

    friend bool operator==(const fp_thread_facts&, const fp_thread_facts&) = default;
};

namespace detail {

struct fp_thread_log {
    detail::mutex mutex;
    std::optional<fp_environment> reference; ///< of the run's start
    fp_thread_facts facts;
};

/// Returns the one log of the process.
[[nodiscard]] REPRO_SHARED inline fp_thread_log& fp_threads() noexcept {
    static fp_thread_log log;
    return log;
}

/// Makes `start` what threads are checked against.
inline void set_fp_reference(const fp_environment& start) noexcept {
    fp_thread_log& log = fp_threads();
    const lock_guard lock(log.mutex);
    log.reference = start;
    log.facts = {};
}

/// Returns what threads are checked against.
[[nodiscard]] inline fp_environment fp_reference() noexcept {
    fp_thread_log& log = fp_threads();
    const lock_guard lock(log.mutex);
    return log.reference.value_or(promised_fp_environment());
}

[[nodiscard]] inline fp_thread_facts checked_fp_threads() {
    fp_thread_log& log = fp_threads();
    const lock_guard lock(log.mutex);
    return log.facts;
}

} // namespace detail

/// Returns how the calling thread's environment differs from that of the run's start, or from the promised
/// one where no run has started; empty where it does not. The run's manifest counts these checks, and says
/// how the first differing thread differs.
///
/// Threads: safe to call from any.
/// Example:
///     std::thread worker([&] { assert(repro::check_fp_thread("loader").empty()); load(shard); });
[[nodiscard]] inline std::string check_fp_thread(std::string_view name) {
    const fp_environment now = current_fp_environment();
    detail::fp_thread_log& log = detail::fp_threads();
    std::string difference = fp_difference(detail::fp_reference(), now);
    std::string words = difference.empty() ? std::string() : std::string(name) + ": " + difference;
    const detail::lock_guard lock(log.mutex);
    ++log.facts.checked;
    if (!difference.empty() && log.facts.differing++ == 0) log.facts.first = std::move(words);
    return difference;
}

} // namespace repro::inline v0
