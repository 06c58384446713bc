// SPDX-License-Identifier: MIT
// Variables that NCCL finds in its files.
#include <repro/core/knobs.hpp>

#include "support/process.hpp"
#include "support/scoped_variable.hpp"
#include "support/temporary_folder.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <cstdlib>
#include <dlfcn.h>
#include <filesystem>
#include <string>
#include <vector>

using repro::knob_in_file;
using repro::knob_state;
using support::scoped_variable;

namespace {

std::vector<knob_in_file> nccl_lines(std::string_view text) {
    std::vector<knob_in_file> found;
    repro::detail::add_nccl_lines(text, "f", found);
    return found;
}

/// Returns "<state> <value> <file>" of NCCL_ALGO in a process that has a library of NCCL's name mapped.
std::string algo_as_checked(const std::filesystem::path& library, bool as_nccl_sets_it) {
    return support::read_from_child([&](int out) {
        if (::dlopen(library.c_str(), RTLD_NOW) == nullptr) return support::write_all(out, "not loaded");
        if (as_nccl_sets_it) ::setenv("NCCL_ALGO", "Tree", 1);
        for (const repro::knob_finding& each : repro::check_knobs(repro::level::bit_exact).findings)
            if (each.which.name == "NCCL_ALGO")
                support::write_all(out, std::string(to_string(each.state)) + " " +
                                            each.value.value_or("none") + " " + each.file.value_or("none"));
    });
}

/// Returns a file that can be loaded under the name of NCCL: a copy of the C library's libm.
std::filesystem::path lookalike_in(const support::temporary_folder& folder) {
    Dl_info where{};
    REQUIRE(::dladdr(::dlsym(RTLD_DEFAULT, "tgamma"), &where) != 0);
    const std::filesystem::path library = folder / "libnccl.so.2";
    std::filesystem::copy_file(where.dli_fname, library);
    return library;
}

} // namespace

TEST_CASE("lines of a file are taken as NCCL takes them") {
    CHECK(nccl_lines("NCCL_ALGO=Tree\n") == std::vector<knob_in_file>{{"NCCL_ALGO", "Tree", "f"}});
    CHECK(nccl_lines("NCCL_ALGO=a=b") == std::vector<knob_in_file>{{"NCCL_ALGO", "a=b", "f"}});
    CHECK(nccl_lines("#NCCL_ALGO=Tree\nno assignment\n\n").empty());
    CHECK(nccl_lines("A=1\nA=2\n") == std::vector<knob_in_file>{{"A", "1", "f"}});
    CHECK(nccl_lines(" A = 1") == std::vector<knob_in_file>{{" A ", " 1", "f"}}); // spaces are kept
    CHECK(nccl_lines("A=") == std::vector<knob_in_file>{{"A", "", "f"}});
}

TEST_CASE("the file that NCCL_CONF_FILE names stands in for that of the user, and goes before the system's") {
    const scoped_variable named("NCCL_CONF_FILE", "/somewhere/nccl.conf");
    CHECK(repro::detail::nccl_files() == std::vector<std::string>{"/somewhere/nccl.conf", "/etc/nccl.conf"});
    const scoped_variable empty("NCCL_CONF_FILE", "");
    const std::string home = repro::detail::home_of_user();
    const auto files = repro::detail::nccl_files();
    CHECK(files.size() == (home.empty() ? 1 : 2));
    CHECK(files.back() == "/etc/nccl.conf");
    if (!home.empty()) CHECK(files.front() == home + "/.nccl.conf");
}

TEST_CASE("a file that is not there gives nothing, and a value of the first file hides that of a later one") {
    const support::temporary_folder folder;
    const scoped_variable absent("NCCL_CONF_FILE", (folder / "absent").native());
    for (const knob_in_file& each : repro::nccl_file_knobs())
        CHECK(each.file == "/etc/nccl.conf");
    const auto file = folder.write("nccl.conf", "NCCL_REPRO_TEST=1\n");
    const scoped_variable present("NCCL_CONF_FILE", file.native());
    CHECK(repro::nccl_file_knobs().front() == knob_in_file{"NCCL_REPRO_TEST", "1", file.native()});
}

TEST_CASE("a file's value is judged as one of the environment, which goes before it") {
    const repro::knob& algo = repro::find_knob("NCCL_ALGO");
    const std::vector<knob_in_file> files = {{"NCCL_ALGO", "Tree", "/etc/nccl.conf"}};
    {
        const scoped_variable none("NCCL_ALGO", std::nullopt);
        const auto found = repro::detail::examine(algo, true, "", files);
        CHECK(found.state == knob_state::wrong);
        CHECK(found.value == "Tree");
        CHECK(found.file == "/etc/nccl.conf");
        CHECK(repro::detail::examine(algo, true, "", {{"NCCL_ALGO", "Ring", "f"}}).state ==
              knob_state::right);
        CHECK(repro::detail::examine(algo, true, "", {{"NCCL_PROTO", "Simple", "f"}}).state ==
              knob_state::missing);
    }
    const scoped_variable own("NCCL_ALGO", "Ring");
    const auto in_time = repro::detail::examine(algo, true, "NCCL_ALGO=Ring", files);
    CHECK(in_time.state == knob_state::right);
    CHECK_FALSE(in_time.file);
    const auto late = repro::detail::examine(algo, true, "", files);
    CHECK(late.state == knob_state::late);
    CHECK_FALSE(late.file);
}

TEST_CASE("where NCCL is mapped its files are read, and what it took from them is not called late") {
    const support::temporary_folder folder;
    const auto library = lookalike_in(folder);
    const auto file = folder.write("nccl.conf", "# ours\nNCCL_ALGO=Tree\n");
    const scoped_variable named("NCCL_CONF_FILE", file.native());
    const scoped_variable none("NCCL_ALGO", std::nullopt);
    CHECK(algo_as_checked(library, false) == "wrong Tree " + file.native());
    CHECK(algo_as_checked(library, true) == "wrong Tree " + file.native());
}

TEST_CASE("where NCCL is not mapped its files are not looked at") {
    const support::temporary_folder folder;
    const auto file = folder.write("nccl.conf", "NCCL_ALGO=Tree\n");
    const scoped_variable named("NCCL_CONF_FILE", file.native());
    const scoped_variable none("NCCL_ALGO", std::nullopt);
    for (const repro::knob_finding& each : repro::check_knobs(repro::level::bit_exact).findings)
        CHECK(each.which.name != "NCCL_ALGO");
}
