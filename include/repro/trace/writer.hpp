// SPDX-License-Identifier: MIT
#pragma once
// Writes a trace: digests of tensors and how far the streams had come, step by step, for the first divergence
// between two runs.

#include <repro/core/error.hpp>
#include <repro/core/stream_mark.hpp>
#include <repro/detail/descriptor.hpp>
#include <repro/detail/held_back_signal.hpp>
#include <repro/trace/describe.hpp>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <fcntl.h>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace repro::inline v0 {

/// Appends to a new trace file. What was added survives the end of the process at once, whatever ends it.
///
/// Threads: one object belongs to one thread at a time.
class trace_writer {
public:
    /// Makes the file `path`, which must not exist.
    ///
    /// Errors: errc::no_space, errc::unwritable.
    explicit trace_writer(std::string path) : path_(std::move(path)) {
        constexpr int flags = O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW | O_CLOEXEC;
        file_ = detail::descriptor(::open(path_.c_str(), flags, 0666));
        if (!file_) throw failure(errno);
        std::string head(detail::trace_magic);
        detail::append_little_endian(head, detail::trace_version);
        detail::append_little_endian(head, detail::trace_check(head));
        append(head);
    }

    /// Appends the digest of the elements of `tensor` as what `name` was at `step`.
    ///
    /// Errors: errc::no_space, errc::unwritable, after which nothing more can be added; errc::name_invalid
    ///         for a name of more than 65535 bytes.
    /// Example:
    ///     trace.add("weights", epoch, weights);
    template <traceable T>
    void add(std::string_view name, std::int64_t step, const T& tensor,
             trace_keep keep = trace_keep::digests) {
        add(detail::describe_tensor(name, step, detail::view_for_trace(tensor), keep));
    }

    /// Notes how far a stream has come; written with the next entry, where it is not what was noted last.
    ///
    /// Precondition: the name has at most 65535 bytes.
    void mark(std::string_view stream, stream_mark now) {
        REPRO_EXPECTS(stream.size() <= UINT16_MAX);
        if (broken_ != 0) return;
        const std::uint32_t number = number_of(stream);
        if (last_marks_.size() <= number) last_marks_.resize(number + 1);
        std::optional<stream_mark>& last = last_marks_[number];
        if (last != now) pending_ += mark_record(number, now);
        last = now;
    }

    /// Appends an entry that is made already.
    void add(const trace_entry& entry) {
        if (entry.name.size() > UINT16_MAX)
            throw error(errc::name_invalid, "trace of '" + entry.name.substr(0, 80) + "...'",
                        "has a name of more than 65535 bytes", "choose a shorter name");
        if (broken_) throw failure(broken_);
        const std::uint32_t number = number_of(entry.name);
        pending_ += entry_record(entry, number);
        append(pending_);
        pending_.clear();
        ++entries_;
    }

    [[nodiscard]] const std::string& path() const noexcept { return path_; }

    /// Returns how many entries were added.
    [[nodiscard]] std::uint64_t entries() const noexcept { return entries_; }

private:
    /// Returns the number of a name, which is written with the next entry where it is new.
    [[nodiscard]] std::uint32_t number_of(std::string_view name) {
        auto place = names_.find(name);
        if (place == names_.end()) {
            place = names_.emplace(std::string(name), static_cast<std::uint32_t>(names_.size())).first;
            pending_ += name_record(place->first);
        }
        return place->second;
    }

    [[nodiscard]] static std::string name_record(const std::string& name) {
        std::string content{static_cast<char>(detail::trace_name_kind), '\0'};
        detail::append_little_endian(content, static_cast<std::uint16_t>(name.size()));
        return detail::checked_record(content += name);
    }

    [[nodiscard]] static std::string entry_record(const trace_entry& entry, std::uint32_t name) {
        std::string content{static_cast<char>(detail::trace_entry_kind), static_cast<char>(entry.type)};
        detail::append_little_endian(content, entry.element_size);
        detail::append_little_endian(content, name);
        detail::append_little_endian(content, std::uint32_t{entry.values.empty() ? 0u : 1u});
        detail::append_little_endian(content, static_cast<std::uint64_t>(entry.step));
        detail::append_little_endian(content, entry.count);
        detail::append_little_endian(content, entry.digest);
        for (const std::uint64_t each : entry.chunks)
            detail::append_little_endian(content, each);
        return detail::checked_record(content += entry.values);
    }

    [[nodiscard]] static std::string mark_record(std::uint32_t name, stream_mark mark) {
        std::string content{static_cast<char>(detail::trace_mark_kind), static_cast<char>(mark.kind)};
        detail::append_little_endian(content, std::uint16_t{0});
        detail::append_little_endian(content, name);
        detail::append_little_endian(content, std::uint32_t{0});
        detail::append_little_endian(content, mark.value);
        return detail::checked_record(content);
    }

    void append(std::string_view bytes) {
        const detail::held_back_signal guard(SIGXFSZ);
        while (!bytes.empty()) {
            const ssize_t count = ::write(file_.get(), bytes.data(), bytes.size());
            if (count < 0 && errno == EINTR) continue;
            if (count < 0) throw failure(broken_ = errno);
            bytes.remove_prefix(static_cast<std::size_t>(count));
        }
    }

    [[nodiscard]] error failure(int reason) const {
        const bool full = reason == ENOSPC || reason == EDQUOT || reason == EFBIG;
        return {full ? errc::no_space : errc::unwritable, path_,
                std::string("cannot be written: ") + detail::errno_text(reason),
                full ? "free some space" : "write the trace to a folder of this user"};
    }

    std::string path_;
    detail::descriptor file_;
    std::map<std::string, std::uint32_t, std::less<>> names_;
    std::vector<std::optional<stream_mark>> last_marks_; // by the number of the stream's name
    std::string pending_;                                // records that are written with the next entry
    std::uint64_t entries_ = 0;
    int broken_ = 0; // errno of the write that failed: the file may end within a record
};

} // namespace repro::inline v0
