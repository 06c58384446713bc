// SPDX-License-Identifier: MIT
#pragma once
// NVIDIA GPUs: what the kernel's driver shows below /proc, read in microseconds; where it shows nothing, what
// NVML says. NVML is found at run time alone, after its documented binary interface, and asked second because
// it attaches to the devices, which takes from ten milliseconds to seconds.

#include <repro/detail/descriptor.hpp>
#include <repro/detail/text.hpp>

#include <algorithm>
#include <dirent.h>
#include <dlfcn.h>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace repro::inline v0 {
namespace detail {

inline constexpr const char* nvml_library = "libnvidia-ml.so.1";

inline constexpr const char* nvidia_driver_folder = "/proc/driver/nvidia";

/// NVML's entry points that are used.
struct nvml_api {
    int (*init)();
    int (*shutdown)();
    const char* (*error_string)(int);
    int (*driver_version)(char*, unsigned);
    int (*device_count)(unsigned*);
    int (*device_by_index)(unsigned, void**);
    int (*device_name)(void*, char*, unsigned);
};

/// What the driver shows, or why it shows nothing.
struct gpu_facts {
    std::vector<std::string> gpus;
    std::optional<std::string> driver;
    std::string reason;
    bool failed = false; ///< something is there and reports an error: which GPUs there are is unknown
};

/// Returns the names in `folder`, sorted by bytes, without those that start with a dot; none where there is
/// no such folder.
[[nodiscard]] inline std::vector<std::string> names_in(const std::string& folder) {
    std::vector<std::string> names;
    const auto close = [](DIR* opened) { ::closedir(opened); };
    const std::unique_ptr<DIR, decltype(close)> opened(::opendir(folder.c_str()), close);
    while (opened) {
        const dirent* const entry = ::readdir(opened.get());
        if (entry == nullptr) break;
        if (entry->d_name[0] != '.') names.emplace_back(entry->d_name);
    }
    std::sort(names.begin(), names.end());
    return names;
}

/// Returns the version that the text of the driver's own file states: the first word of digits and dots.
[[nodiscard]] inline std::optional<std::string> nvidia_version(std::string_view text) {
    std::string_view line = next_token(text, '\n');
    while (!line.empty()) {
        const std::string_view word = next_token(line, ' ');
        if (word.find('.') != std::string_view::npos &&
            word.find_first_not_of("0123456789.") == std::string_view::npos)
            return std::string(word);
    }
    return std::nullopt;
}

/// Returns what the kernel's driver shows, by the addresses of the devices; no driver without its folder.
[[nodiscard]] inline gpu_facts query_kernel_driver(const std::string& folder) {
    gpu_facts facts;
    if (const auto text = read_text((folder + "/version").c_str(), 4096))
        facts.driver = nvidia_version(*text);
    if (!facts.driver) facts.reason = folder + "/version states no version";
    for (const std::string& device : names_in(folder + "/gpus")) {
        const auto text = read_text((folder + "/gpus/" + device + "/information").c_str(), 4096);
        auto model = text ? proc_value(*text, "Model") : std::nullopt;
        facts.gpus.push_back(model ? std::move(*model) : "unnamed device " + device);
    }
    return facts;
}

/// Asks an initialized library; `facts` keeps what was learnt before a failure.
[[nodiscard]] inline int list_gpus(const nvml_api& api, gpu_facts& facts) {
    char text[96] = {};
    if (const int code = api.driver_version(text, sizeof text - 1)) return code;
    facts.driver = text;
    unsigned count = 0;
    if (const int code = api.device_count(&count)) return code;
    for (unsigned index = 0; index < count; ++index) {
        void* device = nullptr;
        if (const int code = api.device_by_index(index, &device)) return code;
        if (const int code = api.device_name(device, text, sizeof text - 1)) return code;
        facts.gpus.emplace_back(text);
    }
    facts.reason = "driver " + *facts.driver + " shows no GPU";
    return 0;
}

[[nodiscard]] inline gpu_facts query_nvml(const nvml_api& api) {
    gpu_facts facts;
    const auto failed = [&](int code) {
        const char* const text = api.error_string(code);
        facts.reason = text != nullptr ? text : "NVML failed";
        facts.failed = true;
        facts.gpus.clear();
    };
    if (const int code = api.init()) {
        failed(code);
        return facts;
    }
    if (const int code = list_gpus(api, facts)) failed(code);
    api.shutdown();
    return facts;
}

[[nodiscard]] inline gpu_facts query_nvml(const char* library) {
    const auto close = [](void* opened) { ::dlclose(opened); };
    const std::unique_ptr<void, decltype(close)> opened(::dlopen(library, RTLD_NOW | RTLD_LOCAL), close);
    if (!opened) return {{}, {}, std::string(library) + " not found"};
    const char* absent = nullptr;
    const auto find = [&]<class Function>(Function*& entry, const char* name) {
        entry = reinterpret_cast<Function*>(::dlsym(opened.get(), name));
        if (entry == nullptr) absent = name;
    };
    nvml_api api{};
    find(api.init, "nvmlInit_v2");
    find(api.shutdown, "nvmlShutdown");
    find(api.error_string, "nvmlErrorString");
    find(api.driver_version, "nvmlSystemGetDriverVersion");
    find(api.device_count, "nvmlDeviceGetCount_v2");
    find(api.device_by_index, "nvmlDeviceGetHandleByIndex_v2");
    find(api.device_name, "nvmlDeviceGetName");
    if (absent != nullptr) return {{}, {}, std::string(library) + " has no " + absent, true};
    return query_nvml(api);
}

/// Returns the GPUs of this machine, or why none is known.
[[nodiscard]] inline gpu_facts query_gpus(const std::string& driver_folder, const char* library) {
    gpu_facts kernel = query_kernel_driver(driver_folder);
    if (!kernel.gpus.empty()) return kernel;
    gpu_facts facts = query_nvml(library);
    if (!facts.driver) facts.driver = std::move(kernel.driver);
    return facts;
}

} // namespace detail
} // namespace repro::inline v0
