// SPDX-License-Identifier: MIT
// in-toto Statement v1, with the manifest or a test result (v0.1) as predicate
// (https://github.com/in-toto/attestation/tree/main/spec).
#include "fields.hpp"
#include "formats.hpp"

#include <utility>

namespace tool {
namespace {

ordered_json resource(const std::string& name, const std::string& sha256) {
    return {{"name", name}, {"digest", {{"sha256", sha256}}}};
}

/// Returns the artifacts that have a digest of their bytes. A folder's is a digest of another kind.
ordered_json subjects(const repro::recorded_manifest& manifest) {
    ordered_json list = ordered_json::array();
    list.push_back(resource("manifest.json", manifest.sha256.hex()));
    for (const repro::recorded_file& file : manifest.artifacts)
        if (file.sha256 && !file.tree) list.push_back(resource(shown(file.path), file.sha256->hex()));
    return list;
}

ordered_json statement(const repro::recorded_manifest& manifest, const char* type, ordered_json predicate) {
    return {{"_type", "https://in-toto.io/Statement/v1"},
            {"subject", subjects(manifest)},
            {"predicateType", type},
            {"predicate", std::move(predicate)}};
}

std::string test_name(const repro::verified_item& item) {
    return std::string(to_string(item.kind)) + ":" + shown(item.path);
}

} // namespace

ordered_json in_toto(const repro::recorded_manifest& manifest) {
    return statement(manifest, "urn:repro:manifest:1.0", ordered_json(manifest.document));
}

ordered_json test_result(const repro::recorded_manifest& manifest, const repro::verification& result) {
    ordered_json passed = ordered_json::array(), warned = ordered_json::array(),
                 failed = ordered_json::array();
    for (const repro::verified_item& item : result.items) {
        using enum repro::verify_outcome;
        const bool good = item.outcome == match;
        const bool bad = item.outcome == changed || item.outcome == missing;
        (good ? passed : bad ? failed : warned).push_back(test_name(item));
    }
    const repro::verify_verdict verdict = result.verdict();
    const char* const word = verdict == repro::verify_verdict::holds     ? "PASSED"
                             : verdict == repro::verify_verdict::differs ? "FAILED"
                                                                         : "WARNED";
    ordered_json configuration = ordered_json::array();
    configuration.push_back(resource("manifest.json", manifest.sha256.hex()));
    return statement(manifest, "https://in-toto.io/attestation/test-result/v0.1",
                     {{"result", word},
                      {"configuration", std::move(configuration)},
                      {"passedTests", std::move(passed)},
                      {"warnedTests", std::move(warned)},
                      {"failedTests", std::move(failed)}});
}

} // namespace tool
