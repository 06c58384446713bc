// SPDX-License-Identifier: MIT
#pragma once
// What CUDA and its libraries say of themselves. Every function is looked up when it is asked for, in what
// the process has mapped: nothing is linked, and nothing is needed to compile this header. Tested with
// CUDA 13.0 on one and two H100.

#include <repro/core/seed.hpp>
#include <repro/core/source.hpp>
#include <repro/core/stream_mark.hpp>
#include <repro/detail/text.hpp>

#include <cstddef>
#include <cstdlib>
#include <dlfcn.h>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace repro::inline v0::cuda {
namespace detail {

/// Returns the function `name` where a mapped object has it: the program's own, or `library`, which is not
/// loaded for it.
template <class Function>
[[nodiscard]] Function* mapped_function(const char* name, const char* const* libraries) {
    if (void* const found = ::dlsym(RTLD_DEFAULT, name)) return reinterpret_cast<Function*>(found);
    for (; *libraries != nullptr; ++libraries) {
        void* const opened = ::dlopen(*libraries, RTLD_NOW | RTLD_NOLOAD | RTLD_LOCAL);
        if (opened == nullptr) continue;
        void* const found = ::dlsym(opened, name);
        ::dlclose(opened); // it stays mapped by whoever mapped it
        if (found != nullptr) return reinterpret_cast<Function*>(found);
    }
    return nullptr;
}

inline constexpr const char* runtime_libraries[] = {"libcudart.so.13", "libcudart.so.12", "libcudart.so.11.0",
                                                    nullptr};
inline constexpr const char* cublas_libraries[] = {"libcublas.so.13", "libcublas.so.12", "libcublas.so.11",
                                                   nullptr};
inline constexpr const char* cudnn_libraries[] = {"libcudnn.so.9", "libcudnn.so.8", nullptr};

/// 13000 as CUDA counts: "13.0".
[[nodiscard]] inline std::string runtime_version(int number) {
    return repro::detail::decimal(static_cast<unsigned>(number / 1000)) + "." +
           repro::detail::decimal(static_cast<unsigned>(number % 1000 / 10));
}

inline void add_version(std::vector<fact>& to, const char* name, const char* function) {
    auto* const ask = mapped_function<int(int*)>(function, runtime_libraries);
    int number = 0;
    if (ask != nullptr && ask(&number) == 0 && number > 0) to.push_back({name, runtime_version(number)});
}

/// cuBLAS tells its version in three calls (libraryPropertyType: major, minor, patch).
inline void add_cublas(std::vector<fact>& to) {
    auto* const ask = mapped_function<int(int, int*)>("cublasGetProperty", cublas_libraries);
    if (ask == nullptr) return;
    std::string version;
    for (const int part : {0, 1, 2}) {
        int number = 0;
        if (ask(part, &number) != 0) return;
        version += (part == 0 ? "" : ".") + repro::detail::decimal(static_cast<unsigned>(number));
    }
    to.push_back({"cublas", version});
}

inline void add_cudnn(std::vector<fact>& to) {
    auto* const ask = mapped_function<std::size_t()>("cudnnGetVersion", cudnn_libraries);
    if (ask != nullptr) to.push_back({"cudnn", repro::detail::decimal(ask())});
}

/// The attributes of a device that change numbers, by cudaDeviceAttr.
inline void add_device(std::vector<fact>& to, int device) {
    auto* const ask = mapped_function<int(int*, int, int)>("cudaDeviceGetAttribute", runtime_libraries);
    if (ask == nullptr) return;
    const std::string name = "device" + repro::detail::decimal(static_cast<unsigned>(device)) + ".";
    const auto attribute = [&](int which) {
        int value = 0;
        return ask(&value, which, device) == 0 ? repro::detail::decimal(static_cast<unsigned>(value))
                                               : "unknown";
    };
    to.push_back({name + "compute_capability", attribute(75) + "." + attribute(76)});
    to.push_back({name + "multiprocessors", attribute(16)});
    to.push_back({name + "threads_per_multiprocessor", attribute(39)});
}

} // namespace detail

/// Facts of CUDA as a source for seed_everything and run: it has no generator, and adds to the manifest's
/// switches the versions of driver, runtime, cuBLAS and cuDNN, each device's properties, and the variables
/// that these libraries read. What is not mapped is left out.
///
/// Does not cover: generators (curand, libtorch); libraries that are loaded later: they are in the read-back
/// at the end of the run.
class streams {
public:
    [[nodiscard]] static constexpr std::string_view name() noexcept { return "cuda"; }
    void seed(repro::seed) noexcept {}
    [[nodiscard]] std::string save() const { return "cuda-1"; }
    /// Errors: errc::state_invalid.
    void restore(std::string_view text) {
        if (text != "cuda-1")
            throw error(errc::state_invalid, "cuda", "has no state, and is given one",
                        "restore a snapshot of this program");
    }
    [[nodiscard]] std::vector<stream_facts> ledger() const { return {}; }
    [[nodiscard]] std::optional<stream_mark> mark() const noexcept { return std::nullopt; } ///< no stream

    [[nodiscard]] std::vector<fact> facts() const {
        std::vector<fact> all;
        detail::add_version(all, "driver", "cudaDriverGetVersion");
        detail::add_version(all, "runtime", "cudaRuntimeGetVersion");
        detail::add_cublas(all);
        detail::add_cudnn(all);
        for (int device = 0; device < count(); ++device)
            detail::add_device(all, device);
        for (const char* const variable :
             {"CUBLAS_WORKSPACE_CONFIG", "NVIDIA_TF32_OVERRIDE", "CUDA_VISIBLE_DEVICES", "CUDA_DEVICE_ORDER"})
            if (const char* const value = std::getenv(variable)) all.push_back({variable, value});
        return all;
    }

    /// A runtime that is mapped and does not answer.
    [[nodiscard]] std::vector<missing_fact> not_seeded() const {
        auto* const ask = count_function();
        if (ask == nullptr) return {{"cuda", "no CUDA runtime is mapped"}};
        int devices = 0;
        const int status = ask(&devices);
        if (status == 0) return {};
        auto* const text =
            detail::mapped_function<const char*(int)>("cudaGetErrorString", detail::runtime_libraries);
        return {{"cuda",
                 "the CUDA runtime answers: " + std::string(text != nullptr ? text(status) : "an error")}};
    }

private:
    [[nodiscard]] static int (*count_function())(int*) {
        return detail::mapped_function<int(int*)>("cudaGetDeviceCount", detail::runtime_libraries);
    }

    [[nodiscard]] static int count() {
        auto* const ask = count_function();
        int devices = 0;
        return ask != nullptr && ask(&devices) == 0 ? devices : 0;
    }
};

} // namespace repro::inline v0::cuda
