// SPDX-License-Identifier: MIT
#pragma once
// Packages of lockfiles as others name them: package URLs, digests.

#include <repro/lockfiles/report.hpp>

#include <string>
#include <string_view>

namespace tool {

/// A digest as CycloneDX spells it; empty where it is none that CycloneDX has.
struct locked_hash {
    std::string algorithm;
    std::string content; ///< hexadecimal
};

/// Returns "sha256:<hex>" or "sha512-<base64>" as CycloneDX spells it. Commits, hashes of recipes, and one
/// digest for several files are none.
[[nodiscard]] locked_hash cyclonedx_hash(std::string_view held);

/// Returns the package URL (purl) of a package of a lockfile of this kind; empty where there is no type for
/// the kind, and for packages that come from a folder or from git instead of the kind's registry.
[[nodiscard]] std::string package_url(std::string_view kind, const repro::lockfiles::package& held);

} // namespace tool
