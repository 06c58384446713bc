// SPDX-License-Identifier: MIT
#include <repro/capture/embedded_build.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <dlfcn.h>
#include <string>
#include <vector>

namespace {

const std::string commit(40, 'a');
const std::string other_commit(40, 'b');

repro::embedded_build sample() {
    return repro::detail::read_embedded_build(
        "target train\ncmake 3.25.1\ngenerator Ninja\nbuild_type Release\n"
        "flags  -O3 -DNDEBUG\noptions -march=native \n"
        "definitions A=\"x y\" B=1\n"
        "interprocedural_optimization 1\ngit_sha " +
            commit + "\ngit_dirty no\nlater key\ndependency fmt " + other_commit +
            " yes\ndependency json none unknown\n",
        "/opt/lib/libtrain.so");
}

} // namespace

TEST_CASE("the lines of the build script are read, and those of a later version passed over") {
    const repro::embedded_build build = sample();
    CHECK(build.object == "libtrain.so");
    CHECK(build.target == "train");
    CHECK(build.cmake == "3.25.1");
    CHECK(build.generator == "Ninja");
    CHECK(build.build_type == "Release");
    CHECK(build.flags == "-O3 -DNDEBUG");
    CHECK(build.options == "-march=native");
    CHECK(build.definitions == "A=\"x y\" B=1");
    CHECK(build.interprocedural_optimization);
    CHECK(build.git_sha == commit);
    CHECK(build.git_dirty == false);
    CHECK(build.dependencies == std::vector<repro::embedded_dependency>{
                                    {"fmt", other_commit, true}, {"json", std::nullopt, std::nullopt}});
}

TEST_CASE("damaged or foreign text gives no commit and no crash") {
    const auto build =
        repro::detail::read_embedded_build("git_sha unknown: Git was not found\ngit_dirty maybe\n\n "
                                           "\ndependency\nflags",
                                           "");
    CHECK_FALSE(build.git_sha);
    CHECK_FALSE(build.git_dirty);
    CHECK(build.flags.empty());
    CHECK(build.dependencies.size() == 1);
    CHECK(repro::detail::read_embedded_build("", "") == repro::embedded_build{});
}

TEST_CASE("a build from another commit or with changes is doubtful, and one that fits is not") {
    std::vector<repro::embedded_build> builds = {sample()};
    builds[0].dependencies.clear();
    CHECK(repro::build_doubts(builds, commit).empty());
    CHECK(repro::build_doubts(builds, std::nullopt).empty());
    const auto stale = repro::build_doubts(builds, other_commit);
    REQUIRE(stale.size() == 1);
    CHECK(stale[0].code == repro::warn::build_stale);
    CHECK(stale[0].text ==
          "libtrain.so was built from commit aaaaaaaaaa, and the tree here is at bbbbbbbbbb: build "
          "again, or check out aaaaaaaaaa");
    builds[0].git_dirty = true;
    builds[0].dependencies = {{"fmt", other_commit, true}};
    const auto dirty = repro::build_doubts(builds, commit);
    REQUIRE(dirty.size() == 2);
    CHECK(dirty[0].code == repro::warn::build_dirty);
    CHECK(dirty[1].text.find("dependency fmt") != std::string::npos);
}

TEST_CASE("what repro_embed_build_info left in a module is found once it is loaded, and not before") {
    const auto is_ours = [](const repro::embedded_build& each) {
        return each.target == "contracting_module";
    };
    const auto before = repro::capture_embedded_builds();
    CHECK(std::none_of(before.begin(), before.end(), is_ours));
    void* const module = ::dlopen(REPRO_CONTRACTING_MODULE, RTLD_NOW | RTLD_LOCAL);
    REQUIRE(module != nullptr);
    const auto after = repro::capture_embedded_builds();
    ::dlclose(module);
    const auto build = std::find_if(after.begin(), after.end(), is_ours);
    REQUIRE(build != after.end());
    CHECK(build->object.find("contracting_module") != std::string::npos);
    CHECK(build->options.find("-ffp-contract=fast") != std::string::npos);
    CHECK(build->definitions.find("NDEBUG") != std::string::npos);
    CHECK_FALSE(build->generator.empty());
}
