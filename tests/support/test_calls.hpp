// SPDX-License-Identifier: MIT
#pragma once
// System calls that a test watches: it can let one fail, end the process before one, leave steps out, and
// read afterwards what was done to the disk.

#include <repro/run/system_calls.hpp>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace support {

enum class call { open, write, sync, close, make_folder, exists, rename, rename_new, link, unlink, allocate };

/// A call as it went: what it was given, and which file or folder it concerned.
struct logged_call {
    support::call call;
    std::string name;  ///< of what is opened, made, renamed or removed
    std::string to;    ///< of what is renamed
    std::string text;  ///< what was written
    std::string where; ///< the name under which the file or folder was opened
    int flags = 0;
};

/// What a test wants of the calls. One thread, one test at a time.
struct call_plan {
    std::function<int(support::call, std::size_t)> fail; ///< errno for the n-th call of all; 0 lets it pass
    std::function<void(std::size_t)> before;             ///< called before the n-th call
    std::function<bool(support::call, const std::string&)> leave_out; ///< says it was done, and does nothing
    int flags_left_out = 0;                                           ///< of open
    std::vector<logged_call> log;
    std::map<int, std::string> open;
    std::size_t count = 0;
};

inline call_plan& plan() {
    static call_plan only;
    return only;
}

/// Calls of the system under the plan.
struct test_calls {
    static int open(int at, const char* name, int flags, mode_t mode) noexcept {
        if (const int done = decide(call::open); done != 0) return done < 0 ? -1 : 0;
        const int file = real::open(at, name, flags & ~plan().flags_left_out, mode);
        if (file >= 0) plan().open[file] = name;
        note({call::open, name, {}, {}, at == AT_FDCWD ? "" : plan().open[at], flags});
        return file;
    }
    static ssize_t write(int file, const void* from, std::size_t size) noexcept {
        if (const int done = decide(call::write); done != 0)
            return done < 0 ? -1 : static_cast<ssize_t>(size);
        note({call::write, {}, {}, std::string(static_cast<const char*>(from), size), plan().open[file]});
        return real::write(file, from, size);
    }
    static int sync(int file) noexcept {
        if (const int done = decide(call::sync, plan().open[file]); done != 0) return done < 0 ? -1 : 0;
        note({call::sync, {}, {}, {}, plan().open[file]});
        return real::sync(file);
    }
    static int close(int file) noexcept {
        const int done = decide(call::close);
        const int reason = errno;
        const int closed = real::close(file); // the number has to go, whatever the test wants to hear
        errno = reason;
        return done < 0 ? -1 : closed;
    }
    static int make_folder(int at, const char* name, mode_t mode) noexcept {
        if (const int done = decide(call::make_folder); done != 0) return done < 0 ? -1 : 0;
        const std::filesystem::path path(name);
        note({call::make_folder,
              path.filename(),
              {},
              {},
              at == AT_FDCWD ? path.parent_path().native() : plan().open[at]});
        return real::make_folder(at, name, mode);
    }
    static int exists(int at, const char* name) noexcept {
        if (const int done = decide(call::exists); done != 0) return done < 0 ? -1 : 0;
        return real::exists(at, name);
    }
    static int rename(int folder, const char* from, const char* to) noexcept {
        if (const int done = decide(call::rename); done != 0) return done < 0 ? -1 : 0;
        note({call::rename, from, to, {}, plan().open[folder]});
        return real::rename(folder, from, to);
    }
    static int rename_new(int folder, const char* from, const char* to) noexcept {
        if (const int done = decide(call::rename_new); done != 0) return done < 0 ? -1 : 0;
        note({call::rename, from, to, {}, plan().open[folder]});
        return real::rename_new(folder, from, to);
    }
    static int link(int folder, const char* from, const char* to) noexcept {
        if (const int done = decide(call::link); done != 0) return done < 0 ? -1 : 0;
        return real::link(folder, from, to);
    }
    static int unlink(int folder, const char* name) noexcept {
        if (const int done = decide(call::unlink); done != 0) return done < 0 ? -1 : 0;
        note({call::unlink, name, {}, {}, plan().open[folder]});
        return real::unlink(folder, name);
    }
    static int allocate(int file, off_t size) noexcept {
        if (const int done = decide(call::allocate); done != 0) return done < 0 ? errno : 0;
        return real::allocate(file, size);
    }

private:
    using real = repro::detail::system_calls;

    /// Returns -1, with errno set, where the call shall fail, 1 where it is left out, 0 where it is made.
    static int decide(call which, const std::string& where = {}) noexcept {
        const std::size_t number = plan().count++;
        if (plan().before) plan().before(number);
        if (plan().fail)
            if (const int reason = plan().fail(which, number); reason != 0) {
                errno = reason;
                return -1;
            }
        return plan().leave_out && plan().leave_out(which, where) ? 1 : 0;
    }

    static void note(logged_call entry) noexcept {
        const int reason = errno;
        plan().log.push_back(std::move(entry));
        errno = reason;
    }
};

} // namespace support
