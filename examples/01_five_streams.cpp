// SPDX-License-Identifier: MIT
// One call seeds five streams. Each is run twice with seed 42 and once with 123. The values are those of the
// originals: CPython's random.seed(42), NumPy's np.random.seed(42) and default_rng(42), glibc's srandom(42)
// and srand48(42).

#include <repro/core.hpp>

#include <cstdint>
#include <cstdio>
#include <exception>
#include <stdlib.h>
#include <vector>

using numbers = std::vector<std::int64_t>;

struct stream {
    const char* call;
    numbers (*draw)();
};

numbers python_random() {
    numbers five;
    for (int i = 0; i < 5; ++i)
        five.push_back(repro::python::global().randint(0, 99));
    return five;
}

numbers numpy_legacy() { return repro::numpy::legacy().randint(0, 100, 5); }

numbers numpy_generator() { return repro::numpy::default_generator().integers(0, 100, 5); }

numbers c_random() {
    numbers five;
    for (int i = 0; i < 5; ++i)
        five.push_back(random() % 100);
    return five;
}

numbers c_drand48() {
    numbers five;
    for (int i = 0; i < 5; ++i)
        five.push_back(static_cast<std::int64_t>(drand48() * 100));
    return five;
}

numbers draw_after(repro::seed seed, const stream& each) {
    repro::seed_everything(seed);
    return each.draw();
}

void print(repro::seed seed, const numbers& drawn, const char* verdict) {
    std::printf("  seed %-3d ", static_cast<int>(seed.value()));
    for (const std::int64_t number : drawn)
        std::printf(" %2d", static_cast<int>(number));
    std::printf("%s\n", verdict);
}

int main() try {
    bool as_expected = true;
    for (const stream& each :
         {stream{"Python random.randint(0, 99)", python_random},
          stream{"NumPy np.random.randint(0, 100, 5)", numpy_legacy},
          stream{"NumPy default_rng(seed).integers(0, 100, 5)", numpy_generator},
          stream{"C random() % 100", c_random}, stream{"C drand48() * 100", c_drand48}}) {
        const numbers first = draw_after(42, each), second = draw_after(42, each),
                      other = draw_after(123, each);
        std::printf("%s\n", each.call);
        print(42, first, "");
        print(42, second, second == first ? "   equal" : "   NOT EQUAL");
        print(123, other, other != first ? "   different" : "   NOT DIFFERENT");
        as_expected = as_expected && second == first && other != first;
    }
    return as_expected ? 0 : 1;
} catch (const std::exception& e) {
    std::fprintf(stderr, "01_five_streams: %s\n", e.what());
    return 1;
}
