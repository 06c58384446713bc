// SPDX-License-Identifier: MIT
#pragma once
// What two runs differ in, most likely cause of other numbers first. A pure function of two manifests: no
// file is opened, and nothing of this machine is asked.

#include <repro/judge/diff_align.hpp>
#include <repro/judge/diff_rules.hpp>
#include <repro/judge/difference.hpp>
#include <repro/judge/manifest_reader.hpp>
#include <repro/judge/metric_diff.hpp>
#include <repro/judge/version_text.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <numeric>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace repro::inline v0 {

/// A package of two lockfiles in which they differ; an empty version stands for absent.
struct package_difference {
    std::string name;
    std::string a;
    std::string b;
};

struct diff_options {
    /// The groups to compare; all where empty.
    std::vector<difference_group> only = {};
    /// The most differences that are kept; all of them are counted.
    std::size_t limit = 100'000;
    /// Returns the packages in which two lockfiles differ; nothing where their content is not at hand. Asked
    /// for lockfiles of one name with two digests.
    std::function<std::optional<std::vector<package_difference>>(const recorded_file&, const recorded_file&)>
        packages = {};
};

/// How two manifests compare in one group.
struct group_summary {
    bool compared = false; ///< asked for, and recorded by one of them at least
    std::size_t differences = 0;
};

/// What two manifests differ in.
struct manifest_diff {
    std::vector<difference> differences; ///< by likelihood, then by group, then as they stand
    std::array<group_summary, difference_group_count> groups{};
    std::vector<std::string> doubts; ///< what is equal and proves nothing
    std::size_t left_out = 0;        ///< differences beyond the limit

    /// Returns whether anything differs that is, or may be, a cause or a result: all but `none`.
    [[nodiscard]] bool matters() const {
        return left_out > 0 || std::ranges::any_of(differences, [](const difference& each) {
                   return each.likelihood != likelihood::none && each.likelihood != likelihood::unknown;
               });
    }
    /// Returns whether one of them lacks what the other holds, so that nobody can say whether it differed.
    [[nodiscard]] bool unknown() const {
        return std::ranges::count(differences, likelihood::unknown, &difference::likelihood) > 0;
    }
    /// Returns the difference most likely to be the cause of the others; null where none is a cause.
    [[nodiscard]] const difference* likeliest() const noexcept {
        const bool any = !differences.empty() && differences.front().likelihood <= likelihood::unlikely;
        return any ? &differences.front() : nullptr;
    }
};

namespace detail {

/// A place in both documents: its name, and the pointers to it. Empty where a document lacks it.
struct diff_place {
    std::string name;
    std::string a;
    std::string b;

    [[nodiscard]] diff_place member(std::string_view key) const {
        const std::string word = "/" + pointer_word(key);
        return {name + word, a + word, b + word};
    }
    [[nodiscard]] diff_place element(const aligned_pair& pair) const {
        return {name + "/" + pointer_word(pair.name), pair.a ? a + "/" + decimal(*pair.a) : "",
                pair.b ? b + "/" + decimal(*pair.b) : ""};
    }
};

/// Values that stand twice, at the start and at the end: where both manifests have them equal, one is told.
inline constexpr std::pair<std::string_view, std::string_view> twice_told[] = {
    {"at_end", "at_start"}, {"sha256_at_end", "sha256"},        {"value_at_end", "value"},
    {"at_exec", "now"},     {"state_at_end", "state_at_start"}, {"value_at_exec", "value"}};

/// Walks two documents side by side.
class manifest_walk {
public:
    manifest_walk(const recorded_manifest& a, const recorded_manifest& b, const diff_options& options)
        : a_(a), b_(b), options_(options) {}

    [[nodiscard]] manifest_diff run() {
        note_knobs();
        const nlohmann::json& a = a_.document;
        const nlohmann::json& b = b_.document;
        for (const auto& key : keys_of(a, b)) {
            const diff_place place = diff_place{}.member(key);
            if (skips_top(key)) continue;
            const nlohmann::json* const in_a = find(a, key);
            const nlohmann::json* const in_b = find(b, key);
            note_group(place, in_a, in_b);
            if (in_a != nullptr && in_b != nullptr)
                values(place, *in_a, *in_b);
            else if (in_a != nullptr || in_b != nullptr)
                one_sided(place, in_a, in_b);
        }
        add_doubts();
        sort_differences();
        return std::move(result_);
    }

private:
    using json = nlohmann::json;

    /// By likelihood, then by group, then as they were found.
    void sort_differences() {
        std::vector<difference>& found = result_.differences;
        std::vector<std::size_t> order(found.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::ranges::sort(order, [&found](std::size_t x, std::size_t y) {
            return std::tie(found[x].likelihood, found[x].group, x) <
                   std::tie(found[y].likelihood, found[y].group, y);
        });
        std::vector<difference> sorted;
        sorted.reserve(found.size());
        for (const std::size_t each : order)
            sorted.push_back(std::move(found[each]));
        found = std::move(sorted);
    }

    /// Returns a member that is there and not null.
    [[nodiscard]] static const json* find(const json& object, const std::string& key) {
        const auto found = object.find(key);
        return found == object.end() || found->is_null() ? nullptr : &*found;
    }

    [[nodiscard]] static std::string_view text_of(const json& value) {
        return value.is_string() ? std::string_view(value.get_ref<const std::string&>()) : std::string_view();
    }

    [[nodiscard]] static std::set<std::string> keys_of(const json& a, const json& b) {
        std::set<std::string> keys;
        for (const json* const each : {&a, &b})
            for (const auto& item : each->items())
                keys.insert(item.key());
        return keys;
    }

    [[nodiscard]] bool wanted(difference_group group) const {
        return options_.only.empty() || std::ranges::count(options_.only, group) > 0;
    }

    /// Names of artifacts stand among the digests, too.
    [[nodiscard]] bool skips_top(std::string_view key) const {
        return key == "artifacts" && a_.document.contains("digests") && b_.document.contains("digests");
    }

    void note_group(const diff_place& place, const json* a, const json* b) {
        const diff_rule& rule = rule_of(place.name);
        const bool recorded = (a != nullptr && !(a->is_structured() && a->empty())) ||
                              (b != nullptr && !(b->is_structured() && b->empty()));
        if (recorded && rule.care == diff_care::compared && wanted(rule.group))
            result_.groups[static_cast<std::size_t>(rule.group)].compared = true;
    }

    /// A whole part of the manifest that only one of them recorded; one value that is null in the other is a
    /// difference like any.
    void one_sided(const diff_place& place, const json* a, const json* b) {
        const json& value = a != nullptr ? *a : *b;
        const json& other = a != nullptr ? b_.document : a_.document;
        const bool unrecorded = value.is_structured() || !other.contains(place.name.substr(1));
        if (value.is_structured() && value.empty()) return;
        add(place, a, b, unrecorded ? std::optional(likelihood::unknown) : std::nullopt);
    }

    void values(const diff_place& place, const json& a, const json& b) {
        const bool bits_count = place.name == "/metrics"; // there 0.0 is not -0.0, as it is for JSON
        if (!bits_count && (a == b || rule_of(place.name).care == diff_care::ignored)) return;
        if (place.name.starts_with("/versions/") && is_no_version(text_of(a)) && is_no_version(text_of(b)))
            return;
        if (a.is_object() && b.is_object()) return objects(place, a, b);
        if (a.is_array() && b.is_array()) return lists(place, a, b);
        add(place, &a, &b);
    }

    void objects(const diff_place& place, const json& a, const json& b) {
        const bool in_metrics = place.name == "/metrics";
        for (const auto& key : keys_of(a, b)) {
            const json* const in_a = find(a, key);
            const json* const in_b = find(b, key);
            const diff_place at = place.member(key);
            if (is_told_already(place, key, a, b)) continue;
            if (in_metrics && in_a != nullptr && in_b != nullptr)
                series(at, *in_a, *in_b);
            else if (in_a != nullptr && in_b != nullptr)
                values(at, *in_a, *in_b);
            else if (in_a != nullptr || in_b != nullptr)
                add(at, in_a, in_b, unrecorded(at.name, key, a, b));
        }
    }

    /// A key that every writer of this layout gives is not recorded where it is absent; elsewhere it is not
    /// there.
    [[nodiscard]] static std::optional<likelihood> unrecorded(std::string_view place, const std::string& key,
                                                              const json& a, const json& b) {
        if (a.contains(key) && b.contains(key)) return std::nullopt;
        if (holds_open_keys(place.substr(0, place.rfind('/')))) return std::nullopt;
        return likelihood::unknown;
    }

    void lists(const diff_place& place, const json& a, const json& b) {
        const auto pairs = align(place.name, a, b);
        if (!pairs) {
            add(place, &a, &b);
            return;
        }
        for (const aligned_pair& each : *pairs) {
            const diff_place at = place.element(each);
            if (!each.a || !each.b)
                add(at, each.a ? &a[*each.a] : nullptr, each.b ? &b[*each.b] : nullptr);
            else if (!packages(at, a[*each.a], b[*each.b]))
                values(at, a[*each.a], b[*each.b]);
        }
    }

    /// Whether both objects have the same value under this key as under its partner's, or tell a variable
    /// that stands among the knobs.
    [[nodiscard]] bool is_told_already(const diff_place& place, const std::string& key, const json& a,
                                       const json& b) const {
        if (place.name == "/environment") return knobs_.contains(key);
        if (place.name.starts_with("/config")) return false;
        if (place.name.starts_with("/environment/") && key == "changed") return true;
        for (const auto& [later, first] : twice_told)
            if (key == later && same_members(a, later, first) && same_members(b, later, first)) return true;
        return false;
    }

    [[nodiscard]] static bool same_members(const json& object, std::string_view x, std::string_view y) {
        const json* const in_x = find(object, std::string(x));
        const json* const in_y = find(object, std::string(y));
        return in_x == nullptr ? in_y == nullptr : in_y != nullptr && *in_x == *in_y;
    }

    /// Remembers the variables that both manifests tell among the knobs.
    void note_knobs() {
        for (const recorded_manifest* const each : {&a_, &b_}) {
            const json* const knobs = find(each->document, "knobs");
            if (knobs == nullptr || !knobs->is_array()) continue;
            for (const json& knob : *knobs)
                if (const std::string name = element_name("/knobs", knob); !name.empty()) knobs_.insert(name);
        }
    }

    /// Tells two lockfiles package by package; false where nobody can.
    [[nodiscard]] bool packages(const diff_place& place, const json& a, const json& b) {
        if (!options_.packages || !place.name.starts_with("/lockfiles/") || a == b) return false;
        const auto found = options_.packages(file_at(a_, place.a), file_at(b_, place.b));
        if (!found || found->empty()) return false; // other bytes, and the same packages
        for (const package_difference& each : *found) {
            const json in_a = each.a, in_b = each.b;
            diff_place at = place.member(each.name);
            at.a = place.a;
            at.b = place.b;
            add(at, each.a.empty() ? nullptr : &in_a, each.b.empty() ? nullptr : &in_b);
        }
        return true;
    }

    [[nodiscard]] static const recorded_file& file_at(const recorded_manifest& manifest,
                                                      std::string_view pointer) {
        std::uint64_t index = 0;
        (void)from_decimal(pointer.substr(pointer.rfind('/') + 1), index);
        return manifest.lockfiles.at(index);
    }

    void series(const diff_place& place, const json& a, const json& b) {
        const metric_comparison compared = compare_series(a, b);
        if (!compared.parted) return;
        difference* const made = add(place, &compared.a, &compared.b);
        if (made == nullptr) return;
        made->metric = compared.found;
    }

    /// Records a difference; returns it, or null where it is not wanted or there are too many.
    difference* add(const diff_place& place, const json* a, const json* b,
                    std::optional<likelihood> known = std::nullopt) {
        const diff_rule& rule = rule_of(place.name);
        if (rule.care == diff_care::ignored || !wanted(rule.group)) return nullptr;
        ++result_.groups[static_cast<std::size_t>(rule.group)].differences;
        if (result_.differences.size() >= options_.limit) return ++result_.left_out, nullptr;
        difference& made = result_.differences.emplace_back();
        made.group = rule.group;
        made.name = plain_words(place.name.substr(1));
        if (a != nullptr) made.a = {place.a, *a};
        if (b != nullptr) made.b = {place.b, *b};
        made.likelihood = known.value_or(rule.likelihood);
        made.why = known ? "only one of the two recorded it" : std::string(rule.why);
        refine(made, place.name);
        return &made;
    }

    /// What the names of libraries and settings tell, and what one difference tells of another.
    void refine(difference& made, std::string_view place) const {
        if (made.likelihood == likelihood::unknown) return;
        const bool of_seed = (made.group == difference_group::streams && place.starts_with("/streams/")) ||
                             fits_place("/knobs/PYTHONHASHSEED/**", place) ||
                             fits_place("/environment/PYTHONHASHSEED/**", place);
        if (of_seed && a_.document["seed"] != b_.document["seed"]) {
            made.likelihood = likelihood::result;
            made.why = "it follows from the seed";
        }
        if (place.starts_with("/versions/") &&
            (is_unread(text_of(made.a.value)) || is_unread(text_of(made.b.value)))) {
            made.likelihood = likelihood::unknown;
            made.why = "only one of the two could read it";
        }
        constexpr std::string_view libraries = "/libraries/";
        if (made.why == other_library && place.starts_with(libraries) &&
            computes(place.substr(libraries.size())))
            made.likelihood = likelihood::likely;
        if (made.group == difference_group::config && names_place(made.name)) {
            made.likelihood = likelihood::possible;
            made.why = "its name says where things are, and what is there can differ";
        }
    }

    void add_doubts() {
        const json& dirty_a = a_.document["git_dirty"];
        const json& dirty_b = b_.document["git_dirty"];
        if (!wanted(difference_group::code)) return;
        if (dirty_a == true && dirty_b == true)
            result_.doubts.emplace_back("both runs were made from changed trees, and the changes can differ");
        if (dirty_a.is_null() || dirty_b.is_null())
            result_.doubts.emplace_back(
                "whether the code is that of a commit is unknown for one of them at least");
    }

    const recorded_manifest& a_;
    const recorded_manifest& b_;
    const diff_options& options_;
    manifest_diff result_;
    std::set<std::string, std::less<>> knobs_;
};

} // namespace detail

/// Returns what `a` and `b` differ in.
///
/// Not compared: ids, times of the start and the end, process ids, absolute paths and the folders of the
/// runs. Of a value that was recorded at both ends of a run and did not change in either of them, one is
/// told.
///
/// Errors:  none.
///
/// Threads: safe to call from many threads.
[[nodiscard]] inline manifest_diff diff(const recorded_manifest& a, const recorded_manifest& b,
                                        const diff_options& options = {}) {
    return detail::manifest_walk(a, b, options).run();
}

} // namespace repro::inline v0
