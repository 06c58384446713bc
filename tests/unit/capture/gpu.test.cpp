// SPDX-License-Identifier: MIT
#include <repro/capture/gpu.hpp>

#include "../../support/temporary_folder.hpp"

#include <catch2/catch_test_macros.hpp>

namespace {

/// An NVML that answers as a test wants.
struct scripted_nvml {
    static inline int init_code = 0;
    static inline int name_code = 0;
    static inline unsigned devices = 0;
    static inline int opened = 0;

    static repro::detail::nvml_api api(int init, unsigned count, int name) {
        init_code = init;
        name_code = name;
        devices = count;
        opened = 0;
        return {[] { return init_code == 0 ? ++opened, 0 : init_code; },
                [] { return --opened, 0; },
                [](int code) -> const char* { return code == 9 ? "Driver Not Loaded" : nullptr; },
                [](char* out, unsigned size) {
                    std::string("550.54.15").copy(out, size);
                    return 0;
                },
                [](unsigned* count_out) { return *count_out = devices, 0; },
                [](unsigned, void** device) { return *device = &devices, 0; },
                [](void*, char* out, unsigned size) {
                    std::string("NVIDIA H200").copy(out, size);
                    return name_code;
                }};
    }
};

} // namespace

TEST_CASE("the kernel driver's folder tells devices by address, and the version") {
    const support::temporary_folder folder;
    folder.write("version",
                 "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.159.04  Release Build  (x@)\n"
                 "GCC version:  gcc version 15.3.0 (GCC)\n");
    folder.write("gpus/0000:07:00.0/information", "Model: \t\t NVIDIA A100\nIRQ:   \t\t 41\n");
    folder.write("gpus/0000:06:00.0/information", "Model: \t\t NVIDIA H200\nIRQ:   \t\t 40\n");
    folder.write("gpus/0000:08:00.0/information", "");
    const auto facts = repro::detail::query_gpus(folder.path(), "libno-such-library.so");
    CHECK(facts.driver == "580.159.04");
    CHECK(facts.gpus ==
          std::vector<std::string>{"NVIDIA H200", "NVIDIA A100", "unnamed device 0000:08:00.0"});
    CHECK_FALSE(facts.failed);
}

TEST_CASE("a machine without driver and library has none, and says why") {
    const support::temporary_folder folder;
    const auto facts = repro::detail::query_gpus(folder.path(), "libno-such-library.so.1");
    CHECK(facts.gpus.empty());
    CHECK_FALSE(facts.driver);
    CHECK_FALSE(facts.failed);
    CHECK(facts.reason == "libno-such-library.so.1 not found");
}

TEST_CASE("a driver whose devices are withheld keeps its version") {
    const support::temporary_folder folder;
    folder.write("version", "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.15  Tue Mar  5\n");
    const auto facts = repro::detail::query_gpus(folder.path(), "libno-such-library.so");
    CHECK(facts.gpus.empty());
    CHECK(facts.driver == "550.54.15");
}

TEST_CASE("a library that is not NVML is a failure with the name it lacks") {
    const auto facts = repro::detail::query_nvml("libc.so.6");
    CHECK(facts.failed);
    CHECK(facts.reason.starts_with("libc.so.6 has no nvml"));
}

TEST_CASE("NVML's devices and driver are listed, and NVML is let go") {
    const auto facts = repro::detail::query_nvml(scripted_nvml::api(0, 2, 0));
    CHECK(facts.gpus == std::vector<std::string>{"NVIDIA H200", "NVIDIA H200"});
    CHECK(facts.driver == "550.54.15");
    CHECK_FALSE(facts.failed);
    CHECK(scripted_nvml::opened == 0);
}

TEST_CASE("a driver without devices says so") {
    const auto facts = repro::detail::query_nvml(scripted_nvml::api(0, 0, 0));
    CHECK(facts.gpus.empty());
    CHECK(facts.reason == "driver 550.54.15 shows no GPU");
    CHECK_FALSE(facts.failed);
}

TEST_CASE("a broken driver gives its own words and no half list") {
    const auto dead = repro::detail::query_nvml(scripted_nvml::api(9, 2, 0));
    CHECK(dead.failed);
    CHECK(dead.reason == "Driver Not Loaded");
    CHECK_FALSE(dead.driver);

    const auto half = repro::detail::query_nvml(scripted_nvml::api(0, 2, 999));
    CHECK(half.failed);
    CHECK(half.reason == "NVML failed");
    CHECK(half.gpus.empty());
    CHECK(half.driver == "550.54.15");
    CHECK(scripted_nvml::opened == 0);
}
