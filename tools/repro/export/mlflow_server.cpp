// SPDX-License-Identifier: MIT
#include "mlflow_server.hpp"

#include <repro/core/error.hpp>
#include <repro/judge/strict_json.hpp>

#include "../console.hpp"

#include <httplib.h>
#include <map>
#include <utility>

namespace tool {
namespace {

constexpr const char* interface = "/api/2.0/mlflow/";

/// A server, and what its answers said so far.
class server {
public:
    explicit server(const std::string& url) : url_(url), client_(url) {
        client_.set_connection_timeout(10);
        client_.set_read_timeout(60);
        if (!client_.is_valid())
            throw repro::error(repro::errc::argument_invalid, "--url '" + excerpt(url, 200) + "'",
                               "is no address of a server", "give http://HOST:PORT");
    }

    void send(mlflow_request request) {
        for (const auto& [name, value] : known_)
            if (request.body.value(name, "") == "${" + name + "}") request.body[name] = value;
        const httplib::Result answer =
            client_.Post(interface + request.endpoint, request.body.dump(), "application/json");
        if (answer && answer->status == 400 && request.endpoint == "experiments/create" &&
            answer->body.find("RESOURCE_ALREADY_EXISTS") != std::string::npos)
            return learn(client_.Get(interface + ("experiments/get-by-name?experiment_name=" +
                                                  httplib::detail::encode_query_param(
                                                      request.body.at("name").get<std::string>()))),
                         request.endpoint);
        learn(answer, request.endpoint);
    }

    [[nodiscard]] const std::string& run_id() { return known_["run_id"]; }

private:
    void learn(const httplib::Result& answer, const std::string& endpoint) {
        const std::string where = url_ + interface + endpoint;
        if (!answer)
            throw repro::error(repro::errc::unwritable, where,
                               "does not answer: " + httplib::to_string(answer.error()),
                               "check the address, and that the server runs");
        if (answer->status != 200)
            throw repro::error(repro::errc::unwritable, where,
                               "answers " + std::to_string(answer->status) + ": " +
                                   excerpt(answer->body, 300),
                               "check that an MLflow server listens there");
        const nlohmann::json document = repro::detail::parse_strict_json(answer->body, where);
        for (const char* const place : {"/experiment_id", "/experiment/experiment_id", "/run/info/run_id"}) {
            const nlohmann::json::json_pointer pointer(place);
            if (document.contains(pointer) && document.at(pointer).is_string())
                known_[pointer.back()] = document.at(pointer).get<std::string>();
        }
    }

    std::string url_;
    httplib::Client client_;
    std::map<std::string, std::string> known_;
};

} // namespace

std::string send_to_mlflow(const std::string& url, const std::vector<mlflow_request>& requests) {
    server to(url);
    for (const mlflow_request& each : requests)
        to.send(each);
    return to.run_id();
}

} // namespace tool
