// SPDX-License-Identifier: MIT
#pragma once
// Manifests in the formats of others. Each function is pure: a manifest in, a text or document out.

#include <repro/judge/manifest_reader.hpp>
#include <repro/judge/verify.hpp>

#include "../recorded_lockfile.hpp"

#include <nlohmann/json.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tool {

using ordered_json = nlohmann::ordered_json;

/// Returns the ro-crate-metadata.json of a run's folder: RO-Crate 1.1, profile Process Run Crate 0.5.
[[nodiscard]] ordered_json ro_crate(const repro::recorded_manifest& manifest);

/// Returns an in-toto Statement v1: the artifacts as subjects, the manifest as predicate.
[[nodiscard]] ordered_json in_toto(const repro::recorded_manifest& manifest);

/// Returns an in-toto Statement v1 with the test-result predicate v0.1: what verification found.
[[nodiscard]] ordered_json test_result(const repro::recorded_manifest& manifest,
                                       const repro::verification& result);

/// Returns a CycloneDX 1.6 document: mapped libraries, versions, lockfiles with their packages, inputs and
/// artifacts. `packages` is what the manifest's lockfiles held, in their order.
[[nodiscard]] ordered_json cyclonedx(const repro::recorded_manifest& manifest,
                                     std::span<const recorded_packages> packages);

/// Returns metrics.json and params.yaml as DVC reads them: the last value of each series, and the config.
struct dvc_files {
    std::string metrics;
    std::string params;
};
[[nodiscard]] dvc_files dvc(const repro::recorded_manifest& manifest);

/// A request to MLflow's REST interface. "${experiment_id}" and "${run_id}" in a body stand for what earlier
/// answers hold.
struct mlflow_request {
    std::string endpoint;
    ordered_json body;
};

/// Returns the requests that record a run, in their order and within the server's limits.
[[nodiscard]] std::vector<mlflow_request> mlflow(const repro::recorded_manifest& manifest,
                                                 const std::string& experiment);

/// Returns JUnit XML: a test case for each item that was verified.
[[nodiscard]] std::string junit(const repro::recorded_manifest& manifest, const repro::verification& result);

/// Returns the reproducibility items of the NeurIPS paper checklist and of the ML code completeness
/// checklist, in Markdown, filled in from the manifests.
[[nodiscard]] std::string checklist(std::span<const repro::recorded_manifest> manifests);

} // namespace tool
