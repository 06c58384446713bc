// SPDX-License-Identifier: MIT
// Memory that runs out at every single allocation of a run. This program's operator new fails on demand.

#include <repro/run/run.hpp>

#include "support/manifest.hpp"
#include "support/scoped_variable.hpp"
#include "support/temporary_folder.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <new>
#include <optional>
#include <string>

namespace {

thread_local std::size_t allocations_left = 0; // of those that succeed; 0 is without limit
thread_local std::size_t allocations = 0;
thread_local bool exhausted = false;

void* allocate(std::size_t size) {
    ++allocations;
    if (allocations_left != 0 && --allocations_left == 0) exhausted = true;
    void* const room = exhausted ? nullptr : std::malloc(size == 0 ? 1 : size);
    if (room == nullptr) {
        exhausted = false; // one allocation fails, those after it do not
        throw std::bad_alloc();
    }
    return room;
}

} // namespace

void* operator new(std::size_t size) { return allocate(size); }
void* operator new[](std::size_t size) { return allocate(size); }
void operator delete(void* room) noexcept { std::free(room); }
void operator delete[](void* room) noexcept { std::free(room); }
void operator delete(void* room, std::size_t) noexcept { std::free(room); }
void operator delete[](void* room, std::size_t) noexcept { std::free(room); }

namespace {

using support::scoped_variable;

enum class course { begun_not, went_on };

/// Makes a run whose `failing`-th allocation fails; 0 lets all succeed.
course run_with(std::size_t failing) {
    allocations = 0;
    allocations_left = failing;
    exhausted = false;
    course result = course::begun_not;
    try {
        repro::run run({.id = "memory", .seed = 1});
        run.metric("a name that is too long for a short string", 0, 0.5);
        run.artifact("a file that is not there, with a long name");
        (void)run.finish();
        result = course::went_on;
    } catch (const std::bad_alloc&) { // of the constructor: nothing has begun
    }
    allocations_left = 0;
    exhausted = false;
    return result;
}

} // namespace

TEST_CASE("whichever allocation of a run fails, the program goes on and no manifest is torn") {
    const scoped_variable place("TMPDIR", support::fast_place());
    const scoped_variable quiet("REPRO_QUIET", "1");
    const auto before = std::filesystem::current_path();
    std::size_t total = 0;
    {
        const support::temporary_folder folder;
        const scoped_variable root("REPRO_EXPERIMENTS", (folder / "runs").native());
        std::filesystem::current_path(folder.path());
        REQUIRE(run_with(0) == course::went_on);
        REQUIRE(run_with(0) == course::went_on);
        total = allocations;
        std::filesystem::current_path(before);
    }
    std::size_t torn = 0, begun = 0;
    for (std::size_t failing = 1; failing <= total; ++failing) {
        const support::temporary_folder folder;
        const scoped_variable root("REPRO_EXPERIMENTS", (folder / "runs").native());
        std::filesystem::current_path(folder.path());
        begun += run_with(failing) == course::went_on ? 1U : 0U;
        std::error_code none;
        for (const auto& entry : std::filesystem::directory_iterator(folder / "runs", none)) {
            const auto file = entry.path() / "manifest.json";
            if (std::filesystem::exists(file) && !nlohmann::json::accept(support::read_text(file))) ++torn;
        }
        std::filesystem::current_path(before);
    }
    WARN(total << " allocations; " << begun << " runs went on");
    CHECK(torn == 0);
    CHECK(begun > total / 4);
}
