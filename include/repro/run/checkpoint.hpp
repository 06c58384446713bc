// SPDX-License-Identifier: MIT
#pragma once
// What a program says of itself when it takes a checkpoint, and what it is told when it goes on from one.

#include <repro/core/error.hpp>
#include <repro/data/shard.hpp>
#include <repro/run/identity.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <iosfwd>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace repro::inline v0 {

/// A file that belongs to a checkpoint: the weights of a model, say. The library names it, so that no file of
/// the checkpoint before is ever written over, and checks the stream behind `write`.
struct checkpoint_file {
    /// What the program calls it: 1 to 128 of the characters A-Z a-z 0-9 . _ -, a letter or a digit first.
    std::string name;
    /// Writes its content. What it throws passes on, and the checkpoint before stays.
    std::function<void(std::ostream&)> write;
};

/// Where the training stands; every member but `step` can be left out.
struct checkpoint_point {
    /// How many steps are done: where the training goes on.
    std::int64_t step = 0;
    /// Lines of text by name: positions in the data (data_position::save), and whatever else is small.
    std::map<std::string, std::string> values = {};
    std::vector<checkpoint_file> files = {};
    /// Which of how many ranks this process is; as its launcher or mpi::streams says, where it is not given.
    /// Each rank has a checkpoint of its own, under a path of its own.
    std::optional<shard> rank = {};
};

/// What a training goes on from.
class resumed_point {
public:
    resumed_point(std::int64_t step, std::map<std::string, std::string> values,
                  std::map<std::string, std::filesystem::path> files)
        : step_(step), values_(std::move(values)), files_(std::move(files)) {}

    /// Returns how many steps are done.
    [[nodiscard]] std::int64_t step() const noexcept { return step_; }

    /// Returns the value `name`.
    ///
    /// Errors: errc::field_missing.
    [[nodiscard]] const std::string& value(const std::string& name) const {
        return find(values_, name, "value");
    }

    /// Returns where the file `name` stands; its content was checked against its digest.
    ///
    /// Errors: errc::field_missing.
    [[nodiscard]] const std::filesystem::path& file(const std::string& name) const {
        return find(files_, name, "file");
    }

private:
    template <class T>
    [[nodiscard]] static const T& find(const std::map<std::string, T>& in, const std::string& name,
                                       std::string_view kind) {
        const auto found = in.find(name);
        if (found != in.end()) return found->second;
        throw error(errc::field_missing, std::string(kind) + " '" + name + "' of the checkpoint",
                    "was not saved", "ask for a name that was given to run.checkpoint");
    }

    std::int64_t step_;
    std::map<std::string, std::string> values_;
    std::map<std::string, std::filesystem::path> files_;
};

namespace detail {

/// Throws unless every name and value of `point` can be kept.
inline void expect_point(const checkpoint_point& point) {
    const auto expect_name = [](const char* kind, const std::string& name) {
        if (!is_plain_name(name))
            throw error(errc::name_invalid, std::string(kind) + " '" + name.substr(0, 80) + "'",
                        "has no name that a checkpoint can keep",
                        "use 1 to 128 of the characters A-Z a-z 0-9 . _ -, a letter or a digit first");
    };
    for (const auto& [name, value] : point.values) {
        expect_name("value", name);
        if (value.find('\n') != std::string::npos)
            throw error(errc::argument_invalid, "value '" + name + "'", "has several lines",
                        "keep it in a file of the checkpoint");
    }
    std::set<std::string_view> names;
    for (const checkpoint_file& each : point.files) {
        expect_name("file", each.name);
        if (!names.insert(each.name).second)
            throw error(errc::argument_invalid, "file '" + each.name + "'", "is given twice",
                        "give each file a name of its own");
    }
}

} // namespace detail
} // namespace repro::inline v0
