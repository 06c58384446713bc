// SPDX-License-Identifier: MIT
#pragma once
// Names of metrics and tensors as they may be told: without tokens.

#include <repro/core/redact.hpp>

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace repro::inline v0 {
namespace detail {

/// Names without tokens. Kept, for there are few names and many values.
class clean_names {
public:
    /// Returns a name without tokens; the first time that it held one, `log` counts it.
    [[nodiscard]] const std::string& of(std::string_view name, redaction_list& log, std::string_view where) {
        auto found = names_.find(name);
        if (found == names_.end()) found = names_.emplace(name, hide_tokens(name, log, where)).first;
        return found->second;
    }

private:
    std::map<std::string, std::string, std::less<>> names_;
};

} // namespace detail
} // namespace repro::inline v0
