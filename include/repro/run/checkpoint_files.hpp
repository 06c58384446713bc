// SPDX-License-Identifier: MIT
#pragma once
// The files of a checkpoint: those that are tied to it first, under names that hold their digests, then the
// checkpoint itself, in one rename. Until then the checkpoint before and its files stand untouched.

#include <repro/run/checkpoint.hpp>
#include <repro/run/checkpoint_reader.hpp>
#include <repro/run/folder.hpp>
#include <repro/run/hashing_buffer.hpp>
#include <repro/run/temporaries.hpp>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace repro::inline v0 {
namespace detail {

inline constexpr std::size_t checkpoint_limit = std::size_t{256} << 20;

/// The checkpoint under one path. Not for several threads at once.
template <class Calls = system_calls> class basic_checkpoint_files {
public:
    explicit basic_checkpoint_files(const std::filesystem::path& path)
        : path_(std::filesystem::absolute(path).lexically_normal()), name_(path_.filename().native()) {
        if (name_.empty())
            throw error(errc::argument_invalid, "checkpoint '" + path.native() + "'", "is no path of a file",
                        "name a file");
    }

    /// Returns the text that stands there; nothing where nothing does.
    ///
    /// Errors: errc::bytes_too_many, and those of opening a file.
    [[nodiscard]] std::optional<std::string> read() const {
        struct stat facts{};
        if (::stat(path_.c_str(), &facts) != 0 && (errno == ENOENT || errno == ENOTDIR)) return std::nullopt;
        const descriptor file = open_regular(path_, facts);
        if (static_cast<std::uintmax_t>(facts.st_size) > checkpoint_limit)
            throw error(errc::bytes_too_many, path_.native(), "is larger than any checkpoint",
                        "name the checkpoint");
        std::string text(static_cast<std::size_t>(facts.st_size), '\0');
        const ssize_t count = read_up_to(file.get(), text.data(), text.size());
        if (count < 0) throw hash_errno(path_, errno);
        text.resize(static_cast<std::size_t>(count));
        return text;
    }

    /// Returns where the files of a checkpoint stand, after comparing each with its digest.
    ///
    /// Errors: errc::artifact_missing, errc::digest_mismatch, and those of hash_file.
    [[nodiscard]] std::map<std::string, std::filesystem::path>
    verified(std::span<const tied_file> files) const {
        std::map<std::string, std::filesystem::path> paths;
        for (const tied_file& each : files) {
            const std::filesystem::path place = path_.parent_path() / each.name_on_disk(name_);
            if (hash_file(place) != each.content)
                throw error(errc::digest_mismatch, place.native(),
                            "is not the file that the checkpoint was taken with",
                            "restore the file, or go on from an older checkpoint");
            paths.emplace(each.name, place);
        }
        return paths;
    }

    /// Goes on from what stands there: from now on this run may replace it.
    void adopt(std::string_view text, std::vector<tied_file> files) {
        standing_ = evp_sha256(text);
        files_ = std::move(files);
    }

    /// Opens the folder, which is made where there is none.
    ///
    /// Errors: errc::name_taken where a checkpoint stands there that this run neither took nor went on from;
    ///         errc::fd_limit, no_space, read_only, unwritable.
    void open() {
        if (!folder_) {
            (void)make_folders<Calls>(path_.parent_path());
            folder_ = open_folder<Calls>(AT_FDCWD, path_.parent_path().c_str(), 0);
            if (!folder_) throw write_error(path_.parent_path().native(), {"cannot be opened", errno});
            self_ = capture_process_identity();
        }
        expect_own();
    }

    /// Writes a file and brings it to the disk.
    ///
    /// Errors: errc::fd_limit, no_space, read_only, unwritable; what `write` throws. Nothing is left then.
    tied_file write(const checkpoint_file& wanted) {
        const std::string temporary = temporary_name(name_ + "." + wanted.name, temporary_owner(self_));
        try {
            tied_file file{wanted.name, write_temporary(wanted, temporary)};
            const std::string name = file.name_on_disk(name_);
            if (Calls::rename(folder_.get(), temporary.c_str(), name.c_str()) != 0)
                throw failure(wanted, {"cannot be put in place", errno});
            return file;
        } catch (...) {
            (void)Calls::unlink(folder_.get(), temporary.c_str());
            throw;
        }
    }

    /// Puts the checkpoint in place of the one before, and removes what no checkpoint needs any more.
    ///
    /// Errors: errc::name_taken, errc::fd_limit, no_space, read_only, unwritable; the one before stands.
    durability publish(std::string_view text, std::vector<tied_file> files) {
        expect_own();
        if (!files.empty() && !sync<Calls>(folder_.get()))
            throw write_error(path_.parent_path().native(), {"cannot be brought to the disk", errno});
        const file_place place{folder_.get(), name_, path_.native(), temporary_owner(self_)};
        const durability reached =
            detail::publish<Calls>(place, text, standing_ ? placement::replacement : placement::first);
        std::vector<tied_file> needed = files;
        if (reached != durability::on_disk) // the one before may be what a power cut leaves
            needed.insert(needed.end(), files_.begin(), files_.end());
        adopt(text, std::move(files));
        sweep(needed);
        return reached;
    }

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

private:
    void expect_own() const {
        const auto text = read();
        if (!text || (standing_ && evp_sha256(*text) == *standing_)) return;
        throw error(errc::name_taken, path_.native(),
                    "is a checkpoint that this run neither took nor went on from",
                    "call run.resume with this path first, choose another path, or move it away");
    }

    [[nodiscard]] error failure(const checkpoint_file& file, failed_step step) const {
        return write_error(path_.native() + ", file '" + file.name + "'", step);
    }

    [[nodiscard]] file_digest write_temporary(const checkpoint_file& wanted, const std::string& temporary) {
        constexpr int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
        const int file = Calls::open(folder_.get(), temporary.c_str(), flags, 0666);
        if (file < 0) throw failure(wanted, {"cannot be created", errno});
        hashing_buffer<Calls> content(file);
        std::optional<failed_step> failed;
        try {
            std::ostream out(&content);
            wanted.write(out);
            if (!out.flush()) failed = {"cannot be written", content.reason() != 0 ? content.reason() : EIO};
        } catch (...) {
            (void)Calls::close(file);
            throw;
        }
        if (!failed && !sync<Calls>(file)) failed = {"cannot be brought to the disk", errno};
        if (Calls::close(file) != 0 && !failed && errno != EINTR) failed = {"cannot be closed", errno};
        if (failed) throw failure(wanted, *failed);
        return content.finish();
    }

    /// Returns whether `name` is that of a file that belongs to a checkpoint under this path.
    [[nodiscard]] bool is_tied(std::string_view name) const {
        constexpr std::size_t digits = 16;
        if (!name.starts_with(name_) || name.size() < name_.size() + digits + 3) return false;
        name.remove_prefix(name_.size());
        const auto is_digit = [](char c) { return hex_value(c) >= 0; };
        return name[0] == '.' && name[digits + 1] == '.' &&
               std::ranges::all_of(name.substr(1, digits), is_digit);
    }

    /// Removes files of older checkpoints, and what failed attempts and dead processes left half written.
    void sweep(std::span<const tied_file> needed) {
        const std::string own = temporary_owner(self_);
        for (const std::string& name : names_in(folder_.get())) {
            const auto owner = owner_in(name);
            const bool left = name.starts_with("." + name_ + ".") && owner &&
                              (*owner == own || owner_is_gone(*owner, self_));
            const auto same = [&](const tied_file& each) { return each.name_on_disk(name_) == name; };
            if (left || (is_tied(name) && std::ranges::none_of(needed, same)))
                (void)Calls::unlink(folder_.get(), name.c_str());
        }
    }

    std::filesystem::path path_;
    std::string name_;
    descriptor folder_;
    process_identity self_;
    std::optional<digest256> standing_; ///< of the text that this run took or went on from
    std::vector<tied_file> files_;      ///< of that text
};

using checkpoint_files = basic_checkpoint_files<>;

} // namespace detail
} // namespace repro::inline v0
