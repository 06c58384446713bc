// SPDX-License-Identifier: MIT
#include "explanations.hpp"

#include <repro/core/error.hpp>

#include <catch2/catch_test_macros.hpp>

#include <set>
#include <string>

TEST_CASE("every error and every warning has a page, and no page is of another code") {
    std::set<std::string_view> codes;
    for (const std::string_view code : repro::detail::errc_names)
        codes.insert(code);
    for (const std::string_view code : repro::detail::warn_names)
        codes.insert(code);
    for (const std::string_view code : codes) {
        INFO(code);
        CHECK(tool::find_explanation(code) != nullptr);
    }
    for (const tool::explanation& page : tool::explanations()) {
        INFO(page.code);
        CHECK(codes.contains(page.code));
    }
    CHECK(tool::explanations().size() == codes.size());
}

TEST_CASE("a page says what a code means and what to do, in sentences") {
    for (const tool::explanation& page : tool::explanations()) {
        INFO(page.code);
        for (const std::string_view text : {page.summary, page.meaning, page.remedy}) {
            CHECK(text.size() > 10);
            CHECK(std::string_view(".!").find(text.back()) != std::string_view::npos);
        }
    }
}
