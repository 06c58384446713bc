// SPDX-License-Identifier: MIT
// The schema that ships with the library, the writer's name for it, and what the reader asks for.

#include <repro/judge/manifest_fields.hpp>
#include <repro/run/manifest.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <fstream>

namespace {

nlohmann::json schema() {
    std::ifstream file("schema/manifest-1.schema.json");
    return nlohmann::json::parse(file);
}

} // namespace

TEST_CASE("a manifest points to the schema that ships with its writer") {
    CHECK(schema().at("$id") == repro::manifest_schema);
    CHECK(schema().at("$schema") == "https://json-schema.org/draft/2020-12/schema");
}

TEST_CASE("the schema asks for the keys that the reader asks for") {
    const nlohmann::json document = schema();
    const nlohmann::json& required = document.at("required");
    const auto asks = [&](const char* key) {
        INFO(key);
        CHECK(std::ranges::find(required, key) != required.end());
        CHECK(document.at("properties").contains(key));
    };
    for (const auto& rule : repro::detail::source_rules)
        asks(rule.key);
    for (const auto& rule : repro::detail::schema_rules)
        asks(rule.key);
}
