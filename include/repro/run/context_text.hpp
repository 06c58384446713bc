// SPDX-License-Identifier: MIT
#pragma once
// The context of a run in the manifest: command, environment, container, process and system.

#include <repro/capture/command.hpp>
#include <repro/capture/container.hpp>
#include <repro/capture/process.hpp>
#include <repro/run/json_text.hpp>

#include <optional>
#include <vector>

namespace repro::inline v0 {
namespace detail {

/// What surrounds the process. A part is absent where it could not be gathered at all.
struct run_context {
    std::optional<command_facts> command;
    std::optional<environment_facts> environment;
    std::optional<container_facts> container;
    std::optional<process_facts> process;
    redaction_list redactions;
};

inline void write_facts(json_writer& to, const char* key, const std::vector<context_fact>* facts) {
    if (facts != nullptr) return write_named(to, key, *facts);
    to.key(key);
    to.value(nullptr);
}

inline void write_command(json_writer& to, const run_context& context) {
    to.key("command");
    if (!context.command) return to.value(nullptr);
    to.begin_object();
    write(to, "arguments", context.command->arguments);
    to.member("directory", context.command->directory);
    to.end_object();
}

inline void write_environment(json_writer& to, const run_context& context) {
    to.key("environment");
    if (!context.environment) return to.value(nullptr);
    to.begin_object();
    for (const environment_variable& each : context.environment->variables) {
        to.key(each.name);
        to.begin_object();
        to.member("at_exec", each.at_exec);
        to.member("now", each.now);
        to.member("changed", each.changed);
        to.end_object();
    }
    to.end_object();
}

inline void write_container(json_writer& to, const run_context& context) {
    to.key("container");
    if (!context.container) return to.value(nullptr);
    to.begin_object();
    to.member("kind", context.container->kind);
    to.member("image", context.container->image);
    to.member("digest", context.container->digest);
    to.member("told_by", context.container->told_by);
    to.end_object();
}

inline void write_redactions(json_writer& to, redaction_list list) {
    to.key("redactions");
    to.begin_array();
    for (const redaction& each : list.all()) {
        to.begin_object();
        to.member("where", each.where);
        to.member("kind", each.kind);
        to.member("count", each.count);
        to.end_object();
    }
    to.end_array();
}

inline void write_context(json_writer& to, const run_context& context) {
    write_command(to, context);
    write_environment(to, context);
    write_container(to, context);
    write_facts(to, "process", context.process ? &context.process->process : nullptr);
    write_facts(to, "system", context.process ? &context.process->system : nullptr);
}

} // namespace detail
} // namespace repro::inline v0
