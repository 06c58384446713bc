// SPDX-License-Identifier: MIT
// repro seeds: runs a program once a seed, each in the folder of its seed, and what is done not again.

#include <repro/judge/for_each_seed.hpp>
#include <repro/statistics/sample.hpp>

#include "command.hpp"
#include "commands.hpp"
#include "run_argument.hpp"
#include "seed_children.hpp"
#include "seed_launcher.hpp"
#include "table.hpp"
#include "values.hpp"
#include "watched_run.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <csignal>
#include <map>
#include <memory>
#include <optional>
#include <set>

namespace tool {
namespace {

namespace fs = std::filesystem;
using repro::seed_outcome;

struct seeds_arguments {
    std::string seeds, jobs, root, dataset, method, launcher, ranks;
    std::vector<std::string> command;
};

std::vector<repro::seed> parse_seeds(std::string_view text) {
    std::vector<repro::seed> seeds;
    for (bool more = true; more;) {
        const std::size_t comma = text.find(',');
        more = comma != std::string_view::npos;
        seeds.push_back(repro::seed::parse(text.substr(0, comma)));
        text.remove_prefix(more ? comma + 1 : text.size());
    }
    return seeds;
}

std::size_t parse_jobs(const std::string& text) {
    std::uint64_t jobs = 1;
    if (!text.empty() && (!repro::detail::from_decimal(text, jobs) || jobs < 1 || jobs > 1024))
        throw repro::error(repro::errc::argument_invalid, "--jobs '" + excerpt(text, 80) + "'",
                           "is no number of programs at once", "give a whole number from 1 to 1024");
    return static_cast<std::size_t>(jobs);
}

/// What the sweep has come to: the outcomes in the order of the seeds, and what the terminal shows meanwhile.
class sweep_progress {
public:
    sweep_progress(const repro::sweep_options& sweep, console& out) : sweep_(sweep), out_(out) {
        outcomes_.resize(sweep.seeds.size());
        seconds_.resize(sweep.seeds.size());
    }

    void started(std::size_t which) {
        at_work_.insert(which);
        show();
    }
    void ended(std::size_t which, seed_outcome outcome, double seconds) {
        at_work_.erase(which);
        ++done_;
        seconds_[which] = seconds;
        if (!out_.json()) print(outcome, seconds);
        outcomes_[which] = std::move(outcome);
        show();
    }

    [[nodiscard]] std::size_t failed() const {
        return static_cast<std::size_t>(std::ranges::count_if(
            outcomes_, [](const auto& each) { return each && each->became == seed_outcome::what::failed; }));
    }
    [[nodiscard]] nlohmann::ordered_json as_json() const {
        auto list = nlohmann::ordered_json::array();
        for (std::size_t i = 0; i < outcomes_.size(); ++i) {
            if (!outcomes_[i]) continue;
            const seed_outcome& each = *outcomes_[i];
            const bool ran = each.became != seed_outcome::what::reused;
            list.push_back(
                {{"seed", each.seed.value()},
                 {"state", word(each)},
                 {"reason", text_or_null(each.reason)},
                 {"seconds", ran ? nlohmann::ordered_json(seconds_[i]) : nlohmann::ordered_json(nullptr)},
                 {"folder", sweep_.place.folder(each.seed).native()}});
        }
        return list;
    }

private:
    static std::string_view word(const seed_outcome& each) {
        constexpr std::string_view words[] = {"reused", "completed", "failed"};
        return words[static_cast<unsigned char>(each.became)];
    }
    void print(const seed_outcome& each, double seconds) {
        const bool bad = each.became == seed_outcome::what::failed;
        std::string line = fmt::format("seed {}: {}", each.seed.value(),
                                       out_.paint(bad ? tone::bad : tone::good, word(each)));
        if (each.became == seed_outcome::what::reused)
            line += ", and not run again";
        else
            line += fmt::format(" after {:.1f} s", seconds);
        if (!each.reason.empty()) line += ": " + clipped(each.reason, 400);
        out_.print(line + "\n");
        out_.flush(); // a log is read while the sweep goes on
    }
    void show() {
        const std::size_t all = outcomes_.size();
        if (done_ == all) return;
        constexpr std::size_t width = 20;
        const std::size_t full = width * done_ / all;
        std::string line = fmt::format("[{}{}] {} of {} seeds", std::string(full, '#'),
                                       std::string(width - full, '.'), done_, all);
        for (const std::size_t each : at_work_)
            line += fmt::format("{} {}", each == *at_work_.begin() ? "; running" : ",",
                                sweep_.seeds[each].value());
        out_.progress(line);
    }

    const repro::sweep_options& sweep_;
    console& out_;
    std::vector<std::optional<seed_outcome>> outcomes_;
    std::vector<double> seconds_;
    std::set<std::size_t> at_work_;
    std::size_t done_ = 0;
};

/// Returns what the seeds came to, by metric; what is not finite is null, as the spread of one seed is.
nlohmann::ordered_json summary_json(const repro::judge::run_batch& runs) {
    auto metrics = nlohmann::ordered_json::object();
    for (const std::string& name : repro::judge::metric_names(runs, {})) {
        const repro::statistics::summary s =
            repro::statistics::summarize(repro::judge::last_values(runs, name).values);
        const auto number = [](double x) {
            return std::isfinite(x) ? nlohmann::ordered_json(x) : nlohmann::ordered_json(nullptr);
        };
        metrics[name] = {
            {"n", s.n}, {"mean", number(s.mean)}, {"std", number(s.std)}, {"sem", number(s.sem())}};
    }
    return metrics;
}

/// Says what the seeds came to, metric by metric, and what so many seeds are good for.
void print_summary(const repro::judge::run_batch& runs, console& out) {
    table rows;
    rows.row({{"metric", tone::faint},
              {"seeds", tone::faint},
              {"mean", tone::faint},
              {"std", tone::faint},
              {"sem", tone::faint}});
    for (const std::string& name : repro::judge::metric_names(runs, {})) {
        const auto found = repro::judge::last_values(runs, name);
        const repro::statistics::summary s = repro::statistics::summarize(found.values);
        const auto number = [](double x) {
            return std::isnan(x) ? std::string("-") : fmt::format("{:.6g}", x);
        };
        rows.row({name, fmt::format("{}", s.n), number(s.mean), number(s.std), number(s.sem())});
    }
    if (!runs.empty()) out.print("\n");
    if (!runs.empty()) rows.print(out);
    if (runs.size() < 3)
        out.print("Too few seeds for any claim: 3 serve to choose between settings, 5 to publish.\n");
    else if (runs.size() < 5)
        out.print("Enough seeds to choose between settings; a publication asks for 5.\n");
}

/// Returns the completed runs of the sweep, and warns where they are not runs of one thing.
repro::judge::run_batch completed_runs(const repro::sweep_options& sweep, console& out) {
    repro::judge::run_batch runs;
    for (const repro::seed each : sweep.seeds)
        if (repro::standing_of(sweep.place, each).state == repro::seed_state::completed)
            runs.push_back(repro::read_manifest(sweep.place.folder(each) / "manifest.json"));
    runs = repro::judge::make_batch(std::move(runs));
    if (runs.empty()) return runs;
    for (const std::string& reason : repro::judge::reasons_incomparable(runs, {runs.front()}, {}))
        out.warn("the seeds are not runs of one thing: " + printable(reason));
    return runs;
}

std::vector<seed_child> children_of(const repro::sweep_options& sweep, const seeds_arguments& given) {
    const std::vector<std::string> launcher = launcher_words(given.launcher, given.ranks);
    std::vector<seed_child> children;
    for (const repro::seed each : sweep.seeds) {
        const fs::path folder = sweep.place.folder(each);
        const std::vector<repro::setting> environment{
            {"REPRO_SEED", repro::detail::decimal(each.value())},
            {"REPRO_RUN_DIR", folder.native()},
            {"PYTHONHASHSEED", repro::detail::python_hash_seed(each)}};
        children.push_back(
            {launched(launcher, environment, given.command), environment, folder.native() + ".log"});
    }
    return children;
}

repro::sweep_options asked_sweep(const seeds_arguments& given) {
    const fs::path program = fs::path(given.command.front()).stem();
    return {parse_seeds(given.seeds),
            {fs::absolute(given.root.empty() ? experiments_root() : fs::path(given.root)),
             given.dataset.empty() ? "default" : given.dataset,
             given.method.empty() ? program.native() : given.method}};
}

/// Runs the programs of the seeds that are not done. Returns the signal that ended it, or 0.
int run_missing_seeds(const repro::sweep_options& sweep, const std::vector<seed_child>& children,
                      std::size_t jobs, sweep_progress& progress) {
    const auto failed = [&](std::size_t which, std::string reason, double seconds) {
        progress.ended(which, {sweep.seeds[which], seed_outcome::what::failed, std::move(reason)}, seconds);
    };
    const auto prepare = [&](std::size_t which) {
        try {
            if (repro::has_to_run(sweep.place, sweep.seeds[which])) {
                progress.started(which);
                return true;
            }
            progress.ended(which, {sweep.seeds[which], seed_outcome::what::reused, {}}, 0);
        } catch (const repro::error& problem) {
            failed(which, problem.what(), 0);
        }
        return false;
    };
    const auto ended = [&](const seed_child_end& end) {
        if (!end.problem.empty())
            return failed(end.which, end.problem + "; see " + children[end.which].log.native(), end.seconds);
        try {
            progress.ended(end.which, repro::outcome_of(sweep.place, sweep.seeds[end.which]), end.seconds);
        } catch (const repro::error& problem) {
            failed(end.which, problem.what(), end.seconds);
        }
    };
    return run_seed_children(children, jobs, prepare, ended);
}

exit_code sweep_seeds(const seeds_arguments& given, console& out) {
    const repro::sweep_options sweep = asked_sweep(given);
    const std::size_t jobs = parse_jobs(given.jobs);
    repro::expect_sweep(sweep.place, sweep.seeds);
    const repro::detail::descriptor alone = repro::enter_sweep(sweep.place);
    sweep_progress progress(sweep, out);
    if (const int signal = run_missing_seeds(sweep, children_of(sweep, given), jobs, progress)) {
        out.warn(
            "interrupted: the programs were stopped; the same command goes on with the seeds that are left");
        out.flush();
        end_by(signal);
    }
    const repro::judge::run_batch runs = completed_runs(sweep, out);
    if (out.json())
        out.answer({{"folder", sweep.place.folder().native()},
                    {"dataset", sweep.place.dataset},
                    {"method", sweep.place.method},
                    {"failed", progress.failed()},
                    {"seeds", progress.as_json()},
                    {"metrics", summary_json(runs)}});
    else
        print_summary(runs, out);
    if (progress.failed() > 0)
        out.warn(fmt::format("{} of {} seeds failed; the same command runs those again", progress.failed(),
                             sweep.seeds.size()));
    return progress.failed() == 0 ? exit_code::holds : exit_code::differs;
}

} // namespace

command seeds_command() {
    const auto given = std::make_shared<seeds_arguments>();
    return {"seeds",
            "Run a program once a seed, each in a folder of its own; what is done is not run again",
            {{"--seeds", "The seeds, with commas: 42,123,456,789,1024", &given->seeds, presence::required},
             {"--jobs", "How many programs run at once; 1 by default", &given->jobs},
             {"--root", "Where the folders stand; $REPRO_EXPERIMENTS, else ./experiments, by default",
              &given->root},
             {"--dataset", "The folder below the root; 'default' by default", &given->dataset},
             {"--method", "The folder below that; the program's name by default", &given->method},
             {"--launcher", "Starts the ranks of each program: mpirun, srun, torchrun, or the words for it",
              &given->launcher},
             {"--ranks", "How many ranks a program has under mpirun, srun or torchrun", &given->ranks},
             {"COMMAND", "The program and its arguments, after --", &given->command, presence::required}},
            [given](console& out) { return sweep_seeds(*given, out); }};
}

} // namespace tool
