// SPDX-License-Identifier: MIT
#pragma once
// What of a GPU decides PyTorch's random numbers on it: how many threads a grid may have. Origin of the
// layout: PyTorch 2.11 (BSD-3-Clause), aten/src/ATen/native/cuda/DistributionTemplates.h; of the figures:
// NVIDIA's data sheets and the compute capability table of the CUDA programming guide.

#include <repro/compat/argument.hpp>

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace repro::inline v0::pytorch {

/// How a layout is known.
enum class layout_origin : unsigned char {
    compared, ///< with that GPU's own numbers
    derived   ///< from its properties
};

/// The properties of a GPU, as `torch.cuda.get_device_properties` tells them.
struct cuda_device {
    std::string_view name = "a GPU";
    int multi_processor_count = 0;
    int max_threads_per_multi_processor = 0;
    int major = 0;
    int minor = 0;

    static constexpr std::uint64_t block = 256; ///< threads of a block

    /// Returns how many threads draw the numbers of a call that fills `n` elements. Up to as many elements as
    /// the GPU has threads, the numbers are the same on every GPU.
    ///
    /// Precondition: n > 0, and valid().
    [[nodiscard]] constexpr std::uint64_t threads(std::uint64_t n) const noexcept {
        const auto most = static_cast<std::uint64_t>(multi_processor_count) *
                          (static_cast<std::uint64_t>(max_threads_per_multi_processor) / block);
        return block * std::min((n - 1) / block + 1, most);
    }

    /// Returns whether the properties are those of a GPU.
    [[nodiscard]] constexpr bool valid() const noexcept {
        return multi_processor_count > 0 && multi_processor_count <= 65536 &&
               max_threads_per_multi_processor >= static_cast<int>(block) &&
               max_threads_per_multi_processor <= 65536;
    }

    /// Returns whether numbers in this layout were compared with a GPU's: an H100 of 132 multiprocessors.
    [[nodiscard]] constexpr layout_origin origin() const noexcept {
        const bool h100 = multi_processor_count == 132 && max_threads_per_multi_processor == 2048;
        return h100 && major == 9 && minor == 0 ? layout_origin::compared : layout_origin::derived;
    }

    friend constexpr bool operator==(const cuda_device& a, const cuda_device& b) noexcept {
        return a.multi_processor_count == b.multi_processor_count &&
               a.max_threads_per_multi_processor == b.max_threads_per_multi_processor && a.major == b.major &&
               a.minor == b.minor;
    }
};

/// GPUs by name.
namespace devices {
inline constexpr cuda_device h100 = {"H100 SXM", 132, 2048, 9, 0};
inline constexpr cuda_device h100_pcie = {"H100 PCIe", 114, 2048, 9, 0};
inline constexpr cuda_device h200 = {"H200", 132, 2048, 9, 0};
inline constexpr cuda_device a100 = {"A100", 108, 2048, 8, 0};
inline constexpr cuda_device v100 = {"V100", 80, 2048, 7, 0};
inline constexpr cuda_device t4 = {"T4", 40, 1024, 7, 5};
inline constexpr cuda_device l4 = {"L4", 58, 1536, 8, 9};
inline constexpr cuda_device l40s = {"L40S", 142, 1536, 8, 9};
inline constexpr cuda_device rtx_3090 = {"GeForce RTX 3090", 82, 1536, 8, 6};
inline constexpr cuda_device rtx_4090 = {"GeForce RTX 4090", 128, 1536, 8, 9};
} // namespace devices

} // namespace repro::inline v0::pytorch
