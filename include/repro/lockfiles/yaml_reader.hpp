// SPDX-License-Identifier: MIT
#pragma once
// YAML by yaml-cpp's events: no aliases, no key twice, one document. Every scalar is a text.

#include <repro/lockfiles/values.hpp>

#include <cstddef>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

namespace repro::inline v0::lockfiles::detail {

/// Builds a document from the events of the parser.
class yaml_builder final : public YAML::EventHandler {
public:
    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark&, YAML::anchor_t) override { (void)put(nullptr); }
    void OnAlias(const YAML::Mark&, YAML::anchor_t) override {
        throw syntax_fault("uses an alias, which no lockfile needs");
    }
    void OnScalar(const YAML::Mark&, const std::string& tag, YAML::anchor_t,
                  const std::string& text) override {
        const bool nothing = tag == "?" && (text == "~" || text == "null");
        (void)put(nothing ? json(nullptr) : json(text));
    }
    void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                         YAML::EmitterStyle::value) override {
        open(json::array());
    }
    void OnSequenceEnd() override { open_.pop_back(); }
    void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                    YAML::EmitterStyle::value) override {
        open(json::object());
    }
    void OnMapEnd() override { open_.pop_back(); }

    [[nodiscard]] json take() { return std::move(root_); }

private:
    struct level {
        json* container;
        std::optional<std::string> key;
    };

    void open(json container) {
        if (open_.size() == depth_limit)
            throw syntax_fault("is nested deeper than " + decimal(depth_limit) + " levels");
        if (json* const placed = put(std::move(container)); placed) open_.push_back({placed, {}});
    }
    json* put(json value) {
        if (++values_ > values_limit)
            throw fault{errc::bytes_too_many, "holds more values than any lockfile", "check what was named"};
        if (open_.empty()) return &(root_ = std::move(value));
        level& inner = open_.back();
        if (inner.container->is_array())
            return &inner.container->get_ref<json::array_t&>().emplace_back(std::move(value));
        if (!inner.key) {
            if (!value.is_string() && !value.is_null()) throw syntax_fault("has a key that is no text");
            inner.key = value.is_null() ? std::string("null") : value.get<std::string>();
            return nullptr;
        }
        const auto [at, fresh] =
            inner.container->get_ref<json::object_t&>().try_emplace(*inner.key, std::move(value));
        if (!fresh) throw syntax_fault("holds the key '" + inner.key->substr(0, 80) + "' twice");
        inner.key.reset();
        return &at->second;
    }

    json root_;
    std::vector<level> open_; // pointers hold: only the innermost container grows
    std::size_t values_ = 0;
};

/// Returns the document that YAML spells.
[[nodiscard]] inline json read_yaml(std::string_view text) {
    std::istringstream stream{std::string(text)};
    try {
        YAML::Parser parser(stream);
        yaml_builder builder;
        if (!parser.HandleNextDocument(builder)) throw syntax_fault("holds no YAML document");
        json document = builder.take();
        yaml_builder more;
        if (parser.HandleNextDocument(more)) throw syntax_fault("holds more than one YAML document");
        return document;
    } catch (const YAML::Exception& problem) {
        const std::size_t line = problem.mark.is_null() ? 0 : static_cast<std::size_t>(problem.mark.line) + 1;
        throw syntax_fault(decimal(line) + ": is no YAML from here on");
    }
}

} // namespace repro::inline v0::lockfiles::detail
