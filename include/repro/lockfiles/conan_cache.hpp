// SPDX-License-Identifier: MIT
#pragma once
// Conan 2's cache: recipes and packages as they were stored, by the manifests of MD5 that Conan left.
// Sources: conan's internal/cache/cache.py (names of folders), internal/model/manifest.py (a recipe's
// revision).

#include <repro/hash/file.hpp>
#include <repro/lockfiles/cmake_text.hpp>
#include <repro/lockfiles/installed_package.hpp>

#include <openssl/evp.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <sys/types.h>
#include <system_error>
#include <utility>
#include <vector>

namespace repro::inline v0::lockfiles {
namespace detail {

/// MD5 of bytes that arrive in pieces; some configurations of OpenSSL refuse it.
class evp_md5_state {
public:
    evp_md5_state() : context_(EVP_MD_CTX_new()) {
        works_ = context_ && EVP_DigestInit_ex2(context_.get(), EVP_md5(), nullptr) == 1;
    }
    void update(std::string_view bytes) {
        works_ = works_ && EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1;
    }
    /// Returns 32 hexadecimal digits; nothing where MD5 is refused.
    [[nodiscard]] std::string finish() {
        std::uint8_t bytes[16];
        if (!works_ || EVP_DigestFinal_ex(context_.get(), bytes, nullptr) != 1) return {};
        std::string digits;
        for (const std::uint8_t each : bytes)
            digits.append({"0123456789abcdef"[each >> 4], "0123456789abcdef"[each & 15]});
        return digits;
    }

private:
    struct release {
        void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
    };
    std::unique_ptr<EVP_MD_CTX, release> context_;
    bool works_ = false;
};

[[nodiscard]] inline std::string md5_hex(std::string_view bytes) {
    evp_md5_state state;
    state.update(bytes);
    return state.finish();
}

/// Returns the MD5 of a regular file; nothing where MD5 is refused.
///
/// Errors: those of hash_file.
[[nodiscard]] inline std::string md5_of_file(const std::filesystem::path& path) {
    struct stat facts{};
    const repro::detail::descriptor file = repro::detail::open_regular(path, facts);
    constexpr std::size_t piece = std::size_t{1} << 17;
    const auto buffer = std::make_unique_for_overwrite<char[]>(piece);
    evp_md5_state state;
    for (;;) {
        const ssize_t count = repro::detail::read_up_to(file.get(), buffer.get(), piece);
        if (count < 0)
            throw error(errc::artifact_unreadable, path.native(), "cannot be read", "check the disk");
        state.update({buffer.get(), static_cast<std::size_t>(count)});
        if (static_cast<std::size_t>(count) < piece) return state.finish();
    }
}

/// Returns the first file that the manifest of a recipe or package lists otherwise than it stands in
/// `folder`; nothing where all are as stored, or nobody can say.
[[nodiscard]] inline std::string altered_conan_file(const std::filesystem::path& folder,
                                                    std::string_view manifest) {
    (void)next_token(manifest, '\n'); // the time of its making
    while (!manifest.empty()) {
        const std::string_view line = trimmed(next_token(manifest, '\n'));
        const std::size_t colon = line.rfind(": ");
        if (colon == std::string_view::npos) continue;
        const std::string name(line.substr(0, colon));
        if (name.starts_with("export_source/")) continue; // beside it, and fetched when a build needs it
        const std::filesystem::path path = std::filesystem::path(name).lexically_normal();
        if (path.is_absolute() || path.empty() || *path.begin() == "..") continue; // not ours to open
        try {
            const std::string now = md5_of_file(folder / path);
            if (!now.empty() && now != line.substr(colon + 2)) return name;
        } catch (const error& problem) {
            return name + " (" + std::string(to_string(problem.code())) + ")";
        }
    }
    return {};
}

/// Returns the folder of packages and recipes that a package's folder lies in: <home>/p of
/// <home>/p/b/<name><hash>/p or <home>/p/<name><hash>/p; nothing for a folder elsewhere.
[[nodiscard]] inline std::filesystem::path conan_cache_of(const std::filesystem::path& package) {
    if (package.filename() != "p") return {};
    std::filesystem::path cache = package.parent_path().parent_path();
    if (cache.filename() == "b") cache = cache.parent_path();
    return cache.filename() == "p" ? cache : std::filesystem::path();
}

/// Returns what is wrong with a locked recipe in Conan's cache; nothing where it is there as its revision
/// says, or its revision is no digest of its files.
///
/// Errors: errc::internal when libcrypto refuses SHA-256.
[[nodiscard]] inline std::string conan_recipe_problem(const std::filesystem::path& cache,
                                                      const std::string& name, const std::string& version,
                                                      const std::string& revision) {
    if (revision.size() != 32) return {}; // the commit of the recipe's repository
    const std::string reference = name + "/" + version + "#" + revision;
    const std::string place = name.substr(0, 5) + repro::detail::evp_sha256(reference).hex().substr(0, 13);
    const std::filesystem::path folder = cache / place / "e";
    std::error_code failed;
    if (!std::filesystem::is_directory(folder, failed))
        return "recipe " + revision + " is not in Conan's cache";
    std::string manifest;
    try {
        manifest = read_file(folder / "conanmanifest.txt");
    } catch (const error& problem) {
        return "recipe " + revision + ": conanmanifest.txt (" + std::string(to_string(problem.code())) + ")";
    }
    std::string_view files = manifest;
    (void)next_token(files, '\n');
    const std::string digest = md5_hex(files);
    if (!digest.empty() && digest != revision) return "recipe " + revision + " has the files of " + digest;
    const std::string altered = altered_conan_file(folder, manifest);
    return altered.empty() ? std::string() : "recipe " + revision + " is not as it was stored: " + altered;
}

/// Returns the folder of a package that Conan's CMakeDeps wrote into a file "<name>-...-data.cmake".
[[nodiscard]] inline std::filesystem::path conan_package_folder(const std::filesystem::path& folder,
                                                                const std::string& name) {
    for (const std::filesystem::path& each : entries_of(folder)) {
        const std::string file = each.filename().native();
        if (!file.starts_with(name + "-") || !file.ends_with("-data.cmake")) continue;
        const std::string text = text_or_nothing(each);
        cmake_scanner scanner(text);
        cmake_command command;
        try {
            while (scanner.next(command))
                if (command.name == "set" && command.arguments.size() == 2 &&
                    command.arguments[0].starts_with(name + "_PACKAGE_FOLDER_"))
                    return command.arguments[1];
        } catch (const fault&) {
            continue; // cut short; the version's file tells the rest
        }
    }
    return {};
}

} // namespace detail

/// Returns the packages for which Conan's CMakeDeps wrote files into `folder`. Files of those in Conan's
/// cache are hashed against the manifest that Conan keeps of each.
[[nodiscard]] inline std::vector<installed_package> installed_by_conan(const std::filesystem::path& folder) {
    std::vector<installed_package> found;
    for (const std::filesystem::path& each : detail::entries_of(folder)) {
        std::string name = each.filename().native();
        const std::size_t end =
            std::min(name.find("-config-version.cmake"), name.find("ConfigVersion.cmake"));
        if (end == std::string::npos || end == 0) continue;
        const std::string text = detail::text_or_nothing(each);
        detail::cmake_scanner scanner(text);
        detail::cmake_command command;
        installed_package made{name.substr(0, end), {}};
        try {
            while (scanner.next(command))
                if (command.name == "set" && command.arguments.size() == 2 &&
                    command.arguments[0] == "PACKAGE_VERSION")
                    made.version = command.arguments[1];
        } catch (const detail::fault&) {
            made.altered = name;
        }
        made.place = each;
        if (const auto package = detail::conan_package_folder(folder, made.name); !package.empty()) {
            made.place = package;
            if (made.altered.empty())
                made.altered = detail::altered_conan_file(
                    package, detail::text_or_nothing(package / "conanmanifest.txt"));
        }
        found.push_back(std::move(made));
    }
    return found;
}

} // namespace repro::inline v0::lockfiles
