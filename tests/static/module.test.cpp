// SPDX-License-Identifier: MIT
#include <repro/stream/seed_everything.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <dlfcn.h>

namespace {

/// The functions of a module with hidden symbols that is loaded with RTLD_LOCAL: the loader's worst case.
class loaded_module {
public:
    loaded_module() : handle_(::dlopen(MODULE_FILE, RTLD_NOW | RTLD_LOCAL)) { REQUIRE(handle_ != nullptr); }

    [[nodiscard]] const void* registry() const {
        return reinterpret_cast<const void* (*)()>(::dlsym(handle_, "registry_of_module"))();
    }
    [[nodiscard]] std::uint64_t word(const char* stream) const {
        return reinterpret_cast<std::uint64_t (*)(const char*)>(::dlsym(handle_, "word_of_module"))(stream);
    }

private:
    void* handle_;
};

bool warns_of_a_second_registry(const repro::seed_report& report) {
    return std::ranges::any_of(report.warnings, [](const repro::warning& each) {
        return each.code == repro::warn::registry_duplicate &&
               each.text.find(MODULE_FILE) != std::string::npos;
    });
}

} // namespace

#ifdef EXPORTING
TEST_CASE("a module draws from the registry of a program that exports its symbols") {
    const loaded_module module;
    REQUIRE(module.registry() == &repro::streams());
    const auto report = repro::seed_everything(42);
    CHECK_FALSE(warns_of_a_second_registry(report));
    const std::uint64_t word = repro::stream("shared")();
    repro::streams().seed(42);
    CHECK(module.word("shared") == word);
}
#else
TEST_CASE("a module that keeps a registry of its own is reported by name") {
    const loaded_module module;
    const bool own = module.registry() != &repro::streams();
    CHECK(warns_of_a_second_registry(repro::seed_everything(42)) == own);
}
#endif
