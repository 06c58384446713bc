// SPDX-License-Identifier: MIT
#include "runner.hpp"

#include <repro/core/error.hpp>
#include <repro/detail/libm_trigonometric.hpp>

#include "arguments.hpp"
#include "compare.hpp"

#include <cmath>
#include <cstdio>
#include <fstream>

namespace replay {
namespace {

enum class ending { passed, not_promised, unsupported, failed };

/// One case, run for one version.
class run_of_case {
public:
    run_of_case(const json& c, tally& t)
        : t_(t), class_(c.contains("class") ? text(c["class"]) : std::string()) {}

    ending how = ending::passed;
    std::string why;  ///< Of an ending other than passed.
    double ulp = 0.0; ///< The largest distance.
    bool modelled = true;

    /// Runs the calls; `setup` is the case as its player sees it.
    void run(const json& c, const json& setup) {
        try {
            const std::unique_ptr<player> p = make_player(setup);
            steps(c, *p);
            if (how != ending::failed && modelled && c.contains("after"))
                judge(compare(p->position(), c["after"], "after"), "", true);
        } catch (const unsupported& e) {
            end(ending::unsupported, place_ + e.what());
        } catch (const repro::error& e) {
            end(ending::failed, place_ + "the twin refuses: " + e.what());
        } catch (const std::exception& e) {
            end(ending::unsupported, place_ + "malformed: " + e.what());
        }
    }

private:
    void steps(const json& c, player& p) {
        if (!c.contains("program")) return step(c, p);
        std::size_t number = 0;
        for (const json& each : array_of(c["program"])) {
            step(each, p, "step " + std::to_string(++number) + ": ");
            if (how == ending::failed) return;
        }
    }

    void step(const json& s, player& p, const std::string& prefix = {}) {
        place_ = prefix;
        if (!s.is_object()) malformed("no call", s);
        const std::string name = text(need(s, "call"));
        const json args = s.value("args", json::object());
        place_ += name + " " + shown(args) + ": ";
        ++t_.calls;
        try {
            if (s.contains("raises")) return refused(p, name, args);
            const value got = s.contains("repeat") ? value(repeated(p, name, args, count(s["repeat"])))
                                                   : p.call(name, args);
            judge(compare(got, need(s, "expected")), place_);
        } catch (const unknown_result& e) {
            end(ending::not_promised, place_ + e.what());
        } catch (const unsupported& e) {
            if (class_ != "device" && class_ != "layout") throw;
            modelled = false;
            end(ending::not_promised, place_ + e.what());
        }
        place_ = prefix;
    }

    /// A call that the original refuses: the twin must refuse its arguments as well.
    void refused(player& p, const std::string& name, const json& args) {
        try {
            end(ending::failed, place_ + "expected a refusal, got " + text_of(p.call(name, args)));
        } catch (const repro::error& e) {
            if (e.code() != repro::errc::argument_invalid) throw;
        }
    }

    static list repeated(player& p, const std::string& name, const json& args, std::size_t times) {
        list results;
        for (std::size_t i = 0; i < times; ++i)
            results.push_back(p.call(name, args));
        return results;
    }

    void judge(const comparison& c, const std::string& what, bool of_position = false) {
        if (!of_position) ulp = std::fmax(ulp, c.ulp);
        if (!c.first) return;
        std::string told = what + c.first->where + (c.first->where.empty() ? "" : ": ") + "expected " +
                           c.first->expected + ", got " + c.first->got;
        const bool promised_loosely =
            !of_position && c.in_numbers_alone && (class_ == "device" || class_ == "layout");
        if (promised_loosely || (class_ == "libm" && !repro::detail::libm::host_has_reference()))
            end(ending::not_promised, std::move(told));
        else
            end(ending::failed, std::move(told));
    }

    /// Keeps the worst ending, and of equal ones the first.
    void end(ending worse, std::string reason) {
        if (worse <= how) return;
        how = worse;
        why = std::move(reason);
    }

    tally& t_;
    std::string class_, place_;
};

/// The case without its answers.
json setup_of(const json& c, const json& version) {
    json setup = json::object();
    for (const auto& [name, field] : c.items())
        if (name != "expected" && name != "program" && name != "after" && name != "by_version" &&
            name != "first4" && name != "sha256_first20")
            setup[name] = field;
    if (!version.is_null()) setup["version"] = version;
    return setup;
}

/// The versions that a case holds for, each with the case as one call that has one answer.
std::vector<std::pair<json, json>> versions_of(const json& c) {
    if (!c.contains("same_in") && !c.contains("by_version")) return {{optional(c, "version"), c}};
    std::vector<std::pair<json, json>> all;
    const auto with = [&](const json& version, const json& answer) {
        json one = c;
        one["expected"] = {};
        for (const char* const name : {"first4", "sha256_first20"})
            if (answer.contains(name)) one["expected"][name] = answer[name];
        all.emplace_back(version, std::move(one));
    };
    if (c.contains("same_in"))
        for (const json& version : array_of(c["same_in"]))
            with(version, c);
    if (c.contains("by_version"))
        for (const auto& [version, answer] : c["by_version"].items())
            with(version, answer);
    return all;
}

std::string printed(double number) {
    char text[32];
    std::snprintf(text, sizeof text, "%.3g", number);
    return text;
}

/// The worst of the case's runs, which has the version in its reason where there are several.
run_of_case worst_of(const json& c, tally& t) {
    run_of_case worst(c, t);
    const auto versions = versions_of(c);
    if (versions.empty()) throw unsupported("no version");
    for (const auto& [version, one] : versions) {
        run_of_case each(c, t);
        each.run(one, setup_of(one, version));
        worst.ulp = std::fmax(worst.ulp, each.ulp);
        worst.modelled = worst.modelled && each.modelled;
        if (each.how <= worst.how) continue;
        worst.how = each.how;
        worst.why = (versions.size() > 1 ? shown(version) + ": " : "") + each.why;
    }
    return worst;
}

void run_case(const json& c, tally& t, std::ostream& out) {
    const json& named = c.is_object() && c.contains("id") ? c["id"] : c;
    const std::string id = named.is_string() ? named.get<std::string>() : shown(named).substr(0, 60);
    try {
        if (!c.is_object()) malformed("no case", c);
        const run_of_case r = worst_of(c, t);
        const std::string of_class = c.contains("class") ? text(c["class"]) : std::string();
        if ((of_class == "device" || of_class == "layout") && r.how != ending::unsupported && r.modelled) {
            tally::spread& s = t.spreads[of_class];
            ++s.cases;
            s.ulp = std::fmax(s.ulp, r.ulp);
        }
        switch (r.how) {
        case ending::passed:
            ++t.passed;
            return;
        case ending::failed:
            ++t.failed;
            out << id << " failed: " << r.why << '\n';
            return;
        case ending::unsupported:
            ++t.unsupported;
            out << id << " unsupported: " << r.why << '\n';
            return;
        case ending::not_promised:
            ++t.not_promised;
            out << id << " not promised (" << of_class;
            if (of_class == "libm" && !repro::detail::libm::host_has_reference())
                out << ", and this machine has " << repro::detail::libm::host_libm();
            if ((of_class == "device" || of_class == "layout") && r.modelled)
                out << ", " << printed(r.ulp) << " ulp";
            out << "): " << r.why << '\n';
        }
    } catch (const std::exception& e) {
        ++t.unsupported;
        out << id << " unsupported: " << e.what() << '\n';
    }
}

} // namespace

json read_cases(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream || std::filesystem::is_directory(file)) throw unreadable(file.string() + ": cannot be read");
    json content = json::parse(stream, nullptr, false);
    if (content.is_discarded()) throw unreadable(file.string() + ": is no JSON");
    json cases = content.is_object() ? content.value("cases", json()) : content;
    if (!cases.is_array()) throw unreadable(file.string() + ": has no \"cases\"");
    const json meta = content.is_object() ? content.value("meta", json()) : json();
    for (json& c : cases)
        for (const char* const name : {"stream", "version"})
            if (c.is_object() && !c.contains(name) && !c.contains("same_in") && !c.contains("by_version") &&
                meta.is_object() && meta.contains(name))
                c[name] = meta[name];
    return cases;
}

void run_cases(const json& cases, tally& t, std::ostream& out) {
    for (const json& c : cases)
        run_case(c, t, out);
}

void print_summary(const tally& t, std::ostream& out) {
    for (const auto& [name, s] : t.spreads)
        out << s.cases << " cases of class " << name << ": at most " << printed(s.ulp)
            << " ulp from the answers\n";
    out << t.passed << " passed, " << t.failed << " failed, " << t.unsupported << " unsupported, "
        << t.not_promised << " not promised\n";
}

} // namespace replay
