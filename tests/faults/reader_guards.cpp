// SPDX-License-Identifier: MIT
// What the reader of manifests refuses, and where it does not look, one check each. Built by mutations.py.

#include <repro/judge/beneath.hpp>
#include <repro/judge/strict_json.hpp>
#include <repro/judge/system_folders.hpp>

#include "guards.hpp"
#include "support/temporary_folder.hpp"

#include <filesystem>
#include <string>
#include <string_view>

using repro::errc;

namespace {

using namespace std::string_view_literals;

bool refuses(errc code, std::string_view text) {
    try {
        (void)repro::detail::parse_strict_json(text, "m.json");
    } catch (const repro::error& problem) {
        return problem.code() == code;
    }
    return false;
}

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

/// Returns whether neither way of opening reaches the file beside the folder by `path`, or through a link.
bool stays_beneath(const char* path, int flags = O_RDONLY) {
    const support::temporary_folder folder;
    folder.write("secret", "x");
    std::filesystem::create_directories(folder / "run");
    std::filesystem::create_symlink("../secret", folder / "run/link");
    const auto root = repro::detail::open_folder(folder / "run");
    return root && !repro::detail::open_beneath(root.get(), path, flags) &&
           !repro::detail::open_by_steps(root.get(), path, flags);
}

/// Returns whether a manifest that names `name` in a folder of the system does not lead to the file beside
/// it.
bool stays_in_the_system(const std::string& name) {
    const support::temporary_folder folder;
    folder.write("secret.so", "x");
    folder.write("system/key", "x");
    std::filesystem::create_symlink("../secret.so", folder / "system/link.so");
    try {
        (void)repro::detail::system_place({folder / "system"}, (folder / "system" / name).native());
    } catch (const repro::error&) {
        return true;
    }
    return false;
}

constexpr guards::guard all[] = {
    {"duplicate key", [] { return refuses(errc::json_duplicate_key, R"({"a": 1, "a": 2})"); }},
    {"depth",
     [] { return refuses(errc::json_too_deep, nested(65)) && !refuses(errc::json_too_deep, nested(64)); }},
    {"byte order mark", [] { return refuses(errc::json_encoding, "\xef\xbb\xbf{}"); }},
    {"not UTF-8", [] { return refuses(errc::json_encoding, "{\"a\": \"\xff\"}"); }},
    {"zero byte", [] { return refuses(errc::json_syntax, "{}\0{}"sv); }},
    {"whole number", [] { return refuses(errc::json_number, "[18446744073709551616]"); }},
    {"size", [] { return refuses(errc::bytes_too_many, std::string((std::size_t{64} << 20) + 1, ' ')); }},
    {"behind the end", [] { return refuses(errc::json_syntax, "{} {}"); }},
    {"no way up", [] { return stays_beneath("../secret"); }},
    {"no link out", [] { return stays_beneath("link"); }},
    {"no link itself", [] { return stays_beneath("link", O_PATH); }},
    {"no link out of the system", [] { return stays_in_the_system("link.so"); }},
    {"whole name", [] { return stays_in_the_system(std::string("key\0.so"sv)); }},
};

} // namespace

int main() { return guards::run_all(all); }
