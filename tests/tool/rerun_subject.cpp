// SPDX-License-Identifier: MIT
// A run that reads a file of its repository: rerun_subject [FACTOR]. With "noise" for a factor it comes to
// something else each time; with "fail" it fails where REPRO_RUN_DIR is set; with "resume" it goes on from a
// checkpoint beside the repository, and takes the next one. The lockfile is the repository's.

#include <repro/repro.hpp>

#include <array>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace {

std::vector<std::filesystem::path> lockfiles_here() {
    std::vector<std::filesystem::path> found;
    for (const char* const name : {"uv.lock", "requirements.txt"})
        if (std::filesystem::exists(name)) found.emplace_back(name);
    return found;
}

} // namespace

int main(int argc, char** argv) {
    const std::string factor = argc > 1 ? argv[1] : "2";
    if (factor == "fail" && std::getenv("REPRO_RUN_DIR") != nullptr) return 9;
    repro::run run({.id = "subject",
                    .seed = 42,
                    .level = repro::level::bit_exact,
                    .config = {{"factor", factor}},
                    .lockfiles = lockfiles_here(),
                    .git_patch = {.scope = repro::git_patch_scope::with_untracked}});
    const bool resumes = factor == "resume";
    const auto from = resumes ? run.resume("../subject.checkpoint") : std::nullopt;
    std::string word, wish;
    std::ifstream("a") >> word;
    std::ifstream("wish") >> wish;
    const double value = factor == "noise" ? static_cast<double>(repro::detail::now().steady)
                                           : static_cast<double>(repro::stream("subject")() >> 11) * 0x1p-53;
    run.metric("value", 0, value);
    run.trace("value", 0, std::array{value}, repro::trace_keep::values);
    const char* const threads = std::getenv("OMP_NUM_THREADS");
    std::ofstream(run.path("out.txt"))
        << word << ' ' << wish << ' ' << value << ' ' << (threads == nullptr ? "unset" : threads) << '\n';
    run.artifact("out.txt");
    if (resumes)
        run.checkpoint("../subject.checkpoint",
                       {.step = from ? from->step() + 1 : 1,
                        .values = {{"word", word}},
                        .files = {{"value", [&](std::ostream& to) { to << value; }}}});
    return run.finish();
}
