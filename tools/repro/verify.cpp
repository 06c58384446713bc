// SPDX-License-Identifier: MIT
// repro verify: compares what a run recorded with what there is.

#include <repro/judge/verify.hpp>

#include "command.hpp"
#include "commands.hpp"
#include "run_argument.hpp"
#include "table.hpp"
#include "values.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>

namespace tool {
namespace {

using json = nlohmann::ordered_json;

struct verify_arguments {
    std::string run;
    bool environment = false;
};

exit_code code_of(repro::verify_verdict verdict) {
    switch (verdict) {
    case repro::verify_verdict::holds:
        return exit_code::holds;
    case repro::verify_verdict::differs:
        return exit_code::differs;
    case repro::verify_verdict::undecided:
        break;
    }
    return exit_code::undecided;
}

tone tone_of(repro::verify_outcome outcome) {
    switch (outcome) {
    case repro::verify_outcome::match:
        return tone::good;
    case repro::verify_outcome::changed:
    case repro::verify_outcome::missing:
        return tone::bad;
    case repro::verify_outcome::unreadable:
    case repro::verify_outcome::not_recorded:
        break;
    }
    return tone::doubtful;
}

json value_or_null(const std::string& text) { return text.empty() ? json(nullptr) : json(text); }

json as_json(const repro::recorded_manifest& manifest, const repro::verification& result) {
    json items = json::array();
    for (const repro::verified_item& item : result.items)
        items.push_back({{"kind", to_string(item.kind)},
                         {"path", item.path},
                         {"outcome", to_string(item.outcome)},
                         {"recorded", value_or_null(item.recorded)},
                         {"found", value_or_null(item.found)},
                         {"reason", value_or_null(item.reason)}});
    return {{"id", manifest.id},
            {"manifest", manifest.path.native()},
            {"verdict", to_string(result.verdict())},
            {"items", std::move(items)}};
}

std::string remark(const repro::verified_item& item) {
    if (!item.reason.empty()) return item.reason;
    if (item.outcome != repro::verify_outcome::changed) return {};
    return fmt::format("recorded {}, found {}", shortened(item.recorded), shortened(item.found));
}

std::string summary(const repro::verification& result) {
    std::string text;
    using enum repro::verify_outcome;
    for (const repro::verify_outcome each : {match, changed, missing, unreadable, not_recorded})
        if (const std::size_t count = result.count(each))
            text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, to_string(each));
    return text;
}

exit_code verify(const verify_arguments& arguments, console& out) {
    const repro::recorded_manifest manifest = repro::read_manifest(find_run(arguments.run, out));
    repro::verify_options options;
    if (arguments.environment) options.environment = repro::check_environment::yes;
    options.progress = [&out](const std::string& path) { out.progress("hashing " + path); };
    const repro::verification result = repro::verify(manifest, options);
    const repro::verify_verdict verdict = result.verdict();
    if (out.json()) {
        out.answer(as_json(manifest, result));
        return code_of(verdict);
    }
    table rows;
    for (const repro::verified_item& item : result.items)
        rows.row({{to_string(item.outcome), tone_of(item.outcome)},
                  to_string(item.kind),
                  item.path,
                  remark(item)});
    rows.print(out);
    const tone shade = verdict == repro::verify_verdict::holds     ? tone::good
                       : verdict == repro::verify_verdict::differs ? tone::bad
                                                                   : tone::doubtful;
    out.print(fmt::format("\n{}: {} ({})\n", clipped(manifest.id), out.paint(shade, to_string(verdict)),
                          summary(result)));
    return code_of(verdict);
}

} // namespace

command verify_command() {
    const auto arguments = std::make_shared<verify_arguments>();
    return {"verify",
            "Compare what a run recorded with what there is; nothing is written and nothing is run",
            {{"RUN", "The run", &arguments->run, presence::required},
             {"--environment", "Compare code and machine, too, as far as the run's level controls them",
              &arguments->environment}},
            [arguments](console& out) { return verify(*arguments, out); }};
}

} // namespace tool
