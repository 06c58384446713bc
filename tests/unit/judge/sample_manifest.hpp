// SPDX-License-Identifier: MIT
#pragma once
// A manifest that every reader takes, to be changed by the tests.

#include <nlohmann/json.hpp>

#include <fstream>

namespace support {

inline constexpr const char* digest_of_nothing =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

[[nodiscard]] inline nlohmann::json sample_manifest() {
    return nlohmann::json::parse(R"json({
        "id": "2026-05-22-softmax", "git_sha": "0123456789abcdef0123456789abcdef01234567", "git_dirty": false,
        "seed": 42, "config": {"lr": 0.1, "layers": [64, 10]}, "versions": {"libc": "glibc 2.36"},
        "hardware": {"cpu": "a cpu", "ram_gb": 16, "gpu": "none: no driver", "os": "an os"},
        "started_at": "2026-05-22T19:14:02.310Z", "finished_at": "2026-05-22T19:14:08.620Z",
        "wall_seconds": 6.31, "artifacts": ["loss.npy", "/elsewhere/plot.svg"],
        "schema": "urn:repro:manifest:1.0", "stream_contract": 1, "name": "softmax",
        "run_id": "0196f9a1-0000-7000-8000-000000000000", "status": "completed", "error": null,
        "level": "bit-exact", "seed_text": "42", "seed_source": "code",
        "executable": {"path": "train", "absolute": "/bin/train", "sha256": null, "size": null},
        "git": {"state": "clean", "branch": "main"}, "build": {"libc": "glibc 2.36", "builds": []},
        "lockfiles": [{"path": "uv.lock", "absolute": "/src/uv.lock", "sha256": null, "size": null}],
        "inputs": [{"path": "digits.csv", "absolute": "/src/digits.csv",
                    "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "size": 0,
                    "role": "training set",
                    "sha256_at_end": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}],
        "digests": {
            "loss.npy": {"sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "size": 0},
            "/elsewhere/plot.svg": {"sha256": null, "size": null, "outside": true}},
        "streams": [{"name": "data/shuffle", "engine": "philox4x64-10", "seed": "key 1 2", "rule": "derived",
                     "note": "", "draws": 7, "state_at_start": null, "state_at_end": null}],
        "metrics": {"rmse": {"step": [0, 1], "value": [0.5, "NaN"]}},
        "libraries": [{"name": "/lib/libc.so.6", "build_id": "00ff", "since": "start"}],
        "missing": [{"field": "command", "reason": "not recorded"}],
        "warnings": [{"code": "W_SEED_DRAWN", "text": "nobody gave a seed"}]
    })json");
}

/// The source schema's keys alone, as other programs write them.
[[nodiscard]] inline nlohmann::json source_manifest() {
    std::ifstream file("tests/vectors/manifest/source_schema.json");
    return nlohmann::json::parse(file);
}

} // namespace support
