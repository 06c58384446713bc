// SPDX-License-Identifier: MIT
#include "drawing_library.hpp"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fcntl.h>
#include <random>
#include <sys/random.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

namespace drawing {
namespace {

volatile unsigned long long sink = 0;

char states[128]; // of the generator behind random(), or of one apart
random_data apart{};
drand48_data apart48{};

unsigned time_now() { return static_cast<unsigned>(std::time(nullptr)); }

} // namespace

// What openat becomes under _FORTIFY_SOURCE.
extern "C" int __openat_2(int folder, const char* path, int flags);

void from_random_device() {
    std::random_device device;
    sink = device() + device();
}

void from_getrandom() {
    unsigned char bytes[8];
    sink = static_cast<unsigned long long>(::getrandom(bytes, sizeof bytes, 0));
}

void from_getentropy() {
    unsigned char bytes[8];
    sink = static_cast<unsigned long long>(::getentropy(bytes, sizeof bytes));
}

void from_system_call() {
    unsigned char bytes[8];
    sink = static_cast<unsigned long long>(::syscall(SYS_getrandom, bytes, sizeof bytes, 0));
}

void from_urandom_by_open() {
    unsigned char bytes[8];
    const int file = ::open("/dev/urandom", O_RDONLY | O_CLOEXEC);
    volatile int times = 3; // one call in the code, whatever the compiler unrolls
    for (int i = 0; i < times; ++i)
        sink = static_cast<unsigned long long>(::read(file, bytes, sizeof bytes));
    ::close(file);
    const int other = ::open("/dev/zero", O_RDONLY | O_CLOEXEC); // takes the same number
    sink = static_cast<unsigned long long>(::read(other, bytes, sizeof bytes));
    ::close(other);
}

void from_urandom_by_fopen() {
    std::FILE* const file = std::fopen("/dev/urandom", "rb");
    sink = static_cast<unsigned long long>(std::fgetc(file));
    std::fclose(file);
}

void from_arc4random() {
#if __GLIBC_PREREQ(2, 36)
    unsigned char bytes[8];
    ::arc4random_buf(bytes, sizeof bytes);
    sink = ::arc4random() + ::arc4random_uniform(10);
#endif
}

void from_random_by_openat() {
    unsigned char bytes[8];
    const int file = ::openat(AT_FDCWD, "/dev/random", O_RDONLY | O_CLOEXEC);
    sink = static_cast<unsigned long long>(::read(file, bytes, sizeof bytes));
    ::close(file);
}

void from_urandom_by_checked_openat() {
    unsigned char bytes[8];
    const int file = __openat_2(AT_FDCWD, "/dev/urandom", O_RDONLY | O_CLOEXEC);
    sink = static_cast<unsigned long long>(::read(file, bytes, sizeof bytes));
    ::close(file);
}

void from_urandom_by_freopen() {
    std::FILE* file = std::fopen("/dev/null", "rb");
    file = std::freopen("/dev/urandom", "rb", file);
    sink = static_cast<unsigned long long>(std::fgetc(file));
    std::fclose(file);
}

void from_uuid_by_fopen() {
    std::FILE* const file = std::fopen("/proc/sys/kernel/random/uuid", "r");
    sink = static_cast<unsigned long long>(std::fgetc(file));
    std::fclose(file);
}

void from_hwrng_by_open() {
    const int file = ::open("/dev/hwrng", O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file >= 0) ::close(file);
}

void from_rand() { sink = static_cast<unsigned long long>(std::rand()); }
void from_random() { sink = static_cast<unsigned long long>(::random()); }
void from_lrand48() { sink = static_cast<unsigned long long>(::lrand48()); }
void from_mrand48() { sink = static_cast<unsigned long long>(::mrand48()); }
void from_drand48() { sink = static_cast<unsigned long long>(::drand48() * 10); }
void seed_rand(unsigned seed) { std::srand(seed); }
void seed_rand_by_time() { std::srand(static_cast<unsigned>(std::time(nullptr))); }

void seed_rand_by_time_of_day() {
    timeval now{};
    ::gettimeofday(&now, nullptr);
    std::srand(static_cast<unsigned>(now.tv_sec) ^ static_cast<unsigned>(now.tv_usec));
}

void seed_drand48_by_clock() {
    ::srand48(static_cast<long>(std::chrono::steady_clock::now().time_since_epoch().count()));
}

void seed_srandom() { ::srandom(12345); }
void seed_srandom_by_time() { ::srandom(time_now()); }
void seed_initstate() { ::initstate(12345, states, sizeof states); }
void seed_initstate_by_time() { ::initstate(time_now(), states, sizeof states); }
void seed_initstate_r() { ::initstate_r(12345, states, sizeof states, &apart); }
void seed_initstate_r_by_time() { ::initstate_r(time_now(), states, sizeof states, &apart); }

void seed_srandom_r() {
    seed_initstate_r(); // without a state of its own it seeds nothing
    ::srandom_r(12345, &apart);
}

void seed_srandom_r_by_time() {
    seed_initstate_r();
    ::srandom_r(time_now(), &apart);
}

void seed_srand48() { ::srand48(12345); }
void seed_srand48_r() { ::srand48_r(12345, &apart48); }
void seed_srand48_r_by_time() { ::srand48_r(static_cast<long>(std::time(nullptr)), &apart48); }

void hand_over_by_setstate() {
    seed_initstate_r(); // makes the state; the generator behind random() has not got it yet
    ::setstate(states);
}

void hand_over_by_seed48() {
    unsigned short state[3] = {1, 2, 3};
    ::seed48(state);
}

void hand_over_by_lcong48() {
    unsigned short state[7] = {1, 2, 3, 4, 5, 6, 7};
    ::lcong48(state);
}

} // namespace drawing
