// SPDX-License-Identifier: MIT
#pragma once
// The files that a manifest names, compared with what lies there. A manifest may come from anybody: it does
// not choose what is read outside of its folder, nor how long that takes.

#include <repro/hash/ends.hpp>
#include <repro/hash/tree.hpp>
#include <repro/judge/beneath.hpp>
#include <repro/judge/manifest_reader.hpp>
#include <repro/judge/system_folders.hpp>
#include <repro/judge/verified_item.hpp>
#include <repro/judge/verify_options.hpp>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <sys/stat.h>
#include <utility>
#include <vector>

namespace repro::inline v0 {
namespace detail {

/// Thrown where the time is over.
struct out_of_time {};

/// The time that a verification may take.
class time_budget {
public:
    explicit time_budget(std::optional<std::chrono::milliseconds> timeout) {
        // A year and more is for ever, and cannot overflow the clock.
        if (timeout && *timeout < std::chrono::hours(24 * 365)) end_ = clock::now() + *timeout;
    }
    void spend() const {
        if (end_ && clock::now() >= *end_) throw out_of_time{};
    }

private:
    using clock = std::chrono::steady_clock;
    std::optional<clock::time_point> end_;
};

inline void record_end_of_time(verified_item& item) {
    item.outcome = verify_outcome::not_checked;
    item.reason = "the time was over: --timeout gives more";
}

/// A file or folder beneath an open folder, or anywhere where there is none.
struct found_file {
    const descriptor* folder = nullptr;
    std::filesystem::path path; ///< relative to the folder, where there is one
};

/// Compares files with their records.
class file_verifier {
public:
    file_verifier(const recorded_manifest& manifest, const verify_options& options)
        : options_(options),
          budget_(options.timeout),
          run_path_(absolute(manifest.path.parent_path())),
          working_path_(absolute(options.folder)),
          run_(open_folder(run_path_)),
          working_(open_folder(working_path_)) {}

    [[nodiscard]] const time_budget& budget() const noexcept { return budget_; }

    void artifact(const recorded_file& file, verified_item& item) {
        compare(file, item, [&] { return artifact_place(file); });
    }
    /// An input or a lockfile: outside of the run's folder by nature.
    void other(const recorded_file& file, verified_item& item) {
        compare(file, item, [&] { return other_place(file); });
    }

    /// Returns where an input or lockfile lies now.
    ///
    /// Errors: errc::path_escape where it may not be read.
    [[nodiscard]] std::filesystem::path located(const recorded_file& file) const {
        const found_file found = other_place(file);
        if (found.folder == nullptr) return found.path;
        return (found.folder == &run_ ? run_path_ : working_path_) / found.path;
    }

    /// The program, in the two folders or where the system keeps programs.
    void program(const recorded_file& file, verified_item& item) {
        compare(file, item, [&] { return code_place(file.absolute, program_folders()); });
    }
    /// Opens it.
    ///
    /// Errors: those of open_regular; errc::path_escape where it may not be read.
    [[nodiscard]] descriptor open_program(const std::string& path) const {
        struct stat facts{};
        return open_file(code_place(path, program_folders()), facts);
    }
    /// Opens a library in the two folders or in those of the dynamic loader; what is not called as one is not
    /// opened.
    ///
    /// Errors: those of open_regular; errc::path_escape where it may not be read.
    [[nodiscard]] descriptor open_library(const std::string& path, const folder_list& of_loader) const {
        if (options_.outside == outside_files::left_alone && !is_library_name(path))
            throw outside_error(path, "is not called as a library is, so it was not opened");
        struct stat facts{};
        return open_file(code_place(path, of_loader), facts);
    }

private:
    // What a file may hold beyond its recorded size before it is called changed without being read, and what
    // one without a recorded size may hold before it is left unread.
    static constexpr std::uint64_t size_slack = std::uint64_t{64} << 20;

    [[nodiscard]] static std::filesystem::path absolute(const std::filesystem::path& path) {
        return std::filesystem::absolute(path.empty() ? "." : path).lexically_normal();
    }

    /// Returns `path` as it is named from within `folder`; nothing where it lies elsewhere.
    [[nodiscard]] static std::optional<std::filesystem::path> within(const std::filesystem::path& folder,
                                                                     const std::filesystem::path& path) {
        std::filesystem::path relative =
            path.is_absolute() ? path.lexically_normal().lexically_relative(folder) : path.lexically_normal();
        if (relative.empty() || *relative.begin() == "..") return std::nullopt;
        return relative;
    }

    /// Where an artifact lies. A relative path stays in the folder of the manifest; an absolute one has to be
    /// marked as outside: this is what every writer does.
    [[nodiscard]] found_file artifact_place(const recorded_file& file) const {
        const std::filesystem::path path = file.path;
        if (!path.is_absolute()) {
            const auto inside = within(run_path_, path);
            if (!inside) throw escape_error(path);
            return {&run_, *inside};
        }
        if (!file.outside) throw escape_error(path);
        return outside_place(path);
    }

    /// Where an input or lockfile lies now: where it was, else at its relative path below the working folder.
    [[nodiscard]] found_file other_place(const recorded_file& file) const {
        const std::filesystem::path was =
            working_path_ /
            (file.absolute.empty() ? file.path : file.absolute); // an absolute one replaces it
        const std::filesystem::path named = file.path;
        const bool readable =
            options_.outside == outside_files::read || within(working_path_, was) || within(run_path_, was);
        std::error_code failed;
        const bool moved = !readable || !std::filesystem::exists(was, failed);
        const auto here = named.is_relative() ? within(working_path_, named) : std::nullopt;
        if (moved && here && open_beneath(working_.get(), here->native(), O_PATH)) return {&working_, *here};
        return outside_place(was);
    }

    /// An absolute path: within one of the two folders, or read because the reader trusts the manifest.
    [[nodiscard]] found_file outside_place(const std::filesystem::path& path) const {
        if (options_.outside == outside_files::read) return {nullptr, path};
        if (const auto inside = within(run_path_, path)) return {&run_, *inside};
        if (const auto inside = within(working_path_, path)) return {&working_, *inside};
        throw outside_error(
            path, "stands neither in the run's folder nor below the working directory, so it was not read");
    }

    /// Where a program or a library lies.
    [[nodiscard]] found_file code_place(const std::filesystem::path& path,
                                        const folder_list& system_folders) const {
        if (options_.outside == outside_files::read) return {nullptr, path};
        if (is_below(system_folders, path.lexically_normal()))
            return {nullptr, system_place(system_folders, path)};
        if (const auto inside = within(run_path_, path)) return {&run_, *inside};
        if (const auto inside = within(working_path_, path)) return {&working_, *inside};
        throw outside_error(path, "stands neither in the run's folder nor below the working directory nor "
                                  "where the system keeps such files, so it was not opened");
    }

    template <class Locate> void compare(const recorded_file& file, verified_item& item, Locate locate) {
        if (!file.sha256 && !(file.ends && file.size)) {
            item.reason = "it could not be read when the run was recorded, or its writer keeps no digests";
            return;
        }
        if (file.sha256) item.recorded = file.sha256->hex();
        try {
            budget_.spend();
            if (options_.progress) options_.progress(file.path);
            if (file.sha256)
                compare_content(file, item, locate());
            else
                compare_ends(file, item, locate());
        } catch (const error& problem) {
            record_failure(item, problem);
        } catch (const out_of_time&) {
            record_end_of_time(item);
        }
        if (file.sha256_at_end && file.sha256_at_end != file.sha256) {
            item.outcome = verify_outcome::changed;
            item.reason = "it changed while the run was going on";
        }
    }

    void compare_content(const recorded_file& file, verified_item& item, const found_file& found) {
        if (file.tree) return compare_texts(item, item.recorded, hash_folder(found).hex());
        const auto open = [&](struct stat& facts) { return open_file(found, facts); };
        struct stat facts{};
        (void)open(facts);
        const auto size = static_cast<std::uint64_t>(facts.st_size);
        if (file.size && size > *file.size && size > size_slack) {
            item.outcome = verify_outcome::changed;
            item.reason = "holds " + decimal(size) + " bytes where " + decimal(*file.size) + " were recorded";
            return;
        }
        if (!file.size && size > size_slack) {
            item.outcome = verify_outcome::not_checked;
            item.reason = "holds " + decimal(size) + " bytes, and no size was recorded: more than " +
                          decimal(size_slack) + " are not read then";
            return;
        }
        const auto seen = [this](std::uintmax_t) { budget_.spend(); };
        compare_texts(item, item.recorded, hasher_.hash(found.path, seen, open).sha256.hex());
    }

    /// Ends that are as they were say nothing of what lies between them.
    static void compare_ends(const recorded_file& file, verified_item& item, const found_file& found) {
        const partial_digest now =
            hash_open_ends(found.path, [&](struct stat& facts) { return open_file(found, facts); });
        const bool same = now.size == *file.size && now.sha256 == *file.ends;
        item.outcome = same ? verify_outcome::not_recorded : verify_outcome::changed;
        item.reason = same ? "partial: size and both ends are as recorded; the whole was not hashed, as it "
                             "is larger than the run's hash_limit"
                           : "partial: its size or one of its ends is another one";
    }

    [[nodiscard]] static descriptor open_file(const found_file& found, struct stat& facts) {
        if (found.folder == nullptr) return open_regular(found.path, facts);
        return open_regular_beneath(found.folder->get(), found.path, facts);
    }

    /// Hashes a folder; the links in it are not followed.
    [[nodiscard]] digest256 hash_folder(const found_file& found) const {
        std::filesystem::path path = found.path;
        descriptor opened;
        if (found.folder != nullptr) {
            opened = open_beneath(found.folder->get(), found.path.native(), O_PATH | O_DIRECTORY);
            if (!opened && errno == EXDEV) throw escape_error(found.path);
            if (!opened) throw hash_errno(found.path, errno);
            path = "/proc/self/fd/" + decimal(static_cast<unsigned>(opened.get()));
        }
        tree_options options;
        options.hashing.progress = [this](const hash_progress&) { budget_.spend(); };
        return hash_tree(path, options).sha256;
    }

    const verify_options& options_;
    time_budget budget_;
    std::filesystem::path run_path_;
    std::filesystem::path working_path_;
    descriptor run_;
    descriptor working_;
    file_hasher hasher_;
};

} // namespace detail
} // namespace repro::inline v0
