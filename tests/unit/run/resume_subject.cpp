// SPDX-License-Identifier: MIT
// resume_subject DIGITS CHECKPOINT WEIGHTS PAUSE: trains, goes on from the checkpoint where there is one, and
// leaves its weights. Tells descriptor 3 of each checkpoint ('c'), and of the checkpoint PAUSE, half of whose
// file is written ('w'): there it waits to be killed.

#include <repro/compat/numpy.hpp>
#include <repro/compat/python.hpp>
#include <repro/run/run.hpp>

#include "support/resumable_training.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <unistd.h>

namespace {

constexpr std::int64_t steps = 60, steps_between_checkpoints = 5;

void tell(char what) {
    if (::write(3, &what, 1) != 1) ::_exit(9);
}

/// Writes half of the file, says so, and waits.
void write_half(const repro::checkpoint_file& file, std::ostream& out) {
    std::ostringstream whole;
    file.write(whole);
    out << whole.str().substr(0, whole.str().size() / 2) << std::flush;
    tell('w');
    for (;;)
        ::pause();
}

void draw_from_others(std::mt19937& own) {
    (void)repro::python::global().random();
    (void)repro::numpy::legacy().standard_normal();
    (void)repro::numpy::default_generator().random();
    (void)repro::pytorch::default_generator()();
    (void)::random();
    (void)::drand48();
    (void)own();
}

int train(char** arguments) {
    const examples::digits data = examples::read_digits(arguments[1]);
    repro::run run({.id = "resume", .seed = 42, .config = {{"batch", 8}}});
    std::mt19937 own;
    repro::streams().track("own", own);
    examples::resumable_training training(data, {.hidden = 8, .batch = 8, .threads = 1}, 42);
    if (const auto from = run.resume(arguments[2])) training.go_on_from(*from);
    int checkpoints = 0;
    while (training.steps() < steps) {
        training.take_step(run);
        draw_from_others(own);
        if (training.steps() % steps_between_checkpoints != 0) continue;
        repro::checkpoint_point point = training.point();
        if (++checkpoints == std::atoi(arguments[4]))
            point.files[0].write = [whole = point.files[0]](std::ostream& out) { write_half(whole, out); };
        if (!run.checkpoint(arguments[2], point)) return 8;
        tell('c');
    }
    const int status = run.finish();
    std::ofstream(arguments[3], std::ios::binary)
        .write(reinterpret_cast<const char*>(training.parameters().data()),
               static_cast<std::streamsize>(training.parameters().size_bytes()));
    return status;
}

} // namespace

int main(int argc, char** argv) try {
    return argc == 5 ? train(argv) : 2;
} catch (const std::exception& problem) {
    std::fprintf(stderr, "resume_subject: %s\n", problem.what());
    return 1;
}
