// SPDX-License-Identifier: MIT
// Types of package URLs: https://github.com/package-url/purl-spec
#include "locked_package.hpp"

#include <repro/detail/base64.hpp>
#include <repro/lockfiles/python_names.hpp>
#include <repro/lockfiles/text.hpp>

#include "fields.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace tool {
namespace {

struct purl_type {
    std::string_view kind; ///< of the table of lockfiles
    std::string_view type;
};
constexpr purl_type purl_types[] = {
    {"uv.lock", "pypi"},
    {"pylock.toml", "pypi"},
    {"poetry.lock", "pypi"},
    {"pdm.lock", "pypi"},
    {"Pipfile.lock", "pypi"},
    {"requirements", "pypi"},
    {"constraints", "pypi"},
    {"Cargo.lock", "cargo"},
    {"yarn.lock", "npm"},
    {"package-lock.json", "npm"},
    {"pnpm-lock.yaml", "npm"},
    {"conan.lock", "conan"},
    {"conanfile.txt", "conan"},
    {"go.mod", "golang"},
    {"go.sum", "golang"},
    {"conda-lock.yml", "conda"},
    {"conda @EXPLICIT", "conda"},
    {"Debian packages", "deb/debian"},
    {"Debian buildinfo", "deb/debian"},
};

std::string_view type_of(std::string_view kind) {
    for (const purl_type& each : purl_types)
        if (each.kind == kind) return each.type;
    return {};
}

std::string lower_case(std::string_view text) {
    std::string made(text);
    for (char& each : made)
        if (each >= 'A' && each <= 'Z') each = static_cast<char>(each - 'A' + 'a');
    return made;
}

/// Returns whether a name can stand in a package URL: its parts between slashes are neither empty nor dots.
bool is_nameable(std::string_view name) {
    do {
        const std::size_t end = std::min(name.find('/'), name.size());
        const std::string_view part = name.substr(0, end);
        if (part.empty() || part == "." || part == "..") return false;
        if (end + 1 == name.size()) return false;
        name.remove_prefix(std::min(end + 1, name.size()));
    } while (!name.empty());
    return true;
}

} // namespace

locked_hash cyclonedx_hash(std::string_view held) {
    constexpr std::pair<std::string_view, const char*> algorithms[] = {
        {"md5", "MD5"},        {"sha1", "SHA-1"},     {"sha256", "SHA-256"},
        {"sha384", "SHA-384"}, {"sha512", "SHA-512"}, {"blake2b", "BLAKE2b-512"}};
    const std::size_t mark = held.find_first_of(":-");
    if (mark == std::string_view::npos) return {};
    const std::string_view name = held.substr(0, mark), value = held.substr(mark + 1);
    if (!repro::lockfiles::detail::is_digest(name, value)) return {};
    for (const auto& [algorithm, spelled] : algorithms) {
        if (algorithm != name) continue;
        if (repro::lockfiles::detail::is_hex(value)) return {spelled, lower_case(value)};
        const auto bytes = repro::detail::from_base64(value);
        if (!bytes) return {};
        const auto* const first = reinterpret_cast<const std::uint8_t*>(bytes->data());
        return {spelled, repro::detail::to_hex(std::span(first, bytes->size()))};
    }
    return {};
}

std::string package_url(std::string_view kind, const repro::lockfiles::package& held) {
    const std::string_view type = type_of(kind);
    if (type.empty() || held.local || !is_nameable(held.name) || held.hash.starts_with("git:")) return {};
    std::string name = held.name, qualifier;
    if (type == "pypi") name = repro::lockfiles::detail::python_name(name);
    if (type == "golang") name = lower_case(name);
    if (const std::size_t colon = name.find(':'); type == "deb/debian" && colon != std::string::npos) {
        qualifier = "?arch=" + percent_encoded(name.substr(colon + 1));
        name.resize(colon);
    }
    std::string url = "pkg:" + std::string(type) + "/" + percent_encoded(name);
    if (held.exact && !held.version.empty()) url += "@" + percent_encoded(held.version, ":");
    return url + qualifier;
}

} // namespace tool
