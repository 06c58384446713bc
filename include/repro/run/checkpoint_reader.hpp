// SPDX-License-Identifier: MIT
#pragma once
// Reads what checkpoint_text wrote; whatever else it is given is refused by name.

#include <repro/run/checkpoint_text.hpp>
#include <repro/run/identity.hpp>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace repro::inline v0 {
namespace detail {

[[nodiscard]] inline error damaged_checkpoint(const std::string& where, std::string problem) {
    return {errc::snapshot_damaged, where, std::move(problem), "nothing was changed; use an undamaged copy"};
}

[[nodiscard]] inline error foreign_checkpoint(const std::string& where, std::string problem) {
    return {errc::snapshot_contract, where, std::move(problem), "go on with the version that wrote it"};
}

/// The lines of a checkpoint, in their order.
class checkpoint_reader {
public:
    /// Errors: errc::snapshot_damaged, errc::snapshot_contract.
    checkpoint_reader(std::string_view text, std::string where) : where_(std::move(where)) {
        rest_ = checked(text);
        const std::string_view head = next_token(rest_, '\n');
        if (head != checkpoint_head && head.starts_with("repro-checkpoint "))
            throw foreign_checkpoint(where_, "is of another layout than this library's (" +
                                                 std::string(checkpoint_head) + ")");
        if (head != checkpoint_head) throw damaged_checkpoint(where_, "is no checkpoint");
        if (line("contract") != decimal(stream_contract))
            throw foreign_checkpoint(where_, "was taken under another stream contract");
    }

    [[nodiscard]] checkpoint_record read() {
        checkpoint_record to;
        to.library = line("library");
        to.id = line("id");
        to.run_id = line("run");
        to.folder = line("folder");
        to.taken_at = line("taken");
        to.seed = number(line("seed"));
        to.config = digest(line("config"));
        to.step = step(line("step"));
        to.rank = place(line("rank"));
        to.trace_entries = number(line("trace"));
        while (is_next("parent"))
            to.chain.push_back(link(line("parent")));
        while (is_next("value"))
            add_value(to, line("value"));
        while (is_next("file"))
            add_file(to, line("file"));
        while (is_next("metric"))
            to.metrics.push_back(series(line("metric")));
        expect(next_token(rest_, '\n') == "streams", "has a line that does not belong there");
        to.streams = rest_;
        return to;
    }

private:
    void expect(bool good, const char* problem) const {
        if (!good) throw damaged_checkpoint(where_, problem);
    }

    /// Returns the text before the last line, which has to be "digest <hex>" and to be right.
    [[nodiscard]] std::string_view checked(std::string_view text) const {
        constexpr std::size_t last_line = 7 + 64 + 1;
        expect(text.size() > last_line && text.back() == '\n', "is empty or cut short");
        const std::string_view body = text.substr(0, text.size() - last_line);
        expect(body.back() == '\n' && text.substr(body.size()) == "digest " + evp_sha256(body).hex() + "\n",
               "does not have the digest that it states");
        return body;
    }

    [[nodiscard]] bool is_next(std::string_view key) const {
        return rest_.starts_with(key) && rest_.substr(key.size()).starts_with(' ');
    }

    /// Returns what stands behind `key` in the next line.
    [[nodiscard]] std::string_view line(std::string_view key) {
        expect(is_next(key), "lacks a line");
        std::string_view whole = next_token(rest_, '\n');
        whole.remove_prefix(key.size() + 1);
        return whole;
    }

    [[nodiscard]] std::uint64_t number(std::string_view text) const {
        std::uint64_t value = 0;
        expect(from_decimal(text, value), "has a number that cannot be read");
        return value;
    }

    [[nodiscard]] std::int64_t step(std::string_view text) const {
        std::int64_t value = 0;
        const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
        expect(problem == std::errc{} && end == text.data() + text.size(), "has a step that cannot be read");
        return value;
    }

    [[nodiscard]] digest256 digest(std::string_view text) const {
        digest256 value;
        expect(from_hex(text, value.bytes), "has a digest that cannot be read");
        return value;
    }

    [[nodiscard]] shard place(std::string_view text) const {
        const std::uint64_t rank = number(next_token(text, ' '));
        const std::uint64_t world = number(text);
        expect(rank < world, "has a rank beyond its world");
        return {rank, world};
    }

    [[nodiscard]] checkpoint_link link(std::string_view text) const {
        checkpoint_link to;
        to.run_id = next_token(text, ' ');
        to.step = step(next_token(text, ' '));
        to.sha256 = digest(text);
        return to;
    }

    void add_value(checkpoint_record& to, std::string_view text) const {
        const std::string name(next_token(text, ' '));
        expect(is_plain_name(name) && to.values.emplace(name, text).second,
               "has a value twice or without a name");
    }

    void add_file(checkpoint_record& to, std::string_view text) const {
        tied_file file;
        file.content.sha256 = digest(next_token(text, ' '));
        file.content.size = number(next_token(text, ' '));
        file.name = text;
        const auto same = [&](const tied_file& each) { return each.name == file.name; };
        expect(is_plain_name(file.name) && std::ranges::none_of(to.files, same),
               "has a file twice or without a name");
        to.files.push_back(std::move(file));
    }

    [[nodiscard]] metric_series series(std::string_view text) const {
        metric_series to;
        const std::string_view name = next_token(text, ' ');
        to.name.resize(name.size() / 2);
        expect(from_hex(name, {reinterpret_cast<std::uint8_t*>(to.name.data()), to.name.size()}),
               "has a metric whose name cannot be read");
        const std::uint64_t count = number(next_token(text, ' '));
        while (!text.empty()) {
            to.steps.push_back(step(next_token(text, ' ')));
            to.values.push_back(std::bit_cast<double>(number(next_token(text, ' '))));
        }
        expect(to.steps.size() == count, "has a metric with another number of values");
        return to;
    }

    std::string where_;
    std::string_view rest_;
};

/// Returns the checkpoint that `text` holds; `where` is what errors call it.
///
/// Errors: errc::snapshot_damaged, errc::snapshot_contract.
[[nodiscard]] inline checkpoint_record read_checkpoint(std::string_view text, const std::string& where) {
    return checkpoint_reader(text, where).read();
}

} // namespace detail
} // namespace repro::inline v0
