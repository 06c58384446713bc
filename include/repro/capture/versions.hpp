// SPDX-License-Identifier: MIT
#pragma once
// Versions by name: of what is linked into this process, at once; of Python, NumPy, CMake and uv on the PATH,
// by files where files tell, else by asking the program.

#include <repro/capture/compiler.hpp>
#include <repro/capture/gpu.hpp>
#include <repro/capture/libraries.hpp>
#include <repro/capture/program.hpp>
#include <repro/version.hpp>

#include <git2.h>
#include <openssl/crypto.h>
#if __has_include(<nlohmann/detail/abi_macros.hpp>)
#include <nlohmann/detail/abi_macros.hpp> // since 3.11: its version without its code
#else
#include <nlohmann/json.hpp>
#endif

#include <algorithm>
#include <dlfcn.h>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

namespace repro::inline v0 {

/// Versions by name. What has none says why: "absent: not on the PATH".
using version_map = std::map<std::string, std::string>;

namespace detail {

/// Returns the first word of `text` that starts with a digit and holds a dot, as "cmake version 3.25.1" does.
[[nodiscard]] inline std::optional<std::string> version_in(std::string_view text) {
    constexpr std::string_view ends = " \t\r\n'\"";
    while (!text.empty()) {
        const std::size_t end = std::min(text.find_first_of(ends), text.size());
        const std::string_view word = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (!word.empty() && word[0] >= '0' && word[0] <= '9' && word.find('.') != std::string_view::npos)
            return std::string(word);
    }
    return std::nullopt;
}

[[nodiscard]] inline std::string dotted(std::uint64_t major, std::uint64_t minor, std::uint64_t patch) {
    return decimal(major) + "." + decimal(minor) + "." + decimal(patch);
}

/// Returns the folder that holds `path`.
[[nodiscard]] inline std::string folder_of(std::string_view path) {
    return std::string(path.substr(0, std::min(path.rfind('/'), path.size())));
}

[[nodiscard]] inline std::string_view base_name(std::string_view path) noexcept {
    return path.substr(path.rfind('/') + 1); // npos + 1 is 0
}

/// Returns the mapped library whose file name starts with `name`; nothing when none is.
[[nodiscard]] inline const mapped_library* find_mapped(const std::vector<mapped_library>& libraries,
                                                       std::string_view name) {
    for (const mapped_library& library : libraries)
        if (base_name(library.name).starts_with(name)) return &library;
    return nullptr;
}

/// Calls `use(f)` with the function `name` of a library that is mapped already; nothing where there is none.
template <class Function, class Use>
[[nodiscard]] std::optional<std::string> ask_mapped(const mapped_library& library, const char* name,
                                                    Use use) {
    void* const handle = ::dlopen(library.name.c_str(), RTLD_NOW | RTLD_NOLOAD);
    if (handle == nullptr) return std::nullopt;
    std::optional<std::string> answer;
    if (auto* const function = reinterpret_cast<Function*>(::dlsym(handle, name))) answer = use(function);
    ::dlclose(handle);
    return answer;
}

inline constexpr const char* not_mapped = "absent: not mapped into this process";
inline constexpr const char* mapped_unversioned = "present: it states no version";

[[nodiscard]] inline std::string torch_version(const std::vector<mapped_library>& libraries) {
    const mapped_library* const torch = find_mapped(libraries, "libtorch_cpu.so");
    if (torch == nullptr) return not_mapped;
    const std::string root = folder_of(folder_of(torch->name));
    // The archive of LibTorch has the first, a wheel the second; distributions number the library itself.
    for (const char* const file : {"/build-version", "/version.py"})
        if (const auto text = read_text((root + file).c_str(), 4096))
            if (auto version = version_in(*text)) return *version;
    const std::string_view number = base_name(torch->name).substr(std::string_view("libtorch_cpu.so").size());
    return number.size() > 1 ? std::string(number.substr(1)) : mapped_unversioned;
}

[[nodiscard]] inline std::string cuda_version(const std::vector<mapped_library>& libraries) {
    const mapped_library* const runtime = find_mapped(libraries, "libcudart.so");
    if (runtime == nullptr) return not_mapped;
    return ask_mapped<int(int*)>(*runtime, "cudaRuntimeGetVersion",
                                 [](auto* get) {
                                     int number = 0;
                                     get(&number);
                                     const auto value = static_cast<std::uint64_t>(number);
                                     return decimal(value / 1000) + "." + decimal(value % 1000 / 10);
                                 })
        .value_or(mapped_unversioned);
}

[[nodiscard]] inline std::string cudnn_version(const std::vector<mapped_library>& libraries) {
    const mapped_library* const cudnn = find_mapped(libraries, "libcudnn.so");
    if (cudnn == nullptr) return not_mapped;
    return ask_mapped<std::size_t()>(*cudnn, "cudnnGetVersion",
                                     [](auto* get) {
                                         const std::size_t number = get(); // 8902 was 8.9.2, 91900 is 9.19.0
                                         const std::size_t major = number < 90000 ? 1000 : 10000;
                                         return dotted(number / major, number % major / 100, number % 100);
                                     })
        .value_or(mapped_unversioned);
}

/// Joins what the builds of this program say, each text once.
[[nodiscard]] inline std::string join_builds(const std::vector<build_facts>& builds,
                                             std::string build_facts::* field) {
    std::vector<std::string> texts;
    for (const build_facts& build : builds)
        if (std::find(texts.begin(), texts.end(), build.*field) == texts.end()) texts.push_back(build.*field);
    std::string joined;
    for (const std::string& text : texts)
        joined += (joined.empty() ? "" : ", ") + text;
    return joined;
}

/// Returns the version of a package installed in `site`, by the name of its metadata.
[[nodiscard]] inline std::optional<std::string> installed_package(const std::string& site,
                                                                  std::string_view package) {
    for (const std::string_view name : names_in(site)) {
        if (!name.starts_with(package) || name.size() == package.size() || name[package.size()] != '-')
            continue;
        if (!name.ends_with(".dist-info") && !name.ends_with(".egg-info")) continue;
        std::string_view version = name.substr(package.size() + 1, name.rfind('.') - package.size() - 1);
        return std::string(next_token(version, '-')); // an egg adds "-py3.11"
    }
    return std::nullopt;
}

/// What the files around a program of the PATH tell, without running it.
class installed_program {
public:
    explicit installed_program(std::string_view name) : path_(find_program(name)) {
        if (!path_) return;
        const std::string root = folder_of(folder_of(*path_));
        settings_ = read_text((root + "/pyvenv.cfg").c_str(), 4096);
        if (!settings_) return;
        for (const std::string& python : names_in(root + "/lib"))
            if (python.starts_with("python3")) site_ = root + "/lib/" + python + "/site-packages";
    }

    [[nodiscard]] const std::optional<std::string>& path() const noexcept { return path_; }

    /// Returns the version of a package in the virtual environment that the program belongs to, if it does.
    [[nodiscard]] std::optional<std::string> package(std::string_view name) const {
        return site_.empty() ? std::nullopt : installed_package(site_, name);
    }

    /// Returns the version of the program, an interpreter, from the files of its installation.
    [[nodiscard]] std::optional<std::string> python_version() const {
        if (settings_) {
            for (const std::string_view key : {"version_info", "version"}) {
                for (std::string_view rest = *settings_; !rest.empty();) {
                    const std::string_view line = next_token(rest, '\n');
                    const std::size_t equals = std::min(line.find('='), line.size());
                    if (trimmed(line.substr(0, equals)) == key) return version_in(line.substr(equals));
                }
            }
        }
        char real[4096];
        const ssize_t length = path_ ? ::readlink(path_->c_str(), real, sizeof real) : -1;
        if (length <= 0) return std::nullopt;
        const std::string_view target(real, static_cast<std::size_t>(length));
        const std::string header = folder_of(folder_of(*path_)) + "/include/" +
                                   std::string(base_name(target)) + "/patchlevel.h"; // "python3.11"
        const auto text = read_text(header.c_str(), 8192);
        const std::size_t place = text ? text->find("PY_VERSION ") : std::string::npos;
        return place == std::string::npos ? std::nullopt
                                          : version_in(std::string_view(*text).substr(place, 80));
    }

private:
    std::optional<std::string> path_;
    std::optional<std::string> settings_;
    std::string site_;
};

inline constexpr const char* not_on_path = "absent: not on the PATH";

/// What is left to ask of a program: `take` puts its answer into the versions.
struct version_question {
    program_call call;
    void (*take)(const program_call& answered, const std::string& name, version_map& versions);
    std::string name;
};

inline void take_version(const program_call& answered, const std::string& name, version_map& versions) {
    const auto version = answered.failure.empty() ? version_in(answered.output) : std::nullopt;
    versions[name] = version ? *version
                             : "unknown: " + answered.command[0] + ": " +
                                   (answered.failure.empty() ? "states no version" : answered.failure);
}

/// Takes Python's version from the first line and looks for NumPy in the folders that the others name.
inline void take_python(const program_call& answered, const std::string&, version_map& versions) {
    take_version(answered, "python", versions);
    if (!answered.failure.empty()) {
        versions["numpy"] = versions["python"];
        return;
    }
    versions["numpy"] = "absent: not installed for " + answered.command[0];
    for (std::string_view rest = answered.output; !rest.empty();) {
        const std::string folder(next_token(rest, '\n'));
        if (const auto version = installed_package(folder, "numpy")) {
            versions["numpy"] = *version;
            return;
        }
    }
}

// -I: neither the working directory nor the environment adds code.
inline constexpr const char* python_script =
    "import sys, site; print('.'.join(map(str, sys.version_info[:3])), *sys.path, "
    "site.getusersitepackages(), sep='\\n')";

/// Fills in what files tell and returns what only the programs can.
[[nodiscard]] inline std::vector<version_question> read_program_versions(version_map& versions) {
    std::vector<version_question> open;
    for (const char* const name : {"cmake", "uv"}) {
        const installed_program program(name);
        if (!program.path())
            versions[name] = not_on_path;
        else if (auto version = program.package(name))
            versions[name] = *version;
        else
            open.push_back({{{*program.path(), "--version"}}, take_version, name});
    }
    const installed_program python("python3");
    if (!python.path()) {
        versions["python"] = not_on_path;
        versions["numpy"] = "absent: no python3 on the PATH";
        return open;
    }
    const auto version = python.python_version();
    const auto numpy = python.package("numpy");
    if (version) versions["python"] = *version;
    if (numpy) versions["numpy"] = *numpy;
    if (!version || !numpy)
        open.push_back({{{*python.path(), "-I", "-c", python_script}}, take_python, "python"});
    return open;
}

} // namespace detail

/// Returns the versions of what this process is made of, in microseconds and without reading the PATH:
/// compiler, stdlib, libc, repro, pcg-cpp, nlohmann-json, libgit2, libcrypto, torch (LibTorch), cuda, cudnn,
/// driver.
[[nodiscard]] inline version_map library_versions() {
    const compiler_facts compiled = capture_compiler();
    const std::vector<mapped_library> mapped = capture_libraries();
    const auto notes = detail::build_notes();
    const bool pcg = std::any_of(notes.begin(), notes.end(), [](const auto* note) { return note->has_pcg; });
    const auto driver = detail::query_kernel_driver(detail::nvidia_driver_folder).driver;
    int major = 0;
    int minor = 0;
    int patch = 0;
    ::git_libgit2_version(&major, &minor, &patch);
    return {
        {"compiler", detail::join_builds(compiled.builds, &build_facts::compiler)},
        {"stdlib", detail::join_builds(compiled.builds, &build_facts::standard_library)},
        {"libc", compiled.libc},
        {"repro", std::string(version)},
        {"pcg-cpp", pcg ? "present: its headers state no version" : "absent: not on the include path"},
        {"nlohmann-json", detail::dotted(NLOHMANN_JSON_VERSION_MAJOR, NLOHMANN_JSON_VERSION_MINOR,
                                         NLOHMANN_JSON_VERSION_PATCH)},
        {"libgit2", detail::dotted(static_cast<unsigned>(major), static_cast<unsigned>(minor),
                                   static_cast<unsigned>(patch))},
        {"libcrypto", ::OpenSSL_version(OPENSSL_VERSION_STRING)},
        {"torch", detail::torch_version(mapped)},
        {"cuda", detail::cuda_version(mapped)},
        {"cudnn", detail::cudnn_version(mapped)},
        {"driver", driver.value_or("absent: no NVIDIA kernel driver")},
    };
}

/// Whether programs of the PATH may be run to learn their versions.
enum class version_search : unsigned char {
    files,   ///< no: what no file tells is "unread: ..."; well below a millisecond
    programs ///< yes: those that files do not tell, side by side, for half a second at most
};

/// Returns library_versions() and those of python, numpy, cmake and uv on the PATH.
///
/// Nothing of the working directory is run, and relative entries of the PATH are passed over.
/// Errors:  none; what is absent or does not answer says why in its value.
/// Threads: safe to call from many threads.
[[nodiscard]] inline version_map log_versions(version_search search = version_search::programs) {
    constexpr int budget_ms = 500;
    version_map versions = library_versions();
    std::vector<detail::version_question> open = detail::read_program_versions(versions);
    if (search == version_search::files) {
        for (const detail::version_question& question : open) {
            const std::string unread = "unread: only " + question.call.command[0] + " itself tells";
            versions.emplace(question.name, unread);
            if (question.name == "python") versions.emplace("numpy", unread);
        }
        return versions;
    }
    std::vector<detail::program_call> calls;
    for (detail::version_question& question : open)
        calls.push_back(std::move(question.call));
    detail::run_programs(calls, budget_ms);
    for (std::size_t i = 0; i < calls.size(); ++i)
        open[i].take(calls[i], open[i].name, versions);
    return versions;
}

} // namespace repro::inline v0
