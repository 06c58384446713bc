// SPDX-License-Identifier: MIT
// repro export: a run in a format of others.

#include "command.hpp"
#include "commands.hpp"
#include "export/formats.hpp"
#include "export/mlflow_server.hpp"
#include "files.hpp"
#include "recorded_lockfile.hpp"
#include "run_argument.hpp"

#include <fmt/format.h>

#include <memory>

namespace tool {
namespace {

namespace fs = std::filesystem;

struct export_arguments {
    std::string format;
    std::vector<std::string> runs;
    std::string output;
    std::string url;
    std::string experiment = "repro";
};

constexpr const char* formats = "ro-crate, in-toto, test-result, dvc, cyclonedx, mlflow, junit or checklist";

repro::error wrong(const std::string& where, const char* problem, const char* fix) {
    return {repro::errc::argument_invalid, where, problem, fix};
}

void deliver(const export_arguments& given, const std::string& text, console& out) {
    if (given.output.empty()) return out.print(text);
    write_file(given.output, text);
}

void deliver_dvc(const export_arguments& given, const repro::recorded_manifest& manifest) {
    if (given.output.empty())
        throw wrong("export dvc", "writes two files and was given no folder", "add --output FOLDER");
    std::error_code failed;
    fs::create_directories(given.output, failed);
    const dvc_files files = dvc(manifest);
    write_file(fs::path(given.output) / "metrics.json", files.metrics);
    write_file(fs::path(given.output) / "params.yaml", files.params);
}

std::string mlflow_text(const std::vector<mlflow_request>& requests) {
    ordered_json list = ordered_json::array();
    for (const mlflow_request& each : requests)
        list.push_back({{"endpoint", "/api/2.0/mlflow/" + each.endpoint}, {"body", each.body}});
    return list.dump(2) + "\n";
}

void deliver_mlflow(const export_arguments& given, const repro::recorded_manifest& manifest, console& out) {
    const std::vector<mlflow_request> requests = mlflow(manifest, given.experiment);
    if (given.url.empty()) return deliver(given, mlflow_text(requests), out);
    const std::string run_id = send_to_mlflow(given.url, requests);
    if (out.json())
        out.answer({{"id", manifest.id}, {"mlflow_run_id", run_id}});
    else
        out.print(fmt::format("{}: recorded as {}\n", clipped(manifest.id), printable(run_id)));
}

std::vector<recorded_packages> packages_of(const repro::recorded_manifest& manifest) {
    std::vector<recorded_packages> packages;
    for (const repro::recorded_file& each : manifest.lockfiles)
        packages.push_back(read_recorded({manifest, each}));
    return packages;
}

std::string document_of(const std::string& format, const repro::recorded_manifest& manifest) {
    if (format == "ro-crate") return ro_crate(manifest).dump(2) + "\n";
    if (format == "in-toto") return in_toto(manifest).dump(2) + "\n";
    if (format == "cyclonedx") return cyclonedx(manifest, packages_of(manifest)).dump(2) + "\n";
    if (format == "test-result") return test_result(manifest, repro::verify(manifest)).dump(2) + "\n";
    if (format == "junit") return junit(manifest, repro::verify(manifest));
    throw wrong("export '" + excerpt(format, 80) + "'", "is no format that this tool writes", formats);
}

exit_code export_runs(const export_arguments& given, console& out) {
    std::vector<repro::recorded_manifest> manifests;
    for (const std::string& run : given.runs)
        manifests.push_back(repro::read_manifest(find_run(run, out)));
    if (given.format != "checklist" && manifests.size() != 1)
        throw wrong("export " + given.format, "takes one run", "name one; a checklist takes several");
    if (given.format == "checklist")
        deliver(given, checklist(manifests), out);
    else if (given.format == "dvc")
        deliver_dvc(given, manifests.front());
    else if (given.format == "mlflow")
        deliver_mlflow(given, manifests.front(), out);
    else
        deliver(given, document_of(given.format, manifests.front()), out);
    return exit_code::holds;
}

} // namespace

command export_command() {
    const auto given = std::make_shared<export_arguments>();
    return {"export",
            "Write a run in a format of others",
            {{"FORMAT",
              formats,
              &given->format,
              presence::required,
              {"ro-crate", "in-toto", "test-result", "dvc", "cyclonedx", "mlflow", "junit", "checklist"}},
             {"RUN", "The run; a checklist takes several", &given->runs, presence::required},
             {"-o,--output", "A file, or for dvc a folder, in place of standard output", &given->output},
             {"--url", "The MLflow server to send the run to", &given->url},
             {"--experiment", "The name of MLflow's experiment; repro where absent", &given->experiment}},
            [given](console& out) { return export_runs(*given, out); }};
}

} // namespace tool
