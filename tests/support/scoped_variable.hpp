// SPDX-License-Identifier: MIT
#pragma once
// An environment variable for as long as a scope lasts.

#include <cstdlib>
#include <optional>
#include <string>

namespace support {

class scoped_variable {
public:
    /// Sets the variable, or removes it when there is no value.
    scoped_variable(std::string name, std::optional<std::string> value) : name_(std::move(name)) {
        if (const char* const before = std::getenv(name_.c_str())) before_ = before;
        set(value);
    }
    ~scoped_variable() { set(before_); }
    scoped_variable(const scoped_variable&) = delete;
    scoped_variable& operator=(const scoped_variable&) = delete;

private:
    void set(const std::optional<std::string>& value) const {
        if (value)
            ::setenv(name_.c_str(), value->c_str(), 1);
        else
            ::unsetenv(name_.c_str());
    }

    std::string name_;
    std::optional<std::string> before_;
};

} // namespace support
