// SPDX-License-Identifier: MIT
#include <repro/capture/hardware.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>

namespace {

bool is_missing(const repro::hardware_facts& facts, std::string_view field) {
    return std::any_of(facts.missing.begin(), facts.missing.end(),
                       [field](const auto& fact) { return fact.field == field && !fact.reason.empty(); });
}

} // namespace

TEST_CASE("every fact of this machine is there, or said to be missing") {
    const auto facts = repro::capture_hardware();
    CHECK(facts.cpu.has_value() != is_missing(facts, "hardware.cpu"));
    CHECK(facts.logical_cores.has_value() != is_missing(facts, "hardware.logical_cores"));
    CHECK(facts.usable_cores.has_value() != is_missing(facts, "hardware.usable_cores"));
    CHECK(facts.ram_gb.has_value() != is_missing(facts, "hardware.ram_gb"));
    CHECK(facts.os.has_value() != is_missing(facts, "hardware.os"));
    CHECK(facts.kernel.has_value() != is_missing(facts, "hardware.kernel"));
    CHECK(facts.gpu_driver.has_value() != is_missing(facts, "hardware.gpu_driver"));
    CHECK_FALSE(facts.gpu.empty());
}

TEST_CASE("usable cores follow the process's affinity") {
    cpu_set_t before;
    REQUIRE(::sched_getaffinity(0, sizeof before, &before) == 0);
    int first = 0;
    while (!CPU_ISSET(first, &before))
        ++first;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(first, &one);
    REQUIRE(::sched_setaffinity(0, sizeof one, &one) == 0);
    CHECK(repro::capture_hardware().usable_cores == 1U);
    REQUIRE(::sched_setaffinity(0, sizeof before, &before) == 0);
    CHECK(repro::capture_hardware().usable_cores == static_cast<unsigned>(CPU_COUNT(&before)));
}

TEST_CASE("memory is whole GiB, to the nearest") {
    const auto facts = repro::capture_hardware();
    REQUIRE(facts.ram_bytes);
    REQUIRE(facts.ram_gb);
    const auto gib = std::uint64_t{1} << 30;
    CHECK(*facts.ram_gb * gib <= *facts.ram_bytes + gib / 2);
    CHECK(*facts.ram_bytes < *facts.ram_gb * gib + gib / 2);
}

TEST_CASE("the processor's name comes without the padding around it") {
    const auto name = repro::capture_hardware().cpu;
    REQUIRE(name);
    CHECK(*name == repro::detail::trimmed(*name));
    CHECK(name->find('\0') == std::string::npos);
}

TEST_CASE("a value is found among the lines of /proc/cpuinfo") {
    constexpr std::string_view text =
        "processor\t: 0\nmodel\t\t: 25\nmodel name\t: AMD EPYC 9B45 \nflags\t: a b\n"
        "processor\t: 1\nmodel name\t: other\n";
    CHECK(repro::detail::proc_value(text, "model name") == "AMD EPYC 9B45");
    CHECK(repro::detail::proc_value(text, "model") == "25");
    CHECK_FALSE(repro::detail::proc_value(text, "Hardware"));
    CHECK_FALSE(repro::detail::proc_value("", "model name"));
    CHECK_FALSE(repro::detail::proc_value("model name :  \nno colon", "model name"));
}

TEST_CASE("the system's name is read as os-release writes it") {
    CHECK(repro::detail::pretty_name("NAME=x\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n") ==
          "Debian GNU/Linux 12 (bookworm)");
    CHECK(repro::detail::pretty_name("PRETTY_NAME='Fedora 43'") == "Fedora 43");
    CHECK(repro::detail::pretty_name("PRETTY_NAME=Plain\n") == "Plain");
    CHECK(repro::detail::pretty_name("PRETTY_NAME=\"a \\\"b\\\" \\$c\"\n") == "a \"b\" $c");
    CHECK_FALSE(repro::detail::pretty_name("PRETTY_NAME=\"\"\nNAME=x"));
    CHECK_FALSE(repro::detail::pretty_name("# PRETTY_NAME=no"));
}

TEST_CASE("GPUs are one line for the reader, or a word and its reason") {
    repro::hardware_facts two;
    repro::detail::record_gpus(two, {{"NVIDIA H200", "NVIDIA A100"}, "580.1", {}, false});
    CHECK(two.gpu == "NVIDIA H200, NVIDIA A100");
    CHECK(two.missing.empty());

    repro::hardware_facts none;
    repro::detail::record_gpus(none, {{}, {}, "libnvidia-ml.so.1 not found", false});
    CHECK(none.gpu == "none: libnvidia-ml.so.1 not found");
    CHECK(is_missing(none, "hardware.gpu_driver"));
    CHECK_FALSE(is_missing(none, "hardware.gpu"));

    repro::hardware_facts broken;
    repro::detail::record_gpus(broken, {{}, {}, "Driver Not Loaded", true});
    CHECK(broken.gpu == "unknown: Driver Not Loaded");
    CHECK(is_missing(broken, "hardware.gpu"));
}
