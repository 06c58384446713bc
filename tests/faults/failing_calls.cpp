// SPDX-License-Identifier: MIT
// Preloaded by system_calls.py: counts the system calls that concern what lies below REPRO_FAULT_ROOT, and
// before or at one of them does what REPRO_FAULT says: "<number> <errno> once|always", "<number> short once"
// or
// "<number> kill once". Prints how many there were when the program ends.

#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <fcntl.h>
#include <string_view>
#include <sys/types.h>
#include <unistd.h>

namespace {

constexpr int most_files = 1024;

struct fault_plan {
    const char* root = std::getenv("REPRO_FAULT_ROOT");
    int number = 0;
    int reason = 0;
    bool shortened = false, killed = false, always = false;

    fault_plan() {
        char what[16] = "", extent[16] = "";
        const char* const text = std::getenv("REPRO_FAULT");
        if (text == nullptr || std::sscanf(text, "%d %15s %15s", &number, what, extent) != 3) return;
        shortened = std::string_view(what) == "short";
        killed = std::string_view(what) == "kill";
        always = std::string_view(extent) == "always";
        reason = std::atoi(what);
    }
};

// Zero before anything runs: calls come before this library is initialised.
bool is_ours[most_files];
int calls = 0;

const fault_plan& wanted() {
    static const fault_plan only;
    return only;
}

template <class Function> Function* real(const char* name) {
    return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

bool concerns(int at, const char* name) {
    if (at >= 0 && at < most_files && is_ours[at] && name[0] != '/') return true;
    const char* const root = wanted().root;
    return root != nullptr && std::strncmp(name, root, std::strlen(root)) == 0;
}

bool concerns(int file) { return file >= 0 && file < most_files && is_ours[file]; }

enum class turn { pass, fail, shorten };

/// Counts a call, and says what becomes of it.
turn next() {
    ++calls;
    const fault_plan& plan = wanted();
    if (calls != plan.number && !(plan.always && plan.number > 0 && calls > plan.number)) return turn::pass;
    if (plan.killed) ::kill(::getpid(), SIGKILL);
    if (plan.shortened) return turn::shorten;
    errno = plan.reason;
    return turn::fail;
}

int opened(int file) {
    if (file >= 0 && file < most_files) is_ours[file] = true;
    return file;
}

[[gnu::destructor]] void tell_count() { std::fprintf(stderr, "calls %d\n", calls); }

} // namespace

extern "C" {

int openat(int at, const char* name, int flags, ...) {
    std::va_list rest;
    va_start(rest, flags);
    const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    const bool ours = concerns(at, name);
    if (ours && next() == turn::fail) return -1;
    const int file = real<int(int, const char*, int, ...)>("openat")(at, name, flags, mode);
    return ours ? opened(file) : file;
}

int open(const char* name, int flags, ...) {
    std::va_list rest;
    va_start(rest, flags);
    const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    const bool ours = concerns(AT_FDCWD, name);
    if (ours && next() == turn::fail) return -1;
    const int file = real<int(const char*, int, ...)>("open")(name, flags, mode);
    return ours ? opened(file) : file;
}

ssize_t write(int file, const void* from, std::size_t size) {
    const turn what = concerns(file) ? next() : turn::pass;
    if (what == turn::fail) return -1;
    return real<ssize_t(int, const void*, std::size_t)>("write")(
        file, from, what == turn::shorten ? (size + 1) / 2 : size);
}

int fsync(int file) {
    if (concerns(file) && next() == turn::fail) return -1;
    return real<int(int)>("fsync")(file);
}

int close(int file) {
    const bool fails = concerns(file) && next() == turn::fail;
    const int reason = errno;
    if (file >= 0 && file < most_files) is_ours[file] = false;
    const int done = real<int(int)>("close")(file); // the number has to go
    if (!fails) return done;
    errno = reason;
    return -1;
}

int mkdirat(int at, const char* name, mode_t mode) {
    if (concerns(at, name) && next() == turn::fail) return -1;
    return real<int(int, const char*, mode_t)>("mkdirat")(at, name, mode);
}

int renameat(int from, const char* name, int to, const char* other) {
    if (concerns(from, name) && next() == turn::fail) return -1;
    return real<int(int, const char*, int, const char*)>("renameat")(from, name, to, other);
}

int renameat2(int from, const char* name, int to, const char* other, unsigned flags) {
    if (concerns(from, name) && next() == turn::fail) return -1;
    return real<int(int, const char*, int, const char*, unsigned)>("renameat2")(from, name, to, other, flags);
}

int linkat(int from, const char* name, int to, const char* other, int flags) {
    if (concerns(from, name) && next() == turn::fail) return -1;
    return real<int(int, const char*, int, const char*, int)>("linkat")(from, name, to, other, flags);
}

int unlinkat(int at, const char* name, int flags) {
    if (concerns(at, name) && next() == turn::fail) return -1;
    return real<int(int, const char*, int)>("unlinkat")(at, name, flags);
}

int posix_fallocate(int file, off_t start, off_t size) {
    if (concerns(file) && next() == turn::fail) return errno; // it returns its reason
    return real<int(int, off_t, off_t)>("posix_fallocate")(file, start, size);
}

} // extern "C"
