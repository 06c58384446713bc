// SPDX-License-Identifier: MIT
// A training that is killed a hundred times, and goes on each time from its last checkpoint.

#include <repro/detail/clock.hpp>

#include "support/manifest.hpp"
#include "support/quiet_environment.hpp"
#include "support/scoped_variable.hpp"
#include "support/temporary_folder.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

using nlohmann::json;
using repro::detail::nanoseconds;
using support::scoped_variable;

namespace {

struct quiet_place {
    scoped_variable place{"TMPDIR", support::fast_place()};
    support::temporary_folder folder;
    support::quiet_environment quiet;
    scoped_variable root{"REPRO_EXPERIMENTS", (folder / "runs").native()};
    std::filesystem::path before = std::filesystem::current_path();

    quiet_place() { // without a repository that would be looked at, and with a few digits to read
        std::filesystem::current_path(folder.path());
        std::ifstream all(REPRO_DIGITS);
        std::ofstream few("digits.csv");
        std::string row;
        for (int i = 0; i < 150 && std::getline(all, row); ++i)
            few << row << "\n";
    }
    ~quiet_place() { std::filesystem::current_path(before); }
};

/// A started training, and the end of the pipe on which it tells of its checkpoints.
class training {
public:
    explicit training(const std::filesystem::path& folder, int pause = 0) {
        int ends[2];
        REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
        told_ = ends[0];
        id_ = ::fork();
        REQUIRE(id_ >= 0);
        if (id_ == 0) {
            ::dup2(ends[1], 3);
            ::execl(REPRO_RESUME_SUBJECT, "resume_subject", "digits.csv", (folder / "ck").c_str(),
                    (folder / "weights").c_str(), std::to_string(pause).c_str(), static_cast<char*>(nullptr));
            ::_exit(127);
        }
        ::close(ends[1]);
    }
    training(const training&) = delete;
    training& operator=(const training&) = delete;
    ~training() { ::close(told_); }

    /// Waits until it tells `what`; false when it ends before.
    [[nodiscard]] bool wait_for(char what) const {
        for (char told = 0;;) {
            const ssize_t count = ::read(told_, &told, 1);
            if (count < 0 && errno == EINTR) continue;
            if (count <= 0) return false;
            if (told == what) return true;
        }
    }

    /// Kills it; false when it has ended by itself.
    [[nodiscard]] bool kill() const {
        ::kill(id_, SIGKILL);
        return WIFSIGNALED(status());
    }

    [[nodiscard]] int status() const {
        int status = -1;
        ::waitpid(id_, &status, 0);
        return status;
    }

private:
    pid_t id_ = -1;
    int told_ = -1;
};

/// What a training came to: whatever a later reader would compare.
struct outcome {
    std::string weights;
    json metrics, streams;
    friend bool operator==(const outcome&, const outcome&) = default;
};

/// A training that came to its end, and how many nanoseconds that took, until the first checkpoint and from
/// it.
struct finished {
    outcome result;
    json parent;
    std::uint64_t until_first = 0, from_first = 0;
};

json newest_manifest(const std::filesystem::path& runs) {
    std::map<std::string, json> by_id; // their identifiers begin with the time
    for (const auto& entry : std::filesystem::directory_iterator(runs))
        if (std::filesystem::exists(entry.path() / "manifest.json")) {
            const json m = json::parse(support::read_text(entry.path() / "manifest.json"));
            by_id.emplace(m["run_id"], m);
        }
    return by_id.rbegin()->second;
}

/// Trains to the end in `folder`.
finished finish(const std::filesystem::path& folder) {
    finished all;
    const auto begun = nanoseconds(CLOCK_MONOTONIC);
    {
        const training whole(folder);
        (void)whole.wait_for('c');
        const auto first = nanoseconds(CLOCK_MONOTONIC);
        REQUIRE(whole.status() == 0);
        all.until_first = static_cast<std::uint64_t>(first - begun);
        all.from_first = static_cast<std::uint64_t>(nanoseconds(CLOCK_MONOTONIC) - first);
    }
    const json m = newest_manifest(folder / "runs");
    REQUIRE(m["status"] == "completed");
    std::map<std::string, json> streams;
    for (const json& each : m["streams"])
        streams[each["name"]] = {each["draws"], each["state_at_end"], each["seed"]};
    all.result = {support::read_text(folder / "weights"), m["metrics"], streams};
    all.parent = m["parent"];
    return all;
}

/// When a training is killed.
enum class moment { before_the_first, after_the_first, while_one_is_written };

void wait(std::uint64_t time) {
    const timespec pause{static_cast<time_t>(time / 1'000'000'000), static_cast<long>(time % 1'000'000'000)};
    ::nanosleep(&pause, nullptr);
}

/// Starts a training and kills it; false when it was not killed at such a moment.
bool kill_once(const std::filesystem::path& folder, moment when, std::uint64_t random,
               const finished& usual) {
    if (when == moment::while_one_is_written) {
        const training victim(folder, static_cast<int>(random % 11) + 2);
        return victim.wait_for('w') && victim.kill();
    }
    const training victim(folder);
    if (when == moment::before_the_first) {
        wait(random % usual.until_first);
        return victim.kill() && !std::filesystem::exists(folder / "ck");
    }
    if (!victim.wait_for('c')) return false;
    wait(random % usual.from_first);
    return victim.kill();
}

} // namespace

TEST_CASE("killed a hundred times, a training ends with the bits of one that was never interrupted") {
    const quiet_place here;
    const finished whole = finish(here.folder.path());
    CHECK(whole.parent.is_null());
    CHECK(whole.result.streams.size() == 9);
    CHECK(whole.result.metrics["loss"]["value"].size() == 60);
    std::map<moment, int> wanted{
        {moment::before_the_first, 10}, {moment::after_the_first, 80}, {moment::while_one_is_written, 10}};
    std::uint64_t random = 88172645463325252U;
    int equal = 0, resumed = 0, attempts = 0;
    for (auto& [when, left] : wanted)
        while (left > 0 && attempts < 1000) {
            ++attempts;
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            const support::temporary_folder folder;
            const scoped_variable root("REPRO_EXPERIMENTS", (folder / "runs").native());
            if (!kill_once(folder.path(), when, random, whole)) continue;
            --left;
            const bool there = std::filesystem::exists(folder / "ck");
            const finished again = finish(folder.path());
            equal += again.result == whole.result ? 1 : 0;
            resumed += again.parent.is_null() ? 0 : 1;
            if (again.parent.is_null() == there) FAIL("the manifest is wrong about where the run began");
        }
    WARN("100 kills: " << equal << " equal, " << resumed << " from a checkpoint, in " << attempts
                       << " attempts");
    CHECK(equal == 100);
    CHECK(resumed == 90); // all but those killed before the first
}
