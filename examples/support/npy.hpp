// SPDX-License-Identifier: MIT
#pragma once
// Vectors of floating-point numbers as NumPy's .npy files, format 1.0: numpy.load reads them.
// Source: NumPy Enhancement Proposal 1.

#include <repro/core/error.hpp>

#include <bit>
#include <concepts>
#include <cstddef>
#include <fstream>
#include <span>
#include <string>

namespace examples {

/// Returns the header of a .npy file that holds `count` numbers of `bytes` bytes, padded to a multiple of 64
/// bytes.
inline std::string npy_header(std::size_t count, std::size_t bytes) {
    std::string fields = "{'descr': '<f" + std::to_string(bytes) + "', 'fortran_order': False, 'shape': (" +
                         std::to_string(count) + ",), }";
    constexpr std::size_t before_fields = 10;
    fields.append(63 - (before_fields + fields.size()) % 64, ' ').append("\n");
    std::string header("\x93NUMPY\x01\x00", 8);
    header += static_cast<char>(fields.size() % 256);
    header += static_cast<char>(fields.size() / 256);
    return header + fields;
}

/// Writes `values` to `path` as a one-dimensional array of float64 or float32.
///
/// Errors: errc::unwritable.
template <std::floating_point Float>
    requires(sizeof(Float) <= 8)
void write_npy(const std::string& path, std::span<const Float> values) {
    static_assert(std::endian::native == std::endian::little);
    const std::string header = npy_header(values.size(), sizeof(Float));
    std::ofstream file(path, std::ios::binary);
    file.write(header.data(), static_cast<std::streamsize>(header.size()));
    file.write(reinterpret_cast<const char*>(values.data()),
               static_cast<std::streamsize>(values.size_bytes()));
    file.close();
    if (!file)
        throw repro::error(repro::errc::unwritable, path, "cannot be written",
                           "free space, or write elsewhere");
}

} // namespace examples
