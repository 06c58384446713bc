// SPDX-License-Identifier: MIT
#pragma once
// What makes standard normals multivariate, as RandomState and Generator do it. Origin: NumPy 2.2
// (BSD-3-Clause), numpy/random/mtrand.pyx and numpy/random/_generator.pyx.

#include <repro/compat/numpy/continuous.hpp>
#include <repro/compat/numpy/linalg_eigh.hpp>
#include <repro/compat/numpy/linalg_svd.hpp>

#include <cstdio>

namespace repro::inline v0::numpy {

/// How Generator.multivariate_normal takes the covariance apart.
enum class factorization : unsigned char { svd, eigh, cholesky };

/// What multivariate_normal does about a covariance that is not symmetric positive semidefinite: it warns on
/// standard error, throws errc::argument_invalid, or takes it as it is.
enum class check_valid : unsigned char { warn, raise, ignore };

namespace detail {

/// Turns rows of standard normals into rows of a multivariate normal: factor * normals + mean.
class multivariate_rows {
public:
    multivariate_rows(std::span<const double> mean, std::span<const double> cov, check_valid check,
                      double tol)
        : mean_(mean), cov_(mean.size()), factor_(mean.size()), check_(check), tol_(tol) {
        require(!mean.empty(), call, "mean is empty", "pass at least one mean");
        require(cov.size() % mean.size() == 0 && cov.size() / mean.size() == mean.size(), call,
                "cov is not square with the length of mean", "pass n * n numbers for n means");
        for (std::size_t i = 0; i < cov.size(); ++i) {
            require(cov[i] - cov[i] == 0.0, call, "cov is not finite", "pass finite numbers");
            cov_.elements()[i] = cov[i];
        }
    }

    /// By the left singular vectors, as Generator has it, or by the right ones, as RandomState has it.
    void by_svd(bool left) {
        const linalg::singular_values d = linalg::svd(cov_, call);
        for (std::size_t i = 0; i < size(); ++i)
            for (std::size_t k = 0; k < size(); ++k)
                factor_(i, k) = (left ? d.u(i, k) : d.vt(k, i)) * linalg::root(d.s[k]);
        if (check_ != check_valid::ignore) judge(is_restored(d));
    }
    void by_eigh() {
        const linalg::eigenvalues d = linalg::eigh(cov_, call);
        bool valid = true;
        for (std::size_t k = 0; k < size(); ++k) {
            valid = valid && !(d.w[k] < -tol_);
            for (std::size_t i = 0; i < size(); ++i)
                factor_(i, k) = d.v(i, k) * linalg::root(linalg::absolute(d.w[k]));
        }
        if (check_ != check_valid::ignore) judge(valid);
    }
    void by_cholesky() { factor_ = linalg::cholesky(cov_, call); }

    void require_whole_rows(std::size_t n) const {
        require(n % size() == 0, call, "the result does not hold whole rows",
                "pass a span of rows, each as long as mean");
    }

    void transform(std::span<double> out) const {
        std::vector<double> normals(size());
        for (; !out.empty(); out = out.subspan(size())) {
            for (std::size_t k = 0; k < size(); ++k)
                normals[k] = out[k];
            for (std::size_t i = 0; i < size(); ++i) {
                double sum = 0.0;
                for (std::size_t k = 0; k < size(); ++k)
                    sum = libm::fma(normals[k], factor_(i, k).value, sum);
                out[i] = mean_[i] + sum;
            }
        }
    }

private:
    static constexpr const char* call = "multivariate_normal()";

    [[nodiscard]] std::size_t size() const noexcept { return mean_.size(); }

    /// Whether V diag(s) V' is the covariance, as numpy.allclose has it.
    [[nodiscard]] bool is_restored(const linalg::singular_values& d) const noexcept {
        for (std::size_t i = 0; i < size(); ++i)
            for (std::size_t j = 0; j < size(); ++j) {
                real sum = 0.0;
                for (std::size_t k = 0; k < size(); ++k)
                    sum += d.vt(k, i) * d.s[k] * d.vt(k, j);
                const real bound = real(tol_) + real(tol_) * linalg::absolute(cov_(i, j));
                if (!(linalg::absolute(sum - cov_(i, j)) <= bound)) return false;
            }
        return true;
    }

    void judge(bool valid) const {
        constexpr const char* problem = "the covariance is not symmetric positive semidefinite";
        require(valid || check_ == check_valid::warn, call, problem,
                "pass a covariance, or check_valid::ignore");
        if (!valid) std::fprintf(stderr, "repro: %s: %s\n", call, problem);
    }

    std::span<const double> mean_;
    linalg::matrix cov_, factor_;
    check_valid check_;
    double tol_;
};

} // namespace detail
} // namespace repro::inline v0::numpy
