// SPDX-License-Identifier: MIT
#include <repro/core/knobs.hpp>

#include "support/process.hpp"
#include "support/refusal.hpp"
#include "support/scoped_variable.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>

using namespace std::string_view_literals;
using repro::knob;
using repro::knob_rule;
using repro::knob_state;
using repro::level;
using repro::detail::find_entry;
using support::scoped_variable;

namespace {

knob made_up(knob_rule rule, std::string_view accepted) {
    return {"REPRO_TEST_KNOB",
            "a test",
            repro::read_at::exec,
            rule,
            accepted,
            level::bit_exact,
            "",
            "nothing",
            "none",
            "made up"};
}

knob_state state_of(const knob& which, bool asked, const std::optional<std::string>& at_exec) {
    return repro::detail::examine(which, asked, at_exec).state;
}

std::optional<std::string> given(const char* text) {
    return text != nullptr ? std::optional<std::string>(text) : std::nullopt;
}

} // namespace

TEST_CASE("an entry is found whole, and the first of two counts, as for getenv") {
    constexpr std::string_view environment = "A=1\0AB=2\0EMPTY=\0PATH=/a=b\0A=3\0"sv;
    CHECK(find_entry(environment, "A") == "1");
    CHECK(find_entry(environment, "AB") == "2");
    CHECK(find_entry(environment, "EMPTY") == "");
    CHECK(find_entry(environment, "PATH") == "/a=b");
    CHECK_FALSE(find_entry(environment, "B"));
    CHECK_FALSE(find_entry("", "A"));
    CHECK(find_entry("A=1", "A") == "1"); // the last entry may lack its NUL
}

TEST_CASE("every knob has one name, a reader, and a rule that its other fields fit") {
    std::set<std::string_view> names;
    for (const knob& each : repro::knobs) {
        INFO(each.name);
        CHECK(names.insert(each.name).second);
        CHECK_FALSE(each.name.empty());
        CHECK_FALSE(each.reader.empty());
        CHECK_FALSE(each.affects.empty());
        CHECK_FALSE(each.cost.empty());
        CHECK(each.source.size() > 10);
        CHECK(each.asked_by.has_value() == (each.rule != knob_rule::noted));
        const bool words = each.rule == knob_rule::one_of || each.rule == knob_rule::any_case;
        CHECK((!words || !each.accepted.empty()));
        CHECK((each.rule != knob_rule::unset || each.accepted.empty()));
        CHECK((each.instead.empty() || repro::find_knob(each.instead).name == each.instead));
    }
    CHECK(names.size() > 50);
}

TEST_CASE("every family of the table is in it, in order") {
    CHECK(repro::knobs.front().name == "GLIBC_TUNABLES");
    CHECK(repro::find_knob("KMP_DETERMINISTIC_REDUCTION").asked_by == level::bit_exact);
    CHECK(repro::find_knob("MKL_THREADING_LAYER").when == repro::read_at::handle);
    CHECK(repro::find_knob("CAUSAL_CONV1D_DETERMINISTIC").accepted == "1");
    CHECK(repro::find_knob("NCCL_LAUNCH_MODE").accepted == "GROUP");
    CHECK(repro::knobs.back().name == "JAX_ENABLE_X64");
}

TEST_CASE("each rule tells right from wrong and from missing") {
    const std::string empty;
    struct row {
        knob_rule rule;
        const char* value; // none where null
        knob_state expected;
    };
    const row rows[] = {
        {knob_rule::one_of, "a", knob_state::right},
        {knob_rule::one_of, "b,c", knob_state::right},
        {knob_rule::one_of, "A", knob_state::wrong},
        {knob_rule::one_of, "", knob_state::missing},
        {knob_rule::one_of, "a|b,c", knob_state::wrong},
        {knob_rule::one_of, nullptr, knob_state::missing},
        {knob_rule::any_case, "A", knob_state::right},
        {knob_rule::any_case, "B,c", knob_state::right},
        {knob_rule::any_case, "b", knob_state::wrong},
        {knob_rule::any_case, "aa", knob_state::wrong},
        {knob_rule::any_case, "", knob_state::missing},
        {knob_rule::any_case, nullptr, knob_state::missing},
        {knob_rule::fixed, "8", knob_state::right},
        {knob_rule::fixed, "", knob_state::missing},
        {knob_rule::fixed, "random", knob_state::wrong},
        {knob_rule::fixed, nullptr, knob_state::missing},
        {knob_rule::count, "8", knob_state::right},
        {knob_rule::count, " 16 ", knob_state::right},
        {knob_rule::count, "2147483647", knob_state::right},
        {knob_rule::count, "2147483648", knob_state::wrong},
        {knob_rule::count, "abc", knob_state::wrong},
        {knob_rule::count, "4x", knob_state::wrong},
        {knob_rule::count, "0", knob_state::wrong},
        {knob_rule::count, "-3", knob_state::wrong},
        {knob_rule::count, "4,2", knob_state::wrong},
        {knob_rule::count, "", knob_state::missing},
        {knob_rule::count, nullptr, knob_state::missing},
        {knob_rule::counts, "8", knob_state::right},
        {knob_rule::counts, "4,2", knob_state::right},
        {knob_rule::counts, "4, 2, 1", knob_state::right},
        {knob_rule::counts, "4,", knob_state::wrong},
        {knob_rule::counts, ",4", knob_state::wrong},
        {knob_rule::counts, "4,0", knob_state::wrong},
        {knob_rule::counts, "4,,2", knob_state::wrong},
        {knob_rule::counts, "abc", knob_state::wrong},
        {knob_rule::counts, "", knob_state::missing},
        {knob_rule::counts, nullptr, knob_state::missing},
        {knob_rule::unset, "1", knob_state::wrong},
        {knob_rule::unset, nullptr, knob_state::right},
        {knob_rule::noted, "1", knob_state::right},
        {knob_rule::noted, nullptr, knob_state::right},
    };
    for (const row& each : rows) {
        INFO(static_cast<int>(each.rule) << " " << (each.value != nullptr ? each.value : "(none)"));
        const scoped_variable variable("REPRO_TEST_KNOB", given(each.value));
        const std::string at_exec =
            each.value != nullptr ? "REPRO_TEST_KNOB=" + std::string(each.value) + '\0' : empty;
        CHECK(state_of(made_up(each.rule, "a|b,c"), true, at_exec) == each.expected);
        CHECK(state_of(made_up(each.rule, "a|b,c"), false, at_exec) == knob_state::right);
    }
}

TEST_CASE("a value is right in the letters that its reader takes, small or capital") {
    struct row {
        const char* name;
        const char* value;
        bool right;
    };
    const row rows[] = {
        {"OMP_DYNAMIC", "False", true},
        {"OMP_DYNAMIC", "FALSE", true},
        {"OMP_DYNAMIC", "True", false},
        {"KMP_DETERMINISTIC_REDUCTION", "True", true},
        {"KMP_DETERMINISTIC_REDUCTION", "YES", true},
        {"KMP_DETERMINISTIC_REDUCTION", "False", false},
        {"MKL_DYNAMIC", "False", true},
        {"NCCL_ALGO", "RING", true},
        {"NCCL_ALGO", "Tree", false},
        {"NCCL_PROTO", "SIMPLE", true},
        {"NCCL_PROTO", "LL128", false},
        {"TF_DETERMINISTIC_OPS", "True", true},
        {"TF_DETERMINISTIC_OPS", "False", false},
        {"TF_CUDNN_DETERMINISTIC", "TRUE", true},
        {"TF_ENABLE_ONEDNN_OPTS", "False", true},
        {"ONEDNN_DEFAULT_FPMATH_MODE", "Strict", true},
        {"CUDA_DEVICE_ORDER", "pci_bus_id", false}, // as the manual spells it
    };
    for (const row& each : rows) {
        INFO(each.name << "=" << each.value);
        CHECK(repro::detail::accepts(repro::find_knob(each.name), each.value) == each.right);
    }
}

TEST_CASE("a number of threads that its library would take for all processors is wrong") {
    for (const char* const name :
         {"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS"}) {
        INFO(name);
        const knob& which = repro::find_knob(name);
        for (const char* const wrong : {"abc", "0", "-3", ""})
            CHECK_FALSE(repro::detail::accepts(which, wrong));
        CHECK(repro::detail::accepts(which, "8"));
        CHECK(repro::detail::accepts(which, "4,2") == (which.name == "OMP_NUM_THREADS")); // nested regions
    }
}

TEST_CASE("a value that did not stand at exec is late, unless its reader looks at any time") {
    const scoped_variable variable("REPRO_TEST_KNOB", "a");
    knob which = made_up(knob_rule::one_of, "a");
    CHECK(state_of(which, true, "") == knob_state::late);
    CHECK(state_of(which, false, "") == knob_state::late);
    CHECK(state_of(which, true, std::nullopt) == knob_state::right); // nobody can tell
    which.when = repro::read_at::any;
    CHECK(state_of(which, true, "") == knob_state::right);
}

TEST_CASE("a variable that stood at exec and is gone has had its effect") {
    const scoped_variable gone("REPRO_TEST_KNOB", std::nullopt);
    const std::string at_exec = "REPRO_TEST_KNOB=1";
    CHECK(state_of(made_up(knob_rule::unset, ""), true, at_exec) == knob_state::late);
    CHECK(state_of(made_up(knob_rule::one_of, "1"), true, at_exec) == knob_state::late);
    CHECK(state_of(made_up(knob_rule::noted, ""), false, at_exec) == knob_state::late);
}

TEST_CASE("a variable that another stands in for is not missing") {
    knob which = made_up(knob_rule::fixed, "1");
    which.instead = "REPRO_TEST_OTHER";
    CHECK(state_of(which, true, "") == knob_state::missing);
    const scoped_variable other("REPRO_TEST_OTHER", "4");
    CHECK(state_of(which, true, "") == knob_state::right);
    which.rule = knob_rule::count;
    CHECK(state_of(which, true, "") == knob_state::right);
    {
        const scoped_variable empty("REPRO_TEST_KNOB", "");
        CHECK(state_of(which, true, "REPRO_TEST_KNOB=") == knob_state::right);
    }
    const scoped_variable no_number("REPRO_TEST_OTHER", "abc");
    CHECK(state_of(which, true, "") == knob_state::missing);
}

TEST_CASE("a level asks for what stricter ones ask, and only for libraries that are mapped") {
    const knob& cublas = repro::find_knob("CUBLAS_WORKSPACE_CONFIG");
    CHECK(repro::detail::asks(level::bit_exact, cublas));
    CHECK(repro::detail::asks(level::seed_stable, cublas));
    CHECK_FALSE(repro::detail::asks(level::distribution_stable, cublas));
    CHECK_FALSE(repro::detail::asks(std::nullopt, cublas));
    CHECK_FALSE(repro::detail::is_mapped(cublas, {"libc.so.6", "libm.so.6"}));
    CHECK(repro::detail::is_mapped(cublas, {"libc.so.6", "libcublas.so.12"}));
    const scoped_variable none("CUBLAS_WORKSPACE_CONFIG", std::nullopt);
    const auto check = repro::check_knobs(level::bit_exact);
    CHECK(check.exec_known);
    CHECK(std::ranges::none_of(check.findings, [](const repro::knob_finding& each) {
        return each.which.name == "CUBLAS_WORKSPACE_CONFIG";
    })); // this program has no CUDA
}

TEST_CASE("an unknown variable is refused with the nearest name") {
    CHECK(repro::find_knob("MKL_CBWR").when == repro::read_at::handle);
    CHECK(support::refusal([] { (void)repro::find_knob("OMP_NUM_THREAD"); }) == repro::errc::knob_unknown);
    try {
        (void)repro::find_knob("OMP_NUM_THREAD");
    } catch (const repro::error& problem) {
        CHECK(problem.fix().find("OMP_NUM_THREADS") != std::string::npos);
    }
}

TEST_CASE("a knob that stood when the process started is not late, one set or changed since is",
          "[.late-knobs]") {
    std::string late;
    for (const knob& each : repro::knobs_set_late())
        late.append(each.name).append(" ");
    ::setenv("MKL_CBWR", "COMPATIBLE", 1);
    ::setenv("OMP_DYNAMIC", "true", 1);
    late += "then ";
    for (const knob& each : repro::knobs_set_late())
        late.append(each.name).append(" ");
    support::answer(late);
}

TEST_CASE("knobs set after the process started are told from those that stood") {
    // The fresh process inherits OMP_DYNAMIC=false and sets MKL_CBWR and OMP_DYNAMIC itself.
    ::setenv("OMP_DYNAMIC", "false", 1);
    ::unsetenv("MKL_CBWR");
    CHECK(support::in_fresh_process("late-knobs") == "then OMP_DYNAMIC MKL_CBWR ");
    ::unsetenv("OMP_DYNAMIC");
}
