// SPDX-License-Identifier: MIT
#pragma once
// The exact twin of CPython's random.Random: real-valued distributions and state, over python/words.hpp.
// Origin: CPython 3.13 (PSF-2.0), Lib/random.py.

#include <repro/compat/python/real_valued.hpp>
#include <repro/compat/python/rules.hpp>
#include <repro/compat/python/words.hpp>

namespace repro::inline v0::python {

/// The twin of `random.Random`; its usual name is `python::random`.
///
/// Classes of exactness: *int* and *ieee* are exact on every machine; *libm* values that need log, exp and
/// pow have the bits of glibc on a processor with FMA, everywhere; sin, cos and acos have them where the host
/// is one, and are correctly rounded elsewhere, which changes about one result of a thousand. Threads:
/// one object belongs to one thread at a time.
template <class Engine> class basic_random : public random_core<Engine> {
    friend struct repro::detail::fill_access;
    using random_core<Engine>::engine_;
    using random_core<Engine>::gauss_next_;

public:
    /// Seeds from the operating system.
    basic_random() { this->seed(); }
    /// Seeds as seed() does.
    template <class Seed> explicit basic_random(const Seed& value) { this->seed(value); }
    template <class Seed> basic_random(const Seed& value, seed_version version) {
        this->seed(value, version);
    }

    /// Chooses the rules of another Python; the state stays.
    void follow(rules which) noexcept { rules_ = which; }

    /// Returns a number in [0, 1) with 53 random bits; two words. Class ieee.
    double random() noexcept {
        const std::uint64_t high = engine_() >> 5;
        const std::uint64_t low = engine_() >> 6;
        return static_cast<double>(high << 26 | low) * 0x1p-53;
    }
    [[nodiscard]] std::vector<double> random(std::size_t count) {
        return many(count, [this] { return random(); });
    }
    void random(std::span<double> out) noexcept {
        into(out, [this] { return random(); });
    }

    /// Returns a + (b - a) random(). Class ieee.
    double uniform(double a, double b) noexcept {
        return static_cast<double>(detail::real(a) + (detail::real(b) - a) * random());
    }
    [[nodiscard]] std::vector<double> uniform(double a, double b, std::size_t count) {
        return many(count, [=, this] { return uniform(a, b); });
    }
    void uniform(double a, double b, std::span<double> out) noexcept {
        into(out, [=, this] { return uniform(a, b); });
    }

    /// Returns a number from the triangular distribution, its mode in the middle unless given. Class ieee.
    double triangular(double low = 0.0, double high = 1.0) noexcept {
        return detail::triangular(source(), low, high, nullptr).value;
    }
    double triangular(double low, double high, double mode) noexcept {
        return detail::triangular(source(), low, high, &mode).value;
    }

    /// Returns mu + sigma z, z standard normal by the polar pair of Box and Muller; the second of a pair is
    /// kept. Class libm: log is glibc's everywhere; sin and cos exact on a glibc with FMA, elsewhere
    /// correctly rounded, which changes 0.12 % of the results, by two ulp at most.
    double gauss(double mu = 0.0, double sigma = 1.0) noexcept {
        if (!gauss_next_.present) return static_cast<double>(fresh_gauss() * sigma + mu);
        gauss_next_.present = false;
        return static_cast<double>(detail::real(mu) + detail::real(gauss_next_.value) * sigma);
    }
    [[nodiscard]] std::vector<double> gauss(double mu, double sigma, std::size_t count) {
        return many(count, [=, this] { return gauss(mu, sigma); });
    }
    void gauss(double mu, double sigma, std::span<double> out) noexcept {
        into(out, [=, this] { return gauss(mu, sigma); });
    }

    /// Returns mu + sigma z, z standard normal by Kinderman and Monahan. Class accept: log only decides.
    double normalvariate(double mu = 0.0, double sigma = 1.0) noexcept {
        return static_cast<double>(detail::real(mu) + detail::normal(source()) * sigma);
    }
    [[nodiscard]] std::vector<double> normalvariate(double mu, double sigma, std::size_t count) {
        return many(count, [=, this] { return normalvariate(mu, sigma); });
    }
    void normalvariate(double mu, double sigma, std::span<double> out) noexcept {
        into(out, [=, this] { return normalvariate(mu, sigma); });
    }

    /// Returns exp(normalvariate(mu, sigma)). Class libm (exp).
    ///
    /// Errors: errc::argument_invalid where the result overflows.
    double lognormvariate(double mu, double sigma) {
        return detail::exp(normalvariate(mu, sigma), "lognormvariate()").value;
    }

    /// Returns -log(1 - random()) / lambd. Class libm (log).
    ///
    /// Errors: errc::argument_invalid for lambd = 0.
    double expovariate(double lambd = 1.0) {
        return detail::quotient(-detail::log(1.0 - random()), lambd, "expovariate()").value;
    }

    /// Returns an angle from von Mises' distribution. Class libm (exp; cos and acos exact on a
    /// glibc with FMA; elsewhere correctly rounded, which changes some 0.1 % of the results).
    ///
    /// Errors: errc::argument_invalid for kappa = NaN.
    double vonmisesvariate(double mu, double kappa) { return detail::von_mises(source(), mu, kappa).value; }

    /// Returns a number from the gamma distribution with shape alpha and scale beta. Class libm (log, exp,
    /// pow).
    ///
    /// Errors: errc::argument_invalid unless alpha > 0 and beta > 0, and for alpha from 2^1023 on.
    double gammavariate(double alpha, double beta) { return detail::gamma(source(), alpha, beta).value; }

    /// Returns a number from the beta distribution. Class libm (log, exp, pow).
    ///
    /// Errors: errc::argument_invalid unless alpha > 0 and beta > 0.
    double betavariate(double alpha, double beta) {
        const detail::real y = gammavariate(alpha, 1.0);
        if (y == 0.0) return 0.0;
        return static_cast<double>(y / (y + gammavariate(beta, 1.0)));
    }

    /// Returns a number from Pareto's distribution. Class libm (pow).
    ///
    /// Errors: errc::argument_invalid for alpha = 0, and where the result overflows.
    double paretovariate(double alpha) {
        const detail::real u = 1.0 - random();
        if (rules_ >= rules::python_3_9) {
            const detail::real inverse = detail::quotient(1.0, alpha, "paretovariate()");
            return detail::quotient(1.0, detail::power(u, inverse, "paretovariate()"), "paretovariate()")
                .value;
        }
        return detail::power(u, detail::quotient(-1.0, alpha, "paretovariate()"), "paretovariate()").value;
    }

    /// Returns a number from Weibull's distribution with scale alpha and shape beta. Class libm (log, pow).
    ///
    /// Errors: errc::argument_invalid for beta = 0, and where the result overflows.
    double weibullvariate(double alpha, double beta) {
        const detail::real x = -detail::log(1.0 - random());
        const detail::real inverse = detail::quotient(1.0, beta, "weibullvariate()");
        return static_cast<double>(alpha * detail::power(x, inverse, "weibullvariate()"));
    }

    /// Returns the number of successes in n trials (Python 3.12 and newer). Class accept (log2, log).
    ///
    /// Errors: errc::argument_invalid unless n >= 0 and 0 <= p <= 1.
    std::int64_t binomialvariate(std::int64_t n = 1, double p = 0.5) {
        return detail::binomial(source(), n, p);
    }

    /// Returns choices(range(n), k=k): k indices, each with equal chance. Class ieee.
    ///
    /// Errors: errc::argument_invalid for n = 0 with k > 0, after the first random().
    [[nodiscard]] std::vector<std::size_t> choices_indices(std::size_t n, std::size_t k) {
        if (n == 0 && k != 0) {
            (void)random();
            repro::detail::reject("choices()", "the population is empty", "pass at least one element");
        }
        const auto size = static_cast<double>(n);
        return repro::detail::draw_many<std::size_t>(k, [&] {
            return static_cast<std::size_t>(detail::libm::floor(repro::detail::mul(random(), size)));
        });
    }
    /// Returns choices(range(len(weights)), weights, k=k). Whole weights are added exactly. Class ieee.
    ///
    /// Errors: errc::argument_invalid unless the total of weights is positive and finite.
    template <class Weight>
    [[nodiscard]] std::vector<std::size_t> choices_indices(std::span<const Weight> weights, std::size_t k) {
        std::vector<cumulative<Weight>> sums;
        sums.reserve(weights.size());
        cumulative<Weight> sum = 0;
        for (const Weight weight : weights)
            sums.push_back(sum += weight);
        return choices_by_cumulative(std::span<const cumulative<Weight>>(sums), k);
    }
    /// Returns choices(range(len(cum_weights)), cum_weights=cum_weights, k=k). Class ieee.
    ///
    /// Errors: errc::argument_invalid unless the last of them is positive and finite.
    template <class Weight>
    [[nodiscard]] std::vector<std::size_t> choices_by_cumulative(std::span<const Weight> cum_weights,
                                                                 std::size_t k) {
        detail::require(!cum_weights.empty(), "choices()", "there are no weights",
                        "pass one weight an element");
        const auto total = static_cast<double>(cum_weights.back());
        detail::require(!(total <= 0.0) || rules_ == rules::python_3_8, "choices()",
                        "the total of weights is not positive", "pass a positive weight");
        detail::require(total - total == 0.0 || rules_ >= rules::python_3_9, "choices()",
                        "the total of weights is not finite", "pass finite weights");
        std::vector<std::size_t> chosen(k);
        for (std::size_t& index : chosen)
            index = detail::bisect(cum_weights, repro::detail::mul(random(), total));
        return chosen;
    }

    /// Returns the state in the form of Python's getstate().
    [[nodiscard]] state getstate() const noexcept {
        state s;
        for (std::size_t i = 0; i < Engine::state_size; ++i)
            s.internal[i] = engine_.words()[i];
        s.internal[Engine::state_size] = static_cast<std::uint32_t>(engine_.position());
        if (gauss_next_.present) s.gauss_next = gauss_next_.value;
        return s;
    }
    /// Takes over a state of Python's getstate().
    ///
    /// Errors: errc::argument_invalid for a position beyond 624; nothing has changed then.
    void setstate(const state& s) {
        detail::require(s.internal[Engine::state_size] <= Engine::state_size, "setstate()",
                        "the position is beyond 624", "pass what getstate() returned");
        std::array<std::uint32_t, Engine::state_size> words{};
        for (std::size_t i = 0; i < words.size(); ++i)
            words[i] = s.internal[i];
        engine_.set_state(words, s.internal[Engine::state_size]);
        gauss_next_ = {s.gauss_next.has_value(), s.gauss_next.value_or(0.0)};
    }

    /// Returns the complete state as one line of text.
    [[nodiscard]] std::string save() const {
        std::string line = "python.random-1";
        line.reserve(9 * (Engine::state_size + 5));
        repro::detail::append_state(line, gauss_next_.present);
        repro::detail::append_state(line, std::bit_cast<std::uint64_t>(gauss_next_.value));
        engine_.append_to(line);
        return line;
    }
    /// Puts back a state that save() returned.
    ///
    /// Errors: errc::state_invalid; nothing has changed then.
    void restore(std::string_view line) {
        repro::detail::state_reader reader(line, "python.random-1");
        const bool has_gauss = reader.number(1) != 0;
        const auto gauss = std::bit_cast<double>(reader.number());
        const Engine engine = Engine::read_from(reader);
        reader.finish();
        engine_ = engine;
        gauss_next_ = {has_gauss, gauss};
    }

    /// Whether both give the same values from here on.
    friend bool operator==(const basic_random& a, const basic_random& b) noexcept {
        return a.engine_ == b.engine_ && a.gauss_next_ == b.gauss_next_ && a.rules_ == b.rules_;
    }

private:
    template <class Weight> struct cumulative_of {
        using type = double;
    };
    template <std::integral Weight> struct cumulative_of<Weight> {
        using type = std::int64_t;
    };
    template <class Weight> using cumulative = typename cumulative_of<Weight>::type;

    /// What the formulas draw from.
    struct uniform_source {
        basic_random& self;
        double operator()() noexcept { return self.random(); }
    };
    uniform_source source() noexcept { return {*this}; }

    template <class Draw> static std::vector<double> many(std::size_t count, Draw draw) {
        return repro::detail::draw_many<double>(count, draw);
    }
    template <class Draw> static void into(std::span<double> out, Draw draw) {
        repro::detail::draw_into(out, draw);
    }

    detail::real fresh_gauss() noexcept {
        const detail::real angle = detail::real(random()) * detail::two_pi;
        const detail::real radius = detail::sqrt(detail::real(-2.0) * detail::log(1.0 - random()));
        gauss_next_ = {true, static_cast<double>(detail::real(detail::libm::sin(angle.value)) * radius)};
        return detail::real(detail::libm::cos(angle.value)) * radius;
    }

    rules rules_ = rules::python_3_13;
};

/// The twin of `random.Random`: `repro::python::random py(42);`.
using random = basic_random<mt19937>;
/// The same under a name that no method has.
using random_generator = random;

/// Returns the generator of the process, the twin of the functions of Python's module `random`. Like the
/// original it is seeded from the operating system until somebody seeds it.
///
/// Threads: one thread at a time, as with any generator.
REPRO_SHARED inline random_generator& global() {
    static random_generator instance;
    return instance;
}

} // namespace repro::inline v0::python
