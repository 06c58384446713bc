// SPDX-License-Identifier: MIT
#pragma once
// How the manifest spells the build.

#include <repro/capture/compiler.hpp>
#include <repro/run/json_text.hpp>

namespace repro::inline v0 {
namespace detail {

inline void write(json_writer& to, const build_facts& facts) {
    to.begin_object();
    to.member("compiler", facts.compiler);
    to.member("standard_library", facts.standard_library);
    to.member("standard", facts.standard);
    to.member("openmp", facts.openmp);
    to.member("evaluation_method", facts.evaluation_method);
    write(to, "flags", facts.flags);
    to.member("object", facts.object);
    to.member("units", facts.units);
    write(to, "files", facts.files);
    to.member("since", facts.late ? "later" : "start");
    to.end_object();
}

inline void write(json_writer& to, const embedded_dependency& each) {
    to.begin_object();
    to.member("name", each.name);
    to.member("git_sha", each.sha);
    to.member("git_dirty", each.dirty);
    to.end_object();
}

inline void write(json_writer& to, const embedded_build& build) {
    to.begin_object();
    to.member("object", build.object);
    to.member("target", build.target);
    to.member("cmake", build.cmake);
    to.member("generator", build.generator);
    to.member("build_type", build.build_type);
    to.member("flags", build.flags);
    to.member("options", build.options);
    to.member("definitions", build.definitions);
    to.member("interprocedural_optimization", build.interprocedural_optimization);
    to.member("git_sha", build.git_sha);
    to.member("git_dirty", build.git_dirty);
    write(to, "dependencies", build.dependencies);
    to.end_object();
}

inline void write(json_writer& to, const compiler_facts& facts) {
    to.begin_object();
    to.member("libc", facts.libc);
    write(to, "builds", facts.builds);
    write(to, "embedded", facts.embedded);
    to.end_object();
}

} // namespace detail
} // namespace repro::inline v0
