// SPDX-License-Identifier: MIT
#pragma once
// Fixed inputs through the libm and the BLAS that are mapped: two machines whose kernels differ show it in a
// few microseconds. Nothing is linked or loaded, no thread is started, and no arithmetic of ours decides.

#include <repro/detail/dynamic_section.hpp>
#include <repro/detail/fp_control.hpp>
#include <repro/detail/mapped_handle.hpp>
#include <repro/detail/mapped_objects.hpp>
#include <repro/detail/text.hpp>
#include <repro/hash/xxh64.hpp>
#include <repro/launch/fingerprint_blas.hpp>
#include <repro/launch/fingerprint_questions.hpp>
#include <repro/launch/fingerprint_reduction.hpp>
#include <repro/launch/read_back_scope.hpp>

#include <array>
#include <cerrno>
#include <cfenv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <dlfcn.h>
#include <link.h>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace repro::inline v0 {

/// What fixed inputs gave in one part of the process.
struct fingerprint_part {
    std::string name;                  ///< "libm/double", "libm/float", "libm/roots", "blas" or "reduction"
    std::optional<std::string> digest; ///< 16 hexadecimal digits: XXH64 of the results
    std::string through;               ///< the objects that computed them, joined by ", "
    std::string reason;                ///< why there is no digest

    friend bool operator==(const fingerprint_part&, const fingerprint_part&) = default;
};

namespace detail {

[[nodiscard]] inline std::string short_digest(std::span<const std::byte> bytes) {
    const std::uint64_t hash = xxh64(bytes);
    std::array<std::uint8_t, 8> big_endian{};
    for (std::size_t i = 0; i < big_endian.size(); ++i)
        big_endian[i] = static_cast<std::uint8_t>(hash >> (56 - 8 * i));
    return to_hex(big_endian);
}

/// For its lifetime, the thread computes as a process starts: to nearest, without traps. Flags and errno are
/// put back.
class plain_arithmetic {
public:
    plain_arithmetic() noexcept { std::fegetexceptflag(&flags_, FE_ALL_EXCEPT); }
    ~plain_arithmetic() {
        std::fesetexceptflag(&flags_, FE_ALL_EXCEPT);
        errno = error_;
    }
    plain_arithmetic(const plain_arithmetic&) = delete;
    plain_arithmetic& operator=(const plain_arithmetic&) = delete;

private:
    int error_ = errno;
    std::fexcept_t flags_{};
    fp_control_scope control_{default_fp_control()};
};

/// Gathers the results of functions, and who computed them.
class result_collector {
public:
    /// Returns the function that the program itself would call.
    template <class Function> [[nodiscard]] Function* find(const char* name) {
        void* const found = ::dlsym(RTLD_DEFAULT, name);
        if (found != nullptr) note_object(reinterpret_cast<std::uintptr_t>(found));
        return reinterpret_cast<Function*>(found);
    }

    template <class Real> void add(Real result) {
        std::array<std::byte, sizeof result> raw;
        std::memcpy(raw.data(), &result, sizeof result);
        bytes_.insert(bytes_.end(), raw.begin(), raw.end());
    }

    template <class Real, std::size_t Count> void ask(const char* name, const Real (&arguments)[Count]) {
        if (auto* const function = find<Real(Real)>(name))
            for (const Real each : arguments)
                add(function(each));
    }

    [[nodiscard]] fingerprint_part part(const char* name) const {
        fingerprint_part made{name, std::nullopt, through_, {}};
        if (bytes_.empty())
            made.reason = "no libm is mapped whose functions can be looked up";
        else
            made.digest = short_digest(bytes_);
        return made;
    }

private:
    /// dladdr walks through all symbols of the object; most functions come from the one that came before.
    void note_object(std::uintptr_t address) {
        if (address - last_start_ < last_size_) return;
        Dl_info where{};
        if (::dladdr(reinterpret_cast<void*>(address), &where) == 0) return;
        remember_extent(where.dli_fbase);
        if (through_.find(where.dli_fname) != std::string::npos) return;
        through_ += (through_.empty() ? "" : ", ") + std::string(where.dli_fname);
    }

    void remember_extent(void* base) {
        visit_objects([&](const dl_phdr_info& object) {
            if (reinterpret_cast<void*>(object.dlpi_addr) != base) return;
            last_start_ = object.dlpi_addr;
            for (const ElfW(Phdr) & part : std::span(object.dlpi_phdr, object.dlpi_phnum))
                if (part.p_type == PT_LOAD) last_size_ = part.p_vaddr + part.p_memsz;
        });
    }

    std::vector<std::byte> bytes_;
    std::string through_;
    std::uintptr_t last_start_ = 0;
    std::size_t last_size_ = 0;
};

[[nodiscard]] inline fingerprint_part libm_in_double() {
    result_collector results;
    for (const libm_question& each : double_questions)
        results.ask(each.name, each.arguments);
    for (const libm_pair_question& each : double_pair_questions)
        if (auto* const function = results.find<double(double, double)>(each.name))
            for (std::size_t i = 0; i < arguments_each; ++i)
                results.add(function(each.first[i], each.second[i]));
    return results.part("libm/double");
}

[[nodiscard]] inline fingerprint_part libm_in_float() {
    result_collector results;
    for (const char* const name : float_names)
        results.ask(name, float_arguments);
    for (const libm_float_question& each : float_questions)
        results.ask(each.name, each.arguments);
    return results.part("libm/float");
}

[[nodiscard]] inline fingerprint_part libm_roots() {
    result_collector results;
    for (const char* const name : double_root_names)
        results.ask(name, root_arguments);
    for (const char* const name : float_root_names)
        results.ask(name, float_arguments);
    return results.part("libm/roots");
}

/// Adds a part for each mapped BLAS; those that a question would settle are left for the end of a run.
inline void add_blas(const std::string& path, const mapped_handle& object, read_back_scope scope,
                     std::vector<fingerprint_part>& parts) {
    const blas_functions functions = find_blas(object);
    if (!functions) return;
    fingerprint_part part{"blas", std::nullopt, path.empty() ? "the program" : path, {}};
    if (scope == read_back_scope::settled && !is_settled_at_load(path, object))
        part.reason = "its first call settles its switches, so it is asked at the end";
    else if (may_blis_abort(object))
        part.reason = "BLIS_ARCH_TYPE is set, and BLIS ends the process where it is wrong";
    else if (is_uncalled_mkl(path))
        part.reason = "the program did not call it, and its first call loads the rest of it";
    else {
        const one_mkl_thread single(path, object);
        part.digest = short_digest(blas_products(functions));
    }
    parts.push_back(std::move(part));
}

/// Adds a part for each mapped OpenMP runtime: a sum cut into as many pieces as it has threads.
inline void add_reduction(const std::string& path, const mapped_handle& object, read_back_scope scope,
                          std::vector<fingerprint_part>& parts) {
    if (!is_openmp(object)) return;
    fingerprint_part part{"reduction", std::nullopt, path.empty() ? "the program" : path, {}};
    if (scope == read_back_scope::settled && is_libomp(object))
        part.reason = "its first call settles its switches, so it is asked at the end";
    else if (is_libomp(object) && has_rival_libomp())
        part.reason =
            "two runtimes of libomp's kind are mapped, and the second to be called ends the process";
    else {
        const reduction_sums sums = sums_in_pieces(team_size(object));
        part.digest = short_digest(std::as_bytes(std::span(&sums, 1)));
    }
    parts.push_back(std::move(part));
}

} // namespace detail

/// Returns what fixed inputs give in this process, part by part: libm always, each mapped BLAS, and a sum cut
/// by the thread count of each mapped OpenMP runtime. Equal libraries on equal processors give equal digests,
/// whatever compiled the program.
///
/// Threads: one at a time with whoever changes those libraries' switches.
[[nodiscard]] inline std::vector<fingerprint_part>
fingerprint(read_back_scope scope = read_back_scope::everything) {
    const detail::plain_arithmetic plain;
    std::vector<fingerprint_part> parts{detail::libm_in_double(), detail::libm_in_float(),
                                        detail::libm_roots()};
    std::vector<detail::hashed_name> names = detail::blas_names();
    names.emplace_back("GOMP_parallel");
    for (const std::string& path : detail::objects_that_define(names)) {
        const detail::mapped_handle object(path);
        detail::add_blas(path, object, scope, parts);
        detail::add_reduction(path, object, scope, parts);
    }
    return parts;
}

} // namespace repro::inline v0
