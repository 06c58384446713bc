// SPDX-License-Identifier: MIT
#pragma once
// The generators and switches of LibTorch. Tested with LibTorch 1.13 (CPU) and 2.11 (CPU and CUDA 13); no
// version is refused.

#if !__has_include(<ATen/ATen.h>)
#error                                                                                                       \
    "repro/adapters/libtorch.hpp needs LibTorch: find_package(repro COMPONENTS libtorch), link repro::libtorch"
#else

#include <repro/adapters/libtorch/switches.hpp>
#include <repro/core/seed.hpp>
#include <repro/core/source.hpp>
#include <repro/detail/text.hpp>
#include <repro/hash/sha2.hpp>
#include <repro/trace/record.hpp>

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <torch/version.h>
#include <utility>
#include <vector>

namespace repro::inline v0::libtorch {

/// How `streams` treats LibTorch.
struct settings {
    repro::level level = repro::level::bit_exact;              ///< which switches are set
    nondeterminism on_nondeterminism = nondeterminism::raises; ///< where an operation has no such kernel
    std::optional<int> threads = std::nullopt;                 ///< within an operation; as it is, if empty
};

namespace detail {

/// What a c10::Error says, its backtrace left out.
[[nodiscard]] inline std::string first_line(const c10::Error& e) {
    const std::string text = e.what_without_backtrace();
    return text.substr(0, text.find('\n'));
}

/// A generator of the process: the CPU's, or that of a CUDA device.
struct default_generator {
    std::string name; ///< "cpu", "cuda0", ...
    at::Generator generator;

    [[nodiscard]] std::vector<std::uint8_t> state() {
        const std::lock_guard<std::mutex> lock(generator.mutex());
        const at::Tensor bytes = generator.get_state().contiguous();
        const auto* const first = bytes.data_ptr<std::uint8_t>();
        return {first, first + bytes.numel()};
    }

    void set_state(const std::vector<std::uint8_t>& bytes) {
        const at::Tensor tensor = at::empty({static_cast<std::int64_t>(bytes.size())}, at::kByte);
        std::copy(bytes.begin(), bytes.end(), tensor.data_ptr<std::uint8_t>());
        const std::lock_guard<std::mutex> lock(generator.mutex());
        generator.set_state(tensor);
    }
};

/// The generators of the process; those of CUDA are left out where no device answers, and `why` says so.
[[nodiscard]] inline std::vector<default_generator> default_generators(std::string* why = nullptr) {
    std::vector<default_generator> all{{"cpu", at::detail::getDefaultCPUGenerator()}};
    if (!at::globalContext().hasCUDART()) return all;
    try {
        const std::size_t devices = at::getNumGPUs();
        if (devices == 0 && why != nullptr) *why = "LibTorch is built with CUDA, and no device answers";
        for (std::size_t i = 0; i < devices; ++i)
            all.push_back({"cuda" + std::to_string(i), at::globalContext().defaultGenerator(at::Device(
                                                           at::kCUDA, static_cast<at::DeviceIndex>(i)))});
    } catch (const c10::Error& e) {
        all.resize(1);
        if (why != nullptr) *why = "LibTorch is built with CUDA, which fails here: " + first_line(e);
    }
    return all;
}

[[nodiscard]] inline error state_error(const std::string& generator, const std::string& what) {
    return {errc::state_invalid, "libtorch/" + generator, what,
            "restore a snapshot that was taken with this LibTorch and these devices"};
}

/// A saved state: the names and bytes of its generators.
using saved_states = std::vector<std::pair<std::string, std::vector<std::uint8_t>>>;

[[nodiscard]] inline saved_states parse_states(std::string_view text) {
    if (repro::detail::next_token(text, ' ') != "libtorch-1")
        throw state_error("state", "is no saved state of LibTorch");
    saved_states all;
    while (!text.empty()) {
        std::string name(repro::detail::next_token(text, ' '));
        const std::string_view hex = repro::detail::next_token(text, ' ');
        std::vector<std::uint8_t> bytes(hex.size() / 2);
        if (bytes.empty() || !repro::detail::from_hex(hex, bytes))
            throw state_error(name, "has a damaged state");
        all.emplace_back(std::move(name), std::move(bytes));
    }
    return all;
}

} // namespace detail

/// The process-wide generators of LibTorch, of the CPU and of every CUDA device, as a source for
/// seed_everything and run. Seeding does what `torch::manual_seed` does, and sets the switches that the level
/// asks for; `keep_switches` puts them back.
///
/// Does not cover: generators that the program makes itself (seed them from a stream: `make_generator`);
/// devices other than CPU and CUDA; kernels without a deterministic variant, which raise or warn; the
/// environment that cuBLAS reads, which is checked, not set; initial values of uninitialised memory.
/// Threads: no other thread may draw meanwhile.
class streams {
public:
    explicit streams(settings how = {}) : how_(how) {}

    static constexpr bool marked_beside_threads = true; ///< see repro::source
    [[nodiscard]] static constexpr std::string_view name() noexcept { return "libtorch"; }

    void seed(repro::seed s) {
        set_switches();
        seeded_ = true;
        for (detail::default_generator& each : detail::default_generators()) {
            const std::lock_guard<std::mutex> lock(each.generator.mutex());
            each.generator.set_current_seed(s.value());
        }
    }

    [[nodiscard]] std::string save() const {
        std::string text = "libtorch-1";
        for (detail::default_generator& each : detail::default_generators())
            text += " " + each.name + " " + repro::detail::to_hex(each.state());
        return text;
    }

    /// Errors: errc::state_invalid for a damaged text, for other devices than those here, and for the layout
    ///         of a LibTorch that this one does not read; nothing is changed.
    void restore(std::string_view text) {
        const detail::saved_states saved = detail::parse_states(text);
        std::vector<detail::default_generator> here = detail::default_generators();
        expect_same_devices(saved, here);
        std::vector<std::vector<std::uint8_t>> before;
        for (std::size_t i = 0; i < here.size(); ++i) {
            before.push_back(here[i].state());
            try {
                here[i].set_state(saved[i].second);
            } catch (const c10::Error& e) {
                for (std::size_t k = 0; k <= i; ++k)
                    here[k].set_state(before[k]);
                throw detail::state_error(
                    here[i].name, "has a state of " + repro::detail::decimal(saved[i].second.size()) +
                                      " bytes that LibTorch " TORCH_VERSION " refuses (its own have " +
                                      repro::detail::decimal(before[i].size()) +
                                      "): " + detail::first_line(e));
            }
        }
    }

    [[nodiscard]] std::vector<stream_facts> ledger() const {
        std::vector<stream_facts> all;
        for (detail::default_generator& each : detail::default_generators()) {
            const bool cpu = each.name == "cpu";
            all.push_back({"libtorch/" + each.name, cpu ? "mt19937" : "philox4x32-10",
                           repro::detail::decimal(each.generator.current_seed()), seed_rule::exact,
                           seeded_ ? "" : "not seeded", std::nullopt, "LibTorch does not count",
                           sha256(repro::detail::to_hex(each.state()))});
        }
        return all;
    }

    [[nodiscard]] std::vector<fact> facts() const {
        std::vector<fact> all{{"version", TORCH_VERSION}};
        for (fact& each : switches::now().facts())
            all.push_back(std::move(each));
        const std::size_t devices = detail::default_generators().size() - 1;
        all.push_back({"cuda_devices", std::to_string(devices)});
        const char* const workspace = std::getenv("CUBLAS_WORKSPACE_CONFIG");
        if (devices > 0) all.push_back({"cublas_workspace", workspace != nullptr ? workspace : "unset"});
        return all;
    }

    /// CUDA that is built in and does not answer, and a cuBLAS whose workspace may vary.
    [[nodiscard]] std::vector<missing_fact> not_seeded() const {
        std::vector<missing_fact> gaps;
        std::string why;
        const std::size_t devices = detail::default_generators(&why).size() - 1;
        if (!why.empty()) gaps.push_back({"libtorch/cuda", why});
        const char* const workspace = std::getenv("CUBLAS_WORKSPACE_CONFIG");
        const std::string_view set = workspace != nullptr ? workspace : "";
        if (devices > 0 && how_.level == level::bit_exact && set != ":4096:8" && set != ":16:8")
            gaps.push_back({"CUBLAS_WORKSPACE_CONFIG",
                            "cuBLAS may choose its workspace anew at each call: export "
                            "CUBLAS_WORKSPACE_CONFIG=:4096:8 before this program"});
        return gaps;
    }

private:
    void set_switches() const {
        switches s = switches::now().for_level(how_.level, how_.on_nondeterminism);
        if (how_.threads) s.threads = *how_.threads;
        s.apply();
    }

    static void expect_same_devices(const detail::saved_states& saved,
                                    const std::vector<detail::default_generator>& here) {
        for (std::size_t i = 0; i < saved.size() || i < here.size(); ++i) {
            if (i < saved.size() && i < here.size() && saved[i].first == here[i].name) continue;
            const std::string& name = i < saved.size() ? saved[i].first : here[i].name;
            throw detail::state_error(name, i < here.size() && i >= saved.size()
                                                ? "is here, and the saved state has nothing of it"
                                                : "was saved, and is not here");
        }
    }

    settings how_;
    bool seeded_ = false;
};

/// Returns a CPU generator of its own, for operations that take one: seeded by `s`, of a worker or a sample.
///
/// Example:
///     auto mine = repro::libtorch::make_generator(repro::seed_worker(worker, epoch).seed());
[[nodiscard]] inline at::Generator make_generator(repro::seed s) {
    return at::make_generator<at::CPUGeneratorImpl>(s.value());
}

namespace detail {

/// The bytes of a tensor on the CPU, in C order, for as long as a trace looks at them.
class traced_tensor {
public:
    explicit traced_tensor(const at::Tensor& tensor) : bytes_(tensor.detach().to(at::kCPU).contiguous()) {}

    operator trace_view() const { // NOLINT(google-explicit-constructor): a trace takes views
        const auto size = static_cast<std::size_t>(bytes_.nbytes());
        return {{static_cast<const std::byte*>(bytes_.data_ptr()), size},
                type(),
                static_cast<std::uint16_t>(bytes_.element_size())};
    }

private:
    [[nodiscard]] element_type type() const {
        switch (bytes_.scalar_type()) {
        case at::kBool:
            return element_type::boolean;
        case at::kChar:
            return element_type::int8;
        case at::kShort:
            return element_type::int16;
        case at::kInt:
            return element_type::int32;
        case at::kLong:
            return element_type::int64;
        case at::kByte:
            return element_type::uint8;
        case at::kHalf:
            return element_type::float16;
        case at::kBFloat16:
            return element_type::bfloat16;
        case at::kFloat:
            return element_type::float32;
        case at::kDouble:
            return element_type::float64;
        default:
            return element_type::other;
        }
    }

    at::Tensor bytes_;
};

} // namespace detail
} // namespace repro::inline v0::libtorch

namespace at {

/// Makes tensors traceable: `run.trace("weights", step, tensor)` takes those of any device, copied to the CPU
/// and laid out in C order first, so that neither strides nor the device change the digest.
inline repro::libtorch::detail::traced_tensor trace_bytes(const Tensor& tensor) {
    return repro::libtorch::detail::traced_tensor(tensor);
}

} // namespace at
#endif
