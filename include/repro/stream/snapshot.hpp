// SPDX-License-Identifier: MIT
#pragma once
// Snapshots of all streams: lines of text with a version and a digest, no code in them. A snapshot is read
// whole and checked before anything is changed.

#include <repro/hash/sha2.hpp>
#include <repro/stream/registry.hpp>
#include <repro/version.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace repro::inline v0 {

namespace detail {

inline constexpr std::string_view snapshot_head = "repro-snapshot 1";

[[nodiscard]] inline error snapshot_error(errc code, std::string what_failed, std::string fix) {
    return {code, "snapshot of streams", std::move(what_failed), std::move(fix)};
}

[[nodiscard]] inline error damaged_snapshot(std::string what_failed) {
    return snapshot_error(errc::snapshot_damaged, std::move(what_failed),
                          "nothing was changed; use an undamaged copy");
}

/// Returns the text before the last line, which has to be "digest <hex>" and to be right.
[[nodiscard]] inline std::string_view checked_body(std::string_view text) {
    if (text.empty() || text.back() != '\n') throw damaged_snapshot("is empty or truncated");
    const std::size_t before_last = text.substr(0, text.size() - 1).rfind('\n');
    if (before_last == std::string_view::npos) throw damaged_snapshot("is truncated");
    const std::string_view body = text.substr(0, before_last + 1);
    if (text.substr(body.size()) != "digest " + sha256(body).hex() + "\n")
        throw damaged_snapshot("does not have the digest that it states");
    return body;
}

inline void parse_root(std::string_view text, std::optional<stream_key>& to) {
    stream_key root{};
    bool good = !to;
    for (std::uint64_t& word : root)
        good = from_decimal(next_token(text, ' '), word) && good;
    if (!good || !text.empty()) throw damaged_snapshot("has no readable root, or two");
    to = root;
}

inline void parse_source(std::string_view line, saved_streams& saved) {
    const std::string_view name = next_token(line, ' ');
    const std::string_view given = next_token(line, ' ');
    std::uint64_t number = 0;
    if (given == "-")
        saved.sources.push_back({name, std::nullopt, line});
    else if (from_decimal(given, number))
        saved.sources.push_back({name, number, line});
    else
        throw damaged_snapshot("has a source without a readable seed");
}

inline void parse_stream(std::string_view name, std::string_view state, saved_streams& saved) {
    if (!saved.streams.empty() && saved.streams.back().name >= name)
        throw damaged_snapshot("has streams twice or out of order");
    saved.streams.push_back({name, state});
}

inline void parse_snapshot_line(std::string_view line, saved_streams& saved) {
    const std::string_view kind = next_token(line, ' ');
    std::uint64_t number = 0;
    if (kind == "seed" && !saved.seed && from_decimal(line, number)) {
        saved.seed = number;
    } else if (kind == "forks" && !saved.forks && from_decimal(line, number)) {
        saved.forks = number;
    } else if (kind == "root") {
        parse_root(line, saved.root);
    } else if (kind == "rank-root") {
        parse_root(line, saved.rank_root);
    } else if (kind == "source") {
        parse_source(line, saved);
    } else if (kind == "stream") {
        const std::string_view name = next_token(line, ' ');
        parse_stream(name, line, saved);
    } else {
        throw damaged_snapshot("has a line that does not belong there: '" + std::string(kind.substr(0, 32)) +
                               "'");
    }
}

/// Returns the parts of a snapshot, as views into `text`.
[[nodiscard]] inline saved_streams parse_snapshot(std::string_view text) {
    std::string_view rest = checked_body(text);
    if (next_token(rest, '\n') != snapshot_head)
        throw snapshot_error(errc::snapshot_contract,
                             "is of another layout than this library's (" + std::string(snapshot_head) + ")",
                             "restore it with the version that wrote it");
    if (next_token(rest, '\n') != "contract " + decimal(stream_contract))
        throw snapshot_error(errc::snapshot_contract, "was taken under another stream contract",
                             "restore it with the version that wrote it");
    saved_streams saved;
    while (!rest.empty())
        parse_snapshot_line(next_token(rest, '\n'), saved);
    if (!saved.seed || !saved.root || !saved.forks)
        throw damaged_snapshot("holds no seed, no root or no count of forks");
    return saved;
}

[[nodiscard]] inline bool holds_source(const saved_streams& saved, std::string_view name) noexcept {
    for (const saved_source& each : saved.sources)
        if (each.name == name) return true;
    return false;
}

} // namespace detail

inline std::string registry::save() const {
    detail::lock_guard lock(mutex_);
    if (!seed_)
        throw detail::snapshot_error(errc::not_seeded, "is asked for before there is a seed",
                                     "call seed_everything, or make the run, first");
    std::string text = "seed " + detail::decimal(seed_->value()) + "\n";
    text += "root " + detail::decimal(root_[0]) + " " + detail::decimal(root_[1]) + "\n";
    text += "forks " + detail::decimal(detail::process_fork_path.children) + "\n";
    if (rank_root_)
        text +=
            "rank-root " + detail::decimal((*rank_root_)[0]) + " " + detail::decimal((*rank_root_)[1]) + "\n";
    for (const detail::joined_source& each : sources_) {
        const std::string given = each.given ? detail::decimal(each.given->value()) : "-";
        text.append("source ").append(each.source->name()).append(" ").append(given).append(" ");
        text.append(each.source->save()).append("\n");
    }
    for (auto& [name, stream] : named_) {
        if (stream.depth != detail::process_fork_path.depth) rekey(stream);
        text.append("stream ").append(name).append(" ").append(stream.engine.save()).append("\n");
    }
    return text;
}

inline void registry::restore_sources(const std::vector<detail::saved_source>& saved,
                                      detail::unmatched_sources unmatched) {
    struct undo_entry {
        detail::joined_source* target;
        std::optional<repro::seed> given;
        std::string state;
    };
    std::vector<undo_entry> undo;
    for (const detail::saved_source& each : saved) {
        auto* const target = find(each.name);
        if (target == nullptr) continue;
        try {
            undo_entry before{target, target->given, target->source->save()};
            target->put_back(each.given, each.state);
            undo.push_back(std::move(before));
        } catch (...) {
            if (unmatched == detail::unmatched_sources::leave) continue;
            for (const undo_entry& done : undo)
                done.target->put_back(done.given, done.state);
            throw;
        }
    }
}

inline void registry::restore_named(const std::vector<std::pair<std::string, stream_engine>>& restored) {
    for (auto& [name, stream] : named_)
        rekey(stream);
    for (const auto& [name, engine] : restored) {
        auto [place, is_new] =
            named_.emplace(name, detail::named_stream{{}, engine, detail::process_fork_path.depth});
        place->second.name = place->first;
        place->second.engine = engine;
        place->second.publish_draws();
    }
}

inline void registry::restore(const detail::saved_streams& saved, detail::unmatched_sources unmatched) {
    std::vector<std::pair<std::string, stream_engine>> engines;
    for (const detail::saved_stream& each : saved.streams) {
        detail::expect_stream_name(each.name);
        engines.emplace_back(each.name, stream_engine({}));
        engines.back().second.restore(each.state);
    }
    detail::lock_guard lock(mutex_);
    bool same = saved.sources.size() == sources_.size();
    for (const auto& each : sources_) // so that none stands in the snapshot twice, either
        same = same && detail::holds_source(saved, each.source->name());
    for (const detail::saved_stream& each : saved.streams)
        if (find(each.name) != nullptr)
            throw detail::damaged_snapshot("has a named stream where this process has a source");
    if (!same && unmatched == detail::unmatched_sources::refuse)
        throw detail::snapshot_error(errc::snapshot_mismatch, "holds other sources than this process has",
                                     "hand in the same adapters and track the same engines first");
    restore_sources(saved.sources, unmatched);
    seed_ = *saved.seed;
    root_ = *saved.root;
    rank_root_ = saved.rank_root;
    detail::process_fork_path.children = *saved.forks;
    restore_named(engines);
}

/// Returns all streams of the process as text: seed, every source, every named stream.
///
/// Stability: the layout is versioned; a later version reads it or refuses it by name.
/// Errors:    errc::not_seeded.
/// Threads:   no other thread may be drawing.
[[nodiscard]] inline std::string snapshot() {
    std::string text(detail::snapshot_head);
    text.append("\ncontract ").append(detail::decimal(stream_contract)).append("\n").append(streams().save());
    const std::string digest = sha256(text).hex();
    return text.append("digest ").append(digest).append("\n");
}

/// Puts all streams of the process where they stood when `text` was taken by `snapshot`.
///
/// Errors:  errc::snapshot_damaged, errc::snapshot_contract, errc::snapshot_mismatch, errc::state_invalid;
/// the
///          snapshot is refused whole and nothing is changed.
/// Threads: no other thread may be drawing.
inline void restore(std::string_view text) {
    streams().restore(detail::parse_snapshot(text), detail::unmatched_sources::refuse);
}

/// Puts all streams back at the end of a scope, also when an exception leaves it: what is drawn inside does
/// not show outside. Engines that are tracked or untracked inside are left alone, and so are one that does
/// not take its state back and a forked child.
class isolate {
public:
    /// Errors: errc::not_seeded.
    isolate() : saved_(snapshot()), depth_(detail::process_fork_path.depth) {}

    ~isolate() {
        if (depth_ != detail::process_fork_path.depth) return;
        try {
            streams().restore(detail::parse_snapshot(saved_), detail::unmatched_sources::leave);
        } catch (const std::exception& e) {
            std::fprintf(stderr, "repro: the streams of an isolated scope are not put back: %s\n", e.what());
        }
    }

    isolate(const isolate&) = delete;
    isolate& operator=(const isolate&) = delete;

private:
    std::string saved_;
    unsigned depth_;
};

} // namespace repro::inline v0
