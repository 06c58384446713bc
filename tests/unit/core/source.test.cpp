// SPDX-License-Identifier: MIT
#include <repro/core/source.hpp>

#include <catch2/catch_test_macros.hpp>

namespace {

struct complete {
    std::string_view name() const;
    void seed(repro::seed);
    std::string save() const;
    void restore(std::string_view);
    std::vector<repro::stream_facts> ledger() const;
    std::vector<repro::fact> facts() const;
    std::vector<repro::missing_fact> not_seeded() const;
};
struct without_save : complete {
    void save() const;
};
struct changes_when_saved : complete {
    std::string save();
};
struct without_facts : complete {
    void facts() const = delete;
};

} // namespace

static_assert(repro::source<complete>);
static_assert(!repro::source<without_save>);
static_assert(!repro::source<changes_when_saved>, "saving leaves the source as it is");
static_assert(!repro::source<without_facts>);
static_assert(!repro::source<int>);
static_assert(to_string(repro::seed_rule::exact) == "exact");
static_assert(to_string(repro::seed_rule::derived) == "derived");

TEST_CASE("a stream that says nothing of its draws does not claim zero") {
    CHECK_FALSE(repro::stream_facts{}.draws.has_value());
}
