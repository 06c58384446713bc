// SPDX-License-Identifier: MIT
#pragma once
// What a disk may hold after a power cut: every state that the calls so far and the flushes among them allow.
// Without a flush a new entry of a folder, a rename or a removal may be there or not, each by itself, and a
// file may be empty, cut short, or hold zeros.

#include "test_calls.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace support {

/// What the disk holds: the text of each entry by its path; a folder has none.
using disk_state = std::map<std::string, std::string>;

/// Calls `visit(state, calls made)` with every state that a power cut can leave, after each of the calls.
class crash_states {
public:
    explicit crash_states(const std::vector<logged_call>& log) : log_(log) {}

    std::size_t visit_all(const std::function<void(const disk_state&, std::size_t)>& visit) {
        std::size_t count = 0;
        for (std::size_t made = 0; made <= log_.size(); ++made) {
            if (made > 0) apply(log_[made - 1]);
            count += visit_from(0, disk_state{}, [&](const disk_state& state) { visit(state, made); });
        }
        return count;
    }

private:
    struct file {
        std::string text;
        bool flushed = true;
    };
    /// An entry of a folder that comes or goes.
    struct change {
        std::string folder;
        std::string gone;
        std::string made;
        std::size_t file = 0;
        bool flushed = false;
    };

    static std::string path(const logged_call& each, const std::string& name) {
        return each.where + "/" + name;
    }

    void apply(const logged_call& each) {
        switch (each.call) {
        case call::make_folder:
            changes_.push_back({each.where, {}, path(each, each.name), new_file()});
            break;
        case call::open:
            if ((each.flags & O_CREAT) == 0) break;
            by_name_[each.name] = new_file();
            changes_.push_back({each.where, {}, path(each, each.name), by_name_[each.name]});
            break;
        case call::write:
            files_[by_name_[each.where]].text += each.text;
            files_[by_name_[each.where]].flushed = false;
            break;
        case call::sync:
            if (const auto found = by_name_.find(each.where); found != by_name_.end())
                files_[found->second].flushed = true;
            for (change& entry : changes_)
                entry.flushed = entry.flushed || entry.folder == each.where;
            break;
        case call::rename:
            changes_.push_back(
                {each.where, path(each, each.name), path(each, each.to), by_name_.at(each.name)});
            break;
        case call::unlink:
            changes_.push_back({each.where, path(each, each.name), {}, 0});
            break;
        default:
            break;
        }
    }

    std::size_t new_file() {
        files_.emplace_back();
        return files_.size() - 1;
    }

    /// What may be found in a file.
    [[nodiscard]] static std::vector<std::string> texts(const file& of) {
        if (of.flushed) return {of.text};
        return {of.text, "", of.text.substr(0, of.text.size() / 2), std::string(of.text.size(), '\0')};
    }

    template <class Visit> std::size_t visit_from(std::size_t next, disk_state state, Visit visit) {
        if (next == changes_.size()) {
            visit(state);
            return 1;
        }
        const change& each = changes_[next];
        std::size_t count = each.flushed ? 0 : visit_from(next + 1, state, visit);
        state.erase(each.gone);
        if (each.made.empty()) return count + visit_from(next + 1, std::move(state), visit);
        for (const std::string& text : texts(files_[each.file])) {
            state[each.made] = text;
            count += visit_from(next + 1, state, visit);
        }
        return count;
    }

    const std::vector<logged_call>& log_;
    std::vector<file> files_;
    std::map<std::string, std::size_t> by_name_;
    std::vector<change> changes_;
};

} // namespace support
