// SPDX-License-Identifier: MIT
#pragma once
// What is known of each place in a manifest: the group it belongs to, how likely a difference there changes
// numbers, and why. The first rule that fits decides.

#include <repro/judge/difference.hpp>

#include <cstddef>
#include <string_view>

namespace repro::inline v0 {
namespace detail {

enum class diff_care : unsigned char { compared, ignored };

/// A pattern of a place: its words are equal, "*" stands for any one, a last "**" for any number, and a word
/// that ends in "*" for any with this beginning.
struct diff_rule {
    std::string_view place;
    difference_group group;
    repro::likelihood likelihood;
    std::string_view why;
    diff_care care = diff_care::compared;
};

inline constexpr diff_care not_compared = diff_care::ignored;

/// Why most of a group matters.
inline constexpr std::string_view other_code = "another commit can be another program";
inline constexpr std::string_view other_build = "compilers and flags decide how sums are ordered and fused";
inline constexpr std::string_view other_threads = "the number of threads decides the order of sums";
inline constexpr std::string_view other_processor = "libraries choose their kernels by the processor";
inline constexpr std::string_view other_library = "another build of a library can round otherwise";
inline constexpr std::string_view other_variable = "a variable can switch algorithms";
inline constexpr std::string_view same_anyway = "it seldom reaches a number";
inline constexpr std::string_view only_of_record = "it says where a run is written, or what is printed";
inline constexpr std::string_view follows = "it follows from what was computed";

inline constexpr diff_rule diff_rules[] = {
    // Names of this one run: never compared.
    {"/id", difference_group::record, likelihood::none, {}, not_compared},
    {"/run_id", difference_group::record, likelihood::none, {}, not_compared},
    {"/name", difference_group::record, likelihood::none, {}, not_compared},
    {"/started_at", difference_group::times, likelihood::none, {}, not_compared},
    {"/finished_at", difference_group::times, likelihood::none, {}, not_compared},
    {"/seed_text", difference_group::streams, likelihood::none, {}, not_compared}, // the seed again
    {"/command/directory", difference_group::environment, likelihood::none, {}, not_compared},
    {"/command/arguments/0", difference_group::environment, likelihood::none, {}, not_compared},
    {"/process/pid", difference_group::environment, likelihood::none, {}, not_compared},
    {"/process/start*", difference_group::environment, likelihood::none, {}, not_compared},
    {"/process/boot*", difference_group::environment, likelihood::none, {}, not_compared},
    {"/relaunch/milliseconds", difference_group::times, likelihood::none, {}, not_compared},
    {"/git/toplevel", difference_group::code, likelihood::none, {}, not_compared},
    {"/inputs/*/absolute", difference_group::inputs, likelihood::none, {}, not_compared},
    {"/lockfiles/*/absolute", difference_group::lockfiles, likelihood::none, {}, not_compared},
    {"/executable/absolute", difference_group::executable, likelihood::none, {}, not_compared},
    {"/executable/path", difference_group::executable, likelihood::none, {}, not_compared},
    {"/executable/size",
     difference_group::executable,
     likelihood::none,
     {},
     not_compared}, // the digest decides
    {"/inputs/*/size", difference_group::inputs, likelihood::none, {}, not_compared},
    {"/lockfiles/*/size", difference_group::lockfiles, likelihood::none, {}, not_compared},
    {"/digests/*/size", difference_group::artifacts, likelihood::none, {}, not_compared},

    {"/git_sha", difference_group::code, likelihood::likely, other_code},
    {"/git_dirty", difference_group::code, likelihood::likely,
     "a changed tree holds code that no commit has"},
    {"/git/untracked", difference_group::code, likelihood::possible,
     "a file unknown to git can be compiled in"},
    {"/git/**", difference_group::code, likelihood::unlikely, same_anyway},
    {"/stream_contract", difference_group::code, likelihood::very_likely, "streams give other bits"},

    {"/executable/**", difference_group::executable, likelihood::likely,
     "another program: its code, its compiler, its flags or what is linked into it"},

    {"/lockfiles/*/sha256", difference_group::lockfiles, likelihood::likely,
     "other packages can be installed"},
    {"/lockfiles/*/tracked", difference_group::lockfiles, likelihood::unlikely, same_anyway},
    {"/lockfiles/**", difference_group::lockfiles, likelihood::likely, "other packages can be installed"},

    {"/libraries/*/since", difference_group::libraries, likelihood::possible,
     "a library that comes late can change the floating-point environment and dispatch"},
    {"/libraries/*/name", difference_group::libraries, likelihood::unlikely, "the same file elsewhere"},
    {"/libraries/linux-vdso*/**", difference_group::libraries, likelihood::none, "the kernel maps it"},
    {"/libraries/(program)/**", difference_group::executable, likelihood::likely,
     "another program: its code, its compiler, its flags or what is linked into it"},
    {"/libraries/**", difference_group::libraries, likelihood::possible, other_library},
    {"/versions/compiler", difference_group::build, likelihood::likely, other_build},
    {"/versions/cmake", difference_group::libraries, likelihood::unlikely, same_anyway},
    {"/versions/uv", difference_group::libraries, likelihood::unlikely, same_anyway},
    {"/versions/lib*", difference_group::libraries, likelihood::possible, other_library},
    {"/versions/**", difference_group::libraries, likelihood::likely,
     "another version can compute otherwise"},

    {"/build/embedded/*/git_*", difference_group::code, likelihood::likely, other_code},
    {"/build/builds/*/files", difference_group::build, likelihood::unlikely, same_anyway},
    {"/build/builds/*/units", difference_group::build, likelihood::unlikely, same_anyway},
    {"/build/builds/*/since", difference_group::build, likelihood::unlikely, same_anyway},
    {"/build/**", difference_group::build, likelihood::likely, other_build},

    {"/fingerprint/**", difference_group::launch, likelihood::very_likely,
     "the same operations gave other bits"},
    {"/knobs/*/value_at_exec", difference_group::launch, likelihood::likely, other_variable},
    {"/knobs/**", difference_group::launch, likelihood::likely, other_variable},
    {"/read_back/**", difference_group::launch, likelihood::likely,
     "a library said that it runs with other threads, kernels or modes"},
    {"/switches/**", difference_group::launch, likelihood::likely, "a library ran in another mode"},
    {"/relaunch/**", difference_group::launch, likelihood::unlikely, same_anyway},
    {"/unmet/**", difference_group::launch, likelihood::possible, "a condition of the level did not hold"},
    {"/level_description/**", difference_group::launch, likelihood::none, "words for the level"},
    {"/level", difference_group::launch, likelihood::possible, "a level sets variables at the launch"},

    {"/floating_point/threads/checked", difference_group::floating_point, likelihood::unlikely, same_anyway},
    {"/floating_point/probable_causes/**", difference_group::floating_point, likelihood::possible,
     "an object built with fast-math changes the environment when it is loaded"},
    {"/floating_point/**", difference_group::floating_point, likelihood::very_likely,
     "every operation rounds or flushes otherwise"},

    {"/config/**", difference_group::config, likelihood::very_likely, "the numbers are computed from it"},

    {"/seed", difference_group::streams, likelihood::very_likely, "every stream starts elsewhere"},
    {"/seed_source", difference_group::streams, likelihood::unlikely, same_anyway},
    {"/streams/*/draws", difference_group::streams, likelihood::result,
     "one of the two drew more: what each draws after that differs"},
    {"/streams/*/state_at_end", difference_group::streams, likelihood::result, "the streams ended elsewhere"},
    {"/streams/*/note", difference_group::streams, likelihood::none, same_anyway},
    {"/streams/**", difference_group::streams, likelihood::very_likely, "the stream gives other numbers"},

    {"/inputs/*/role", difference_group::inputs, likelihood::unlikely, same_anyway},
    {"/inputs/**", difference_group::inputs, likelihood::very_likely, "other data"},

    {"/command/**", difference_group::environment, likelihood::likely, "the program was told something else"},
    {"/environment/REPRO_SEED/**", difference_group::environment, likelihood::none, "it is told by the seed"},
    {"/environment/REPRO_RUN_DIR/**", difference_group::environment, likelihood::none, only_of_record},
    {"/environment/REPRO_EXPERIMENTS/**", difference_group::environment, likelihood::none, only_of_record},
    {"/environment/REPRO_QUIET/**", difference_group::environment, likelihood::none, only_of_record},
    {"/environment/SLURM_*/**", difference_group::environment, likelihood::unlikely, "names of the job"},
    {"/environment/LD_*/**", difference_group::environment, likelihood::likely, "other libraries are found"},
    {"/environment/**", difference_group::environment, likelihood::possible, other_variable},
    {"/container/digest", difference_group::environment, likelihood::likely,
     "another image, other libraries"},
    {"/container/image", difference_group::environment, likelihood::possible,
     "another image, other libraries"},
    {"/container/**", difference_group::environment, likelihood::unlikely, same_anyway},
    {"/process/affinity", difference_group::environment, likelihood::possible, other_threads},
    {"/process/memory_nodes", difference_group::environment, likelihood::possible, other_threads},
    {"/process/cgroup_cpu", difference_group::environment, likelihood::possible, other_threads},
    {"/process/locale", difference_group::environment, likelihood::possible,
     "numbers and names are read and sorted by it"},
    {"/process/**", difference_group::environment, likelihood::unlikely, same_anyway},
    {"/parent/place*/**", difference_group::environment, likelihood::possible,
     "streams of ranks are keyed anew where another rank or world goes on"},
    {"/parent/**", difference_group::environment, likelihood::none, "which run it came from"},
    {"/ranks/**", difference_group::environment, likelihood::likely, "the number of ranks orders the sums"},

    {"/hardware/cpu", difference_group::hardware, likelihood::likely, other_processor},
    {"/hardware/architecture", difference_group::hardware, likelihood::very_likely, other_processor},
    {"/hardware/gpu*", difference_group::hardware, likelihood::likely,
     "kernels, their tiling and their sums depend on the device and its driver"},
    {"/hardware/gpus/**", difference_group::hardware, likelihood::likely,
     "kernels, their tiling and their sums depend on the device and its driver"},
    {"/hardware/*_cores", difference_group::hardware, likelihood::possible, other_threads},
    {"/hardware/os", difference_group::hardware, likelihood::possible, "another system, other libraries"},
    {"/hardware/**", difference_group::hardware, likelihood::unlikely, same_anyway},
    {"/system/cpu_flags", difference_group::hardware, likelihood::likely, other_processor},
    {"/system/os_*", difference_group::hardware, likelihood::possible, "another system, other libraries"},
    {"/system/cuda_toolkit", difference_group::hardware, likelihood::possible, other_library},
    {"/system/cudnn_installed", difference_group::hardware, likelihood::possible, other_library},
    {"/system/**", difference_group::hardware, likelihood::unlikely, same_anyway},

    {"/metrics/**", difference_group::metrics, likelihood::result, follows},
    {"/status", difference_group::metrics, likelihood::result, "one of the two did not end as the other did"},
    {"/error/**", difference_group::metrics, likelihood::result,
     "one of the two did not end as the other did"},
    {"/digests/**", difference_group::artifacts, likelihood::result, follows},
    {"/artifacts/**", difference_group::artifacts, likelihood::result, follows},
    {"/wall_seconds", difference_group::times, likelihood::none, "time is not a number of the run"},
    {"/phases/*/count", difference_group::metrics, likelihood::result,
     "one of the two went through it more often"},
    {"/phases/**", difference_group::times, likelihood::none, "time is not a number of the run"},
    {"/warnings/**", difference_group::record, likelihood::none, "it tells of a difference, and makes none"},
    {"/missing/**", difference_group::record, likelihood::none, "it tells of a difference, and makes none"},
    {"/redactions/**", difference_group::record, likelihood::none,
     "it tells of a difference, and makes none"},
    {"/schema", difference_group::record, likelihood::none, "the layout of the manifest"},
    {"/**", difference_group::record, likelihood::possible, "nothing is known of it"},
};

/// Cuts the next word off a place, with the slash before it.
[[nodiscard]] constexpr std::string_view next_word(std::string_view& place) noexcept {
    place.remove_prefix(1);
    const std::size_t end = place.find('/');
    const std::string_view word = place.substr(0, end);
    place = end == std::string_view::npos ? std::string_view{} : place.substr(end);
    return word;
}

[[nodiscard]] constexpr bool fits_word(std::string_view pattern, std::string_view word) noexcept {
    if (pattern.starts_with('*')) return word.ends_with(pattern.substr(1));
    if (pattern.ends_with('*')) return word.starts_with(pattern.substr(0, pattern.size() - 1));
    return pattern == word;
}

[[nodiscard]] constexpr bool fits_place(std::string_view pattern, std::string_view place) noexcept {
    while (!pattern.empty()) {
        const std::string_view wanted = next_word(pattern);
        if (wanted == "**") return true;
        if (place.empty() || !fits_word(wanted, next_word(place))) return false;
    }
    return place.empty();
}

/// Returns what is known of a place, "/" before each of its words.
[[nodiscard]] constexpr const diff_rule& rule_of(std::string_view place) noexcept {
    for (const diff_rule& each : diff_rules)
        if (fits_place(each.place, place)) return each;
    return *(std::end(diff_rules) - 1);
}

/// Beginnings of libraries that compute: another build of one of these is likely to round otherwise.
inline constexpr std::string_view computing_libraries[] = {
    "libm.",          "libm-",     "libmvec",      "libopenblas",  "libblas",   "liblapack",
    "libmkl",         "libblis",   "libatlas",     "libgomp",      "libomp",    "libiomp",
    "libtbb",         "libtorch",  "libc10",       "libcudart",    "libcublas", "libcudnn",
    "libcufft",       "libcurand", "libcusolver",  "libcusparse",  "libnccl",   "libnvrtc",
    "libcuda.",       "libdnnl",   "libfftw",      "libarmadillo", "libopencv", "libgsl",
    "libmpi",         "libsleef",  "libquadmath",  "libgfortran",  "libamdhip", "librocblas",
    "libonnxruntime", "libjax",    "libtensorflow"};

[[nodiscard]] constexpr bool computes(std::string_view library) noexcept {
    for (const std::string_view each : computing_libraries)
        if (library.starts_with(each)) return true;
    return false;
}

/// Ends of the names of settings that say where things go, and not what is computed.
inline constexpr std::string_view settings_of_places[] = {
    "dir",  "directory", "folder", "path", "out",  "output", "log",     "logging",
    "name", "verbose",   "tag",    "tags", "note", "notes",  "comment", "description"};

/// Returns whether the last word of a setting's name, after '_', '-' or '.', says where things go.
[[nodiscard]] constexpr bool names_place(std::string_view setting) noexcept {
    const std::string_view word = setting.substr(setting.find_last_of("_-./") + 1);
    for (const std::string_view each : settings_of_places)
        if (word == each) return true;
    return false;
}

/// Returns whether an object has the keys that its run gave it, and not those of the layout.
[[nodiscard]] constexpr bool holds_open_keys(std::string_view place) noexcept {
    constexpr std::string_view open[] = {
        "/config/**",         "/environment",           "/metrics",       "/phases", "/digests",
        "/relaunch/settings", "/read_back/*/*/answers", "/fingerprint/**"};
    for (const std::string_view each : open)
        if (fits_place(each, place)) return true;
    return false;
}

static_assert(fits_place("/a/*/c", "/a/b/c") && !fits_place("/a/*/c", "/a/b") && fits_place("/a/**", "/a"));
static_assert(fits_place("/a/b*", "/a/bcd") && !fits_place("/a/b", "/a/bc") && fits_place("/*_c", "/b_c"));

} // namespace detail
} // namespace repro::inline v0
