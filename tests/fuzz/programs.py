# SPDX-License-Identifier: MIT
"""Random programs of mixed calls: for every method its regimes of arguments, seeds, and programs made of them.

A regime is a function from dice to the arguments of one call in the encoding of known answers. Two kinds of arguments
are left out: those for which the original never returns (NaN as a shape, RandomState.zipf from 1025 on,
RandomState.vonmises for a kappa beyond 1e16), and wrong ones with an empty size, where the originals check some and the
twins, which then draw nothing, check others.
"""
import functools
import math
import random

INF, NAN = math.inf, math.nan


def encode(value):
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, float):
        return value.hex()
    if isinstance(value, int):
        return value if abs(value) <= 2**53 else str(value)
    if isinstance(value, (list, tuple)):
        return [encode(each) for each in value]
    if isinstance(value, dict):
        return {name: encode(each) for name, each in value.items()}
    return value


class Dice:
    """Random choices that are the same under every version of Python."""

    def __init__(self, seed):
        self._random = random.Random(seed)

    def unit(self):
        return self._random.random()

    def bits(self, k):
        return self._random.getrandbits(k) if k else 0

    def below(self, n):
        return int(self.unit() * n)

    def chance(self, p):
        return self.unit() < p

    def pick(self, *choices):
        return choices[self.below(len(choices))]

    def whole(self, low, high):
        return low + self.below(high - low + 1)

    def real(self, low, high):
        value = low + (high - low) * self.unit()
        rounded = round(value, self.below(4))
        return float(rounded) if self.chance(0.5) and low < rounded < high else value

    def log(self, low, high):
        """Evenly distributed exponents of two."""
        while True:
            value = math.ldexp(1 + self.unit(), self.whole(math.frexp(low)[1] - 1, math.frexp(high)[1] - 1))
            if low <= value <= high:
                return value

    def probabilities(self, n):
        parts = [0.0 if n > 1 and self.chance(0.15) else 0.01 + self.unit() for _ in range(n)]
        total = math.fsum(parts)
        return [part / total for part in parts] if total else [1.0] + parts[1:]

    def edge(self, bits, signed=False):
        """An integer at, or next to, a power of two."""
        value = max(0, (1 << self.below(bits + 1)) + self.whole(-2, 2))
        return -value if signed and self.chance(0.5) else value


# Regimes that many methods share.

def positive(d):
    return d.log(0.01, 100.0)


def loc_scale(loc, scale):
    return {
        "ordinary": lambda d: {loc: d.real(-10, 10), scale: positive(d)},
        "extreme": lambda d: {loc: d.pick(0.0, -0.0, 1e-300, -1e308, 1e308),
                              scale: d.pick(0.0, 5e-324, 1e-300, 1e300, 1e308)},
        "infinite": lambda d: {loc: d.pick(INF, -INF, NAN, 1.0), scale: d.pick(INF, NAN, 1.0)},
        "rejected": lambda d: {loc: d.real(-10, 10), scale: d.pick(-1.0, -0.0, -1e-300, -INF)},
    }


def only_scale(name):
    return {
        "ordinary": lambda d: {name: positive(d)},
        "extreme": lambda d: {name: d.pick(0.0, 5e-324, 1e-300, 1e300, 1e308)},
        "infinite": lambda d: {name: d.pick(INF, NAN)},
        "rejected": lambda d: {name: d.pick(-1.0, -0.0, -1e-300, -INF)},
    }


def shapes(*names, zero=False):
    """Shape parameters of gamma kind; NaN never returns."""
    return {
        "below one": lambda d: {name: d.log(0.01, 0.99) for name in names},
        "one": lambda d: {name: 1.0 for name in names},
        "above one": lambda d: {name: d.real(1, 20) for name in names},
        "mixed": lambda d: {name: d.log(0.05, 1000.0) for name in names},
        "tiny": lambda d: {name: d.log(1e-5, 1e-2) for name in names},
        "huge": lambda d: {name: d.log(1e3, 1e15) for name in names},
        "infinite": lambda d: {name: d.pick(INF, 1.5) for name in names},
        **({"zero": lambda d: {name: 0.0 for name in names}} if zero else {}),
        "rejected": lambda d: dict({name: 1.5 for name in names},
                                   **{d.pick(*names): d.pick(-1.0, -1e-300, -0.0 if zero else 0.0)}),
    }


def chances(low_open, high_open):
    outside = [-0.1, 1.1, NAN, -INF, 2.0] + ([0.0] if low_open else []) + ([1.0] if high_open else [])
    return {
        "small": lambda d: {"p": d.log(1e-4, 0.33)},
        "tiny": lambda d: {"p": d.log(1e-12, 1e-6)},
        "large": lambda d: {"p": d.real(0.34, 0.999)},
        "vanishing": lambda d: {"p": d.log(1e-300, 1e-13)},
        "edge": lambda d: {"p": d.pick(1 / 3, 0.5, 1 - 2**-53, 1e-9 if low_open else 0.0, 0.999 if high_open else 1.0)},
        "rejected": lambda d: {"p": d.pick(*outside)},
    }


def joined(d, first, second):
    return dict(first(d), **second(d))


BINOMIAL = {
    "n p <= 30": lambda d: {"n": d.whole(0, 50), "p": d.real(0, 0.5)},
    "n p > 30": lambda d: {"n": d.whole(100, 100000), "p": d.real(0.31, 0.5)},
    "p > 0.5": lambda d: {"n": d.whole(0, 5000), "p": d.real(0.5, 1)},
    "edge": lambda d: {"n": d.pick(0, 1, 60, 61, 100), "p": d.pick(0.0, 0.5, 1.0, 1e-9, 1 - 2**-53)},
    "huge n": lambda d: {"n": d.pick(10**9, 2**31, 10**12, 10**15, 2**62), "p": d.pick(1e-9, 1e-8, 0.3, 0.5, 0.9)},
    "broadcast": lambda d: {"n": [d.whole(0, 500) for _ in range(3)], "p": [d.real(0, 1) for _ in range(3)]},
    "rejected": lambda d: d.pick({"n": -1, "p": 0.5}, {"n": 5, "p": -0.1}, {"n": 5, "p": 1.5}, {"n": 5, "p": NAN}),
}

POISSON = {
    "lam < 10": lambda d: {"lam": d.real(0.001, 10)},
    "lam >= 10": lambda d: {"lam": d.log(10.0, 1e4)},
    "huge": lambda d: {"lam": d.log(1e4, 9e18)},
    "edge": lambda d: {"lam": d.pick(0.0, 10.0, 1e-300, math.nextafter(10, 0) if hasattr(math, "nextafter") else 9.99)},
    "broadcast": lambda d: {"lam": [d.real(0, 30) for _ in range(d.whole(1, 4))]},
    "rejected": lambda d: {"lam": d.pick(-1.0, NAN, INF, 1e19, -1e-300)},
}

NEGATIVE_BINOMIAL = {
    "ordinary": lambda d: {"n": d.real(0.1, 30), "p": d.real(0.05, 1)},
    "whole n": lambda d: {"n": d.whole(1, 50), "p": d.real(0.05, 1)},
    "small p": lambda d: {"n": d.real(0.1, 30), "p": d.log(1e-7, 1e-2)},
    "edge": lambda d: {"n": d.pick(1.0, 0.001, 1e6), "p": d.pick(1.0, 1 - 2**-53, 1e-5)},
    "rejected": lambda d: d.pick({"n": 0.0, "p": 0.5}, {"n": -1.0, "p": 0.5}, {"n": 2.0, "p": 1.1}, {"n": 2.0, "p": -0.1},
                                 {"n": 2.0, "p": NAN}),
}


def hypergeometric(legacy):
    smallest = 1 if legacy else 0
    return {
        "few": lambda d: {"ngood": d.whole(0, 30), "nbad": d.whole(10, 30), "nsample": d.whole(smallest, 10)},
        "many": lambda d: {"ngood": d.whole(20, 2000), "nbad": d.whole(20, 2000), "nsample": d.whole(11, 40)},
        "most": lambda d: (lambda good, bad: {"ngood": good, "nbad": bad, "nsample": good + bad - d.below(12)})(
            d.whole(10, 300), d.whole(10, 300)),
        "huge": lambda d: {"ngood": d.whole(10**5, 10**9 - 1), "nbad": d.whole(10**5, 10**9 - 1),
                           "nsample": d.whole(1, 10**5)},
        "none good": lambda d: {"ngood": 0, "nbad": d.whole(1, 50), "nsample": 1},
        "rejected": lambda d: d.pick({"ngood": -1, "nbad": 5, "nsample": 2}, {"ngood": 5, "nbad": -1, "nsample": 2},
                                     {"ngood": 5, "nbad": 5, "nsample": 11}, {"ngood": 5, "nbad": 5, "nsample": smallest - 1},
                                     *([] if legacy else [{"ngood": 10**9, "nbad": 5, "nsample": 1}])),
        **({"beyond 10^9": lambda d: {"ngood": d.whole(10**9, 10**13), "nbad": d.whole(10**9, 10**13),
                                      "nsample": d.pick(1, 9, d.whole(11, 10**6))}} if legacy else {}),
    }


ZIPF = {
    "ordinary": lambda d: {"a": d.real(1.05, 10)},
    "near one": lambda d: {"a": 1 + d.log(0.02, 0.1)},
    "large": lambda d: {"a": d.log(10.0, 1000.0)},
    "rejected": lambda d: {"a": d.pick(1.0, 0.5, -1.0, NAN, -INF)},
}

TRIANGULAR = {
    "ordinary": lambda d: (lambda a, b, c: {"left": a, "mode": a + b, "right": a + b + c})(
        d.real(-10, 10), positive(d), positive(d)),
    "edge": lambda d: d.pick({"left": 0.0, "mode": 0.0, "right": 1.0}, {"left": 0.0, "mode": 1.0, "right": 1.0},
                             {"left": -1e300, "mode": 0.0, "right": 1e300}, {"left": 0.0, "mode": 0.0, "right": 5e-324},
                             {"left": -INF, "mode": 0.0, "right": 1.0}, {"left": 0.0, "mode": NAN, "right": 1.0}),
    "rejected": lambda d: d.pick({"left": 1.0, "mode": 0.0, "right": 2.0}, {"left": 0.0, "mode": 3.0, "right": 2.0},
                                 {"left": 1.0, "mode": 1.0, "right": 1.0}),
}


def multinomial(many):
    def ordinary(d):
        return {"n": d.pick(0, 1, 10, 100, 1000), "pvals": d.probabilities(d.whole(1, 6))}

    regimes = {
        "ordinary": ordinary,
        "short of one": lambda d: {"n": d.below(100), "pvals": [each * d.unit() for each in d.probabilities(d.whole(1, 5))]},
        "large n": lambda d: {"n": d.whole(10**4, 10**9), "pvals": d.probabilities(d.whole(2, 5))},
        "rejected": lambda d: d.pick({"n": -1, "pvals": [0.5, 0.5]}, {"n": 5, "pvals": [0.8, 0.8, 0.1]},
                                     {"n": 5, "pvals": [-0.5, 1.5]}, {"n": 5, "pvals": [NAN, 0.5]}),
    }
    if many:
        regimes["broadcast"] = lambda d: {"n": [d.whole(0, 100) for _ in range(d.whole(1, 4))],
                                          "pvals": d.probabilities(d.whole(1, 5))}
    return regimes


DIRICHLET = {
    "ordinary": lambda d: {"alpha": [d.log(0.1, 50.0) for _ in range(d.whole(1, 6))]},
    "small": lambda d: {"alpha": [d.log(1e-4, 0.099) for _ in range(d.whole(1, 6))]},
    "mixed": lambda d: {"alpha": [d.log(1e-3, 1e3) for _ in range(d.whole(2, 5))]},
    "zeros": lambda d: {"alpha": [d.pick(0.0, d.log(0.01, 0.09), d.real(0.1, 5)) for _ in range(d.whole(2, 5))] + [0.05]},
    "rejected": lambda d: {"alpha": d.pick([1.0, -1.0], [-0.5], [0.05, -0.01])},
}


def integer_bounds(d, dtype, endpoint):
    """Bounds within a dtype, at the edges where its algorithms change."""
    if dtype == "bool":
        low, high = d.pick((0, 1), (0, 0), (1, 1))
        return low, high + (not endpoint)
    bits, signed = int(dtype.lstrip("uint")), dtype[0] == "i"
    least, most = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)
    while True:
        width = d.pick(d.below(100), d.edge(bits) - 1, most - least, (1 << bits // 2) - 1)
        low = d.pick(least, 0, d.whole(max(least, -20), 20), most - width)
        if least <= low and 0 <= width and low + width <= most:
            return low, low + width + (not endpoint)


def integers(with_endpoint):
    dtypes = ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "bool"]

    def options(d, dtype):
        endpoint = with_endpoint and d.chance(0.3)
        return endpoint, dict({"dtype": dtype}, **({"endpoint": True} if endpoint else {}))

    def of_dtype(dtype, d):
        endpoint, rest = options(d, dtype)
        low, high = integer_bounds(d, dtype, endpoint)
        return dict({"low": low, "high": high}, **rest)

    def broadcast(d):
        endpoint, rest = options(d, d.pick(*dtypes[:-1]))
        pairs = [integer_bounds(d, rest["dtype"], endpoint) for _ in range(d.whole(1, 5))]
        if any(high >= 1 << 63 for _, high in pairs):
            return broadcast(d)  # NumPy makes floats of lists that mix such numbers with negative ones
        if d.chance(0.5):
            return dict({"low": [low for low, _ in pairs], "high": [high for _, high in pairs]}, **rest)
        low = min(low for low, _ in pairs)
        return dict({"low": low, "high": [high for _, high in pairs]}, **rest)

    def rejected(d):
        dtype = d.pick(*dtypes[:-1])
        bits, signed = int(dtype.lstrip("uint")), dtype[0] == "i"
        return dict(d.pick({"low": 5, "high": 5}, {"low": 5, "high": 4}, {"low": 0, "high": (1 << bits - signed) + 1},
                           {"low": -(1 << bits - 1) - 1 if signed else -1, "high": 5}), dtype=dtype)

    regimes = {dtype: functools.partial(of_dtype, dtype) for dtype in dtypes}
    regimes["plain"] = lambda d: dict(zip(("low", "high"), integer_bounds(d, "int64", False)))
    return dict(regimes, broadcast=broadcast, rejected=rejected)


def choice(generator):
    def replaced(d):
        return {"a": d.pick(1, d.whole(2, 100), d.edge(40) + 3)}

    def once(d):
        a = d.pick(1, d.whole(1, 60), d.whole(1, 60), d.whole(10001, 12000))
        return {"a": a, "size": d.pick(0, 1, d.below(a + 1), min(a, 30), a), "replace": False}

    def weighted_once(d):
        p = d.probabilities(d.whole(1, 12))
        return {"a": len(p), "size": d.below(sum(each > 0 for each in p) + 1), "replace": False, "p": p}

    regimes = {
        "replace": replaced,
        "no replace": once,
        "p": lambda d: (lambda p: {"a": len(p), "p": p})(d.probabilities(d.pick(d.whole(1, 20), d.whole(100, 300)))),
        "no replace, p": weighted_once,
        "array": lambda d: {"a": [d.whole(-99, 99) for _ in range(d.whole(1, 6))]},
        "array, p": lambda d: (lambda p: {"a": [d.whole(-99, 99) for _ in p], "p": p})(d.probabilities(d.whole(1, 6))),
        "rejected": lambda d: d.pick({"a": 0}, {"a": 3, "size": 4, "replace": False}, {"a": 2, "p": [0.5, 0.6]}, {"a": -1},
                                     {"a": 2, "p": [-0.5, 1.5]}, {"a": 2, "p": [NAN, 1.0]},
                                     {"a": 3, "size": 3, "replace": False, "p": [0.5, 0.5, 0.0]}),
    }
    if generator:
        regimes["no shuffle"] = lambda d: dict(once(d), shuffle=False)
        regimes["axis"] = lambda d: (lambda shape, axis: {"a": {"shape": shape}, "size": d.below(6), "axis": axis})(
            [d.whole(1, 6), d.whole(1, 6)], d.below(2))
    return regimes


def lengths(name, largest=1300):
    edges = (0, 1, 2, 3, 4, 5, 623, 624, 625)
    return {"any": lambda d: {name: d.pick(*edges, d.below(40), d.below(largest))}}


def matrix(d):
    return [d.pick(1, d.whole(2, 8)), d.pick(1, d.whole(2, 8))] if d.chance(0.95) else [0, 3]


SHUFFLED = {
    "any": lambda d: {"n": d.pick(0, 1, 2, d.below(40), d.below(700))},
    "dtype": lambda d: {"n": d.below(100), "dtype": d.pick("int8", "uint8", "int16", "int32", "uint64", "float32", "float64")},
}

VONMISES = {
    "ordinary": lambda d: {"mu": d.real(-3, 3), "kappa": d.real(0.01, 20)},
    "tiny kappa": lambda d: {"mu": d.real(-3, 3), "kappa": d.pick(0.0, 1e-9, 1e-8, d.log(1e-12, 1e-4))},
    "large kappa": lambda d: {"mu": d.real(-3, 3), "kappa": d.pick(1e6, d.log(20.0, 1e9))},
    "mu far": lambda d: {"mu": d.pick(1e3, -1e300, 7.0, -0.0, NAN, INF), "kappa": d.pick(NAN, d.real(0.1, 5), d.real(0.1, 5))},
    "rejected": lambda d: {"mu": 0.0, "kappa": d.pick(-1.0, -0.0, -INF)},
}


def uniform(generator):
    wrong = [{"low": 0.0, "high": INF}, {"low": -1e308, "high": 1e308}, {"low": NAN, "high": 1.0}, {"low": -INF, "high": 0.0}]
    falling = {"low": 1.0, "high": -3.5}
    return {
        "ordinary": lambda d: (lambda low: {"low": low, "high": low + positive(d)})(d.real(-100, 100)),
        "extreme": lambda d: {"low": d.pick(0.0, -0.0, -1e300, 5e-324), "high": d.pick(5e-324, 1e-300, 1.0, 1e300)},
        "broadcast": lambda d: {"low": [d.real(-9, 0) for _ in range(3)], "high": [d.real(0, 9) for _ in range(3)]},
        **({} if generator else {"falling": lambda d: falling}),
        "rejected": lambda d: d.pick(*wrong, *([falling] if generator else [])),
    }


NORMAL = dict(loc_scale("loc", "scale"),
              broadcast=lambda d: {"loc": [d.real(-9, 9) for _ in range(2)], "scale": [positive(d) for _ in range(2)]})

POWERS = {
    "ordinary": lambda d: {"a": positive(d)},
    "extreme": lambda d: {"a": d.pick(1e-300, 1e-3, 1e300, 5e-324, INF, NAN)},
    "rejected": lambda d: {"a": d.pick(0.0, -0.0, -1.0, -INF)},
}

NOTHING = {"any": lambda d: {}}
NONC = {
    "ordinary": lambda d: {"nonc": d.log(0.01, 100.0)},
    "extreme": lambda d: {"nonc": d.pick(0.0, 1e-300, 1e6, 1e18, INF, NAN)},
    "rejected": lambda d: {"nonc": d.pick(-1.0, -0.0)},
}


def crossed(first, second):
    """Each regime of `first`, and the extreme and rejected ones of `second`, the other at its ordinary."""
    ordinary = second["ordinary"]
    one = first["mixed"]
    result = {name: functools.partial(joined, first=regime, second=ordinary) for name, regime in first.items()}
    result["second extreme"] = functools.partial(joined, first=one, second=second["extreme"])
    result["rejected"] = lambda d: joined(d, *d.pick((first["rejected"], ordinary), (one, second["rejected"])))
    return result


SHARED = {
    "uniform": uniform(False), "standard_normal": NOTHING, "normal": NORMAL, "standard_exponential": NOTHING,
    "exponential": only_scale("scale"), "standard_gamma": shapes("shape", zero=True),
    "gamma": crossed(shapes("shape", zero=True),
                     {"ordinary": lambda d: {"scale": positive(d)}, "extreme": lambda d: {"scale": d.pick(0.0, 1e300, INF, NAN)},
                      "rejected": lambda d: {"scale": d.pick(-1.0, -0.0)}}),
    "beta": shapes("a", "b"), "chisquare": shapes("df"), "noncentral_chisquare": crossed(shapes("df"), NONC),
    "f": shapes("dfnum", "dfden"), "noncentral_f": crossed(shapes("dfnum", "dfden"), NONC), "standard_cauchy": NOTHING,
    "standard_t": shapes("df"), "pareto": POWERS, "power": POWERS,
    "weibull": dict(POWERS, rejected=lambda d: {"a": d.pick(-0.0, -1.0)}, zero=lambda d: {"a": 0.0}),
    "laplace": loc_scale("loc", "scale"), "gumbel": loc_scale("loc", "scale"), "logistic": loc_scale("loc", "scale"),
    "lognormal": loc_scale("mean", "sigma"), "rayleigh": only_scale("scale"),
    "wald": {"ordinary": lambda d: {"mean": positive(d), "scale": positive(d)},
             "extreme": lambda d: {"mean": d.pick(1e-300, 1e10, 1e300, INF, NAN), "scale": d.pick(1e-300, 1e10, 1e300, INF, NAN)},
             "rejected": lambda d: d.pick({"mean": 0.0, "scale": 1.0}, {"mean": 1.0, "scale": -1.0})},
    "vonmises": VONMISES, "triangular": TRIANGULAR, "binomial": BINOMIAL, "negative_binomial": NEGATIVE_BINOMIAL,
    "poisson": POISSON, "zipf": ZIPF, "geometric": chances(True, False), "logseries": chances(False, True),
    "dirichlet": DIRICHLET, "shuffle": SHUFFLED, "shuffle_list": lengths("n", 60), "bytes": lengths("length"),
}

LEGACY = dict(SHARED, **{
    "random_sample": NOTHING, "rand": NOTHING, "randn": NOTHING, "tomaxint": NOTHING, "randint": integers(False),
    "random_integers": {"ordinary": lambda d: (lambda low: {"low": low, "high": low + d.below(1000)})(d.whole(-99, 99)),
                        "edge": lambda d: d.pick({"low": 1, "high": 2**62}, {"low": -2**63, "high": 2**63 - 1}, {"low": 0, "high": 2**32}),
                        "rejected": lambda d: {"low": 3, "high": 2}},
    "negative_binomial": dict(NEGATIVE_BINOMIAL, **{"p zero": lambda d: {"n": d.real(0.1, 30), "p": 0.0}}),
    "choice": choice(False), "hypergeometric": hypergeometric(True), "multinomial": multinomial(False),
    "permutation": {"count": lambda d: {"x": d.pick(0, 1, 2, d.below(40), d.below(700))},
                    "array": lambda d: {"x": [d.whole(-9, 9) for _ in range(d.whole(1, 9))]},
                    "rows": lambda d: {"x": 0, "shape": matrix(d)}},
    "shuffle_2d": {"rows": lambda d: {"shape": matrix(d)}},
})

GENERATOR = dict(SHARED, **{
    "uniform": uniform(True), "random": NOTHING, "random_f32": NOTHING, "standard_normal_f32": NOTHING,
    "standard_exponential_f32": NOTHING, "standard_exponential_inv": NOTHING, "standard_exponential_inv_f32": NOTHING,
    "standard_gamma_f32": shapes("shape", zero=True), "integers": integers(True), "random_raw": NOTHING,
    "choice": choice(True), "hypergeometric": hypergeometric(False), "multinomial": multinomial(True),
    "multivariate_hypergeometric": {
        method: functools.partial(lambda d, method: (lambda colors: {
            "colors": colors, "nsample": d.below(sum(colors) + 1), "method": method})(
                [d.whole(0, 30) for _ in range(d.whole(1, 5))]), method=method) for method in ("marginals", "count")},
    "permutation": {"count": lambda d: {"x": d.pick(0, 1, 2, d.below(40), d.below(700))},
                    "array": lambda d: {"x": [d.whole(-9, 9) for _ in range(d.whole(1, 9))]},
                    "axis": lambda d: dict({"x": 0, "shape": matrix(d)}, **d.pick({}, {"axis": 0}, {"axis": 1}))},
    "permuted": {"axis": lambda d: dict({"shape": d.pick([d.below(20)], matrix(d), [2, 3, 4])}, **d.pick({}, {"axis": 0})),
                 "inner axis": lambda d: d.pick({"shape": [d.below(5), d.below(9)], "axis": 1}, {"shape": [2, 3, 4], "axis": d.below(3)})},
    "shuffle_2d": {"axis": lambda d: dict({"shape": matrix(d)}, **d.pick({}, {"axis": 0}, {"axis": 1}))},
})
GENERATOR["zipf"] = dict(ZIPF, vanishing=lambda d: {"a": 1 + d.log(1e-15, 1e-3)}, huge=lambda d: {"a": d.pick(1024.0, 1025.0, 1e300, INF)})
GENERATOR["beta"] = dict(shapes("a", "b"), vanishing=lambda d: {"a": d.log(1e-300, 1e-6), "b": d.log(1e-300, 1e-6)})
GENERATOR["multivariate_hypergeometric"]["large"] = lambda d: {
    "colors": [d.whole(0, 10**7) for _ in range(3)], "nsample": d.below(1000), "method": "marginals"}
GENERATOR["multivariate_hypergeometric"]["rejected"] = lambda d: {
    "colors": d.pick([1, 2], [-1, 5]), "nsample": d.pick(9, -1), "method": d.pick("marginals", "count")}

def multivariate_normal(d, stream):
    """A call whose values rest on LAPACK: what it takes from the stream is compared, its values are not."""
    n = d.whole(1, 6)
    factor = [[d.real(-2, 2) for _ in range(n)] for _ in range(n)]
    cov = [[math.fsum(a * b for a, b in zip(factor[i], factor[j])) + (i == j) for j in range(n)] for i in range(n)]
    args = {"mean": [d.real(-5, 5) for _ in range(n)], "cov": cov, "size": d.pick(None, 1, 3, [2, 2])}
    method = {} if stream == "numpy.legacy" else {"method": d.pick("svd", "eigh", "cholesky")}
    return {"call": "multivariate_normal", "args": encode(dict(args, **method))}, method.get("method", "svd")


UNSIZED = {"rand", "randn", "shuffle", "shuffle_list", "shuffle_2d", "bytes", "permutation", "permuted"}


def shape_of(d):
    return d.pick(None, None, 1, 2, 3, 5, 7, 17, 33, d.below(60), 0, [2, 3], [3, 1, 2], [0, 3], [4, 5], d.pick(311, 312, 313, 623, 624, 625, 1250))


def with_size(d, name, args):
    if name in ("rand", "randn"):
        size = shape_of(d)
        return {"dims": [] if size is None else size if isinstance(size, list) else [size]}
    listed = next((args[key] for key in ("low", "high", "loc", "n", "lam") if isinstance(args.get(key), list)), None)
    if name in UNSIZED or "size" in args or name == "multinomial" and listed:
        return args
    if listed:
        return dict(args, size=[d.whole(1, 4), len(listed)]) if d.chance(0.5) else args
    if name in ("multinomial", "dirichlet", "multivariate_hypergeometric"):
        return dict(args, size=d.pick(None, 1, 3, d.below(12)))
    if name in ("poisson", "binomial", "zipf") or name.startswith("standard_gamma"):
        return dict(args, size=d.pick(None, 1, 5, d.below(40), [2, 3]))
    if name == "choice" and args.get("size", 1) is None:
        return args
    return dict(args, size=shape_of(d))


# CPython.

def wide(d):
    return d.pick(d.below(1000), d.edge(32), d.edge(64), d.edge(90))


def weighted(d):
    n = d.whole(1, 20)
    if d.chance(0.5):
        return [d.whole(0, 50) for _ in range(n - 1)] + [d.whole(1, 50)]
    return [d.real(0, 9) for _ in range(n - 1)] + [d.real(0.1, 9)]


def cumulative(weights):
    total, sums = 0, []
    for weight in weights:
        total += weight
        sums.append(total)
    return sums


def gammas(*names):
    return {
        "below one": lambda d: {name: d.log(0.02, 0.99) for name in names},
        "one": lambda d: {name: 1.0 for name in names},
        "above one": lambda d: {name: d.real(1.01, 20) for name in names},
        "mixed": lambda d: {name: d.log(0.05, 100.0) for name in names},
        "extreme": lambda d: {names[0]: d.pick(1e-10, 1e-3, 1e5, 1e15), names[1]: d.pick(1e-10, 1e-3, 1e5, 1e15)},
        "rejected": lambda d: dict({name: 2.0 for name in names}, **{d.pick(*names): d.pick(0.0, -1.0, -0.0)}),
    }


def centred(centre, spread):
    return {"ordinary": lambda d: {centre: d.real(-9, 9), spread: d.real(0.01, 5)},
            "edge": lambda d: {centre: d.pick(0.0, -0.0, 1e300, INF, NAN), spread: d.pick(0.0, 1.0, -2.0, 1e300, INF, NAN)}}


PYTHON = {
    "random": NOTHING,
    "getrandbits": {"none": lambda d: {"k": 0}, "narrow": lambda d: {"k": d.whole(1, 32)}, "wide": lambda d: {"k": d.whole(33, 128)}},
    "randbytes": lengths("n"),
    "randint": {"any": lambda d: (lambda a: {"a": a, "b": a + wide(d)})(d.pick(0, d.whole(-50, 50), -wide(d))),
                "rejected": lambda d: {"a": 3, "b": d.pick(2, -9)}},
    "randrange": {"stop": lambda d: {"start": 1 + wide(d)},
                  "start, stop": lambda d: (lambda a: {"start": a, "stop": a + 1 + wide(d)})(d.pick(0, d.whole(-50, 50), -wide(d))),
                  "step": lambda d: (lambda step, n, a: {"start": a, "stop": a + step * n + (1 if step > 0 else -1), "step": step})(
                      d.pick(1, 2, 7, -1, -3, 1000), d.pick(d.below(50), wide(d)), d.whole(-50, 50)),
                  "rejected": lambda d: d.pick({"start": 0}, {"start": -3}, {"start": 4, "stop": 4}, {"start": 0, "stop": 9, "step": 0},
                                               {"start": 0, "stop": 9, "step": -1})},
    "choice": {"any": lambda d: {"n": 1 + d.pick(d.below(100), d.edge(40))}, "rejected": lambda d: {"n": 0}},
    "choices": {"plain": lambda d: {"n": d.pick(1, d.whole(2, 1000)), "k": d.below(20)},
                "weights": lambda d: (lambda w: {"n": len(w), "k": d.below(20), "weights": w})(weighted(d)),
                "odd weights": lambda d: (lambda w: {"n": len(w), "k": d.below(9), "weights": w})(d.pick(
                    [2**53, 1, 1, 2**53 + 1], [-1, 3, -1, 4], [1e300, 1e308, 1.0], [0.1, -0.05, 0.2], [5e-324, 0.0], [NAN, 1.0], [2**60, 2**60, 3])),
                "cum_weights": lambda d: (lambda w: {"n": len(w), "k": d.below(20), "cum_weights": cumulative(w)})(weighted(d)),
                "rejected": lambda d: d.pick({"n": 2, "k": 3, "weights": [0, 0]}, {"n": 2, "k": 3, "weights": [1.0, INF]},
                                             {"n": 2, "k": 1, "cum_weights": [-2, -1]}, {"n": 0, "k": 1})},
    "shuffle": lengths("n", 700),
    "sample": {"pool": lambda d: (lambda n: {"n": n, "k": d.below(n + 1)})(d.below(90)),
               "set": lambda d: {"n": d.pick(1000, 10**6, 2**31, 2**40), "k": d.below(40)},
               "counts": lambda d: (lambda c: {"counts": c, "k": d.below(sum(c) + 1)})([d.below(8) for _ in range(d.whole(1, 8))] + [1]),
               "rejected": lambda d: d.pick({"n": 3, "k": 4}, {"counts": [2, 1], "k": 4}, {"counts": [2, -5], "k": 1})},
    "uniform": {"ordinary": lambda d: {"a": d.real(-99, 99), "b": d.real(-99, 99)},
                "edge": lambda d: {"a": d.pick(0.0, -1e308, INF, NAN), "b": d.pick(0.0, 1e308, 5e-324, -INF)}},
    "triangular": {"default": NOTHING["any"], "no mode": lambda d: {"low": d.real(-9, 0), "high": d.real(0, 9)},
                   "mode": lambda d: (lambda a, b, c: {"low": a, "high": a + b + c, "mode": a + b})(d.real(-9, 9), positive(d), positive(d)),
                   "edge": lambda d: d.pick({"low": 1.0, "high": 1.0, "mode": 1.0}, {"low": 0.0, "high": 1.0, "mode": 0.0},
                                            {"low": 2.0, "high": 1.0, "mode": 1.5}, {"low": 1.0, "high": 1.0}, {"low": -1e308, "high": 1e308},
                                            {"low": -INF, "high": INF}, {"low": 0.0, "high": 1.0, "mode": NAN}, {"low": 0.0, "high": INF, "mode": 1.0})},
    "gauss": centred("mu", "sigma"), "normalvariate": centred("mu", "sigma"),
    "lognormvariate": {"ordinary": lambda d: {"mu": d.real(-3, 3), "sigma": d.real(0.01, 2)},
                       "edge": lambda d: {"mu": d.pick(INF, -INF, NAN, 1.0), "sigma": d.pick(0.0, INF, NAN, -1.0)},
                       "overflow": lambda d: {"mu": d.real(700, 712), "sigma": d.real(0.1, 5)}},
    "expovariate": {"ordinary": lambda d: {"lambd": positive(d)}, "edge": lambda d: {"lambd": d.pick(-1.0, 1e-308, 1e308, INF, NAN)},
                    "rejected": lambda d: {"lambd": d.pick(0.0, -0.0)}},
    "betavariate": gammas("alpha", "beta"),
    "gammavariate": dict(gammas("alpha", "beta"), scales=lambda d: {"alpha": d.log(0.05, 50.0), "beta": d.pick(5e-324, 1e308, INF, NAN)}),
    "paretovariate": {"ordinary": lambda d: {"alpha": positive(d)}, "edge": lambda d: {"alpha": d.pick(1e-3, 1e-300, 1e300, -2.0, INF, NAN)},
                      "rejected": lambda d: {"alpha": d.pick(0.0, -0.0)}},
    "weibullvariate": {"ordinary": lambda d: {"alpha": positive(d), "beta": positive(d)},
                       "edge": lambda d: {"alpha": d.pick(0.0, -1.0, 1e300, INF), "beta": d.pick(1e-3, -1e-3, 1e300, INF, NAN)},
                       "alpha NaN": lambda d: {"alpha": NAN, "beta": 2.0},
                       "rejected": lambda d: {"alpha": 1.0, "beta": d.pick(0.0, -0.0)}},
    "vonmisesvariate": {"ordinary": lambda d: {"mu": d.real(-9, 9), "kappa": d.real(0.01, 20)},
                        "tiny kappa": lambda d: {"mu": d.real(0, 6), "kappa": d.pick(0.0, 1e-6, d.log(1e-9, 1e-3), -1.0)},
                        "large kappa": lambda d: {"mu": d.real(-9, 9), "kappa": d.log(20.0, 1e18)},
                        "mu far": lambda d: {"mu": d.pick(1e3, -1e300, -0.0, 7.0, INF, NAN), "kappa": d.pick(d.real(0.1, 5), 1e-7, INF)}},
    "binomialvariate": {"n p < 10": lambda d: {"n": d.whole(0, 18), "p": d.real(0, 0.5)},
                        "n p >= 10": lambda d: {"n": d.whole(100, 10**5), "p": d.real(0.11, 0.5)},
                        "p > 0.5": lambda d: {"n": d.whole(0, 500), "p": d.real(0.5, 1)},
                        "edge": lambda d: {"n": d.pick(0, 1, 2, 20, 10**9), "p": d.pick(0.0, 1.0, 0.5, 1e-9, 1e-17, 1 - 2**-53)},
                        "rejected": lambda d: d.pick({"n": -1, "p": 0.5}, {"n": 5, "p": -0.1}, {"n": 5, "p": 1.1})},
}

NEWER = {("binomialvariate", None): (3, 12), ("randbytes", None): (3, 9), ("sample", "counts"): (3, 9), ("getrandbits", "none"): (3, 9),
         ("zipf", "vanishing"): (2, 1), ("zipf", "huge"): (2, 1), ("beta", "vanishing"): (2, 1)}


# Seeds.

def integer_seed(d, largest):
    value = d.bits(d.pick(1, 8, 31, 32, 33, 64, 65, 128, largest))
    return {"int": str(value), "int_hex": hex(value)} if value >> 64 else {"int": str(value)}


def python_seed(d):
    value = integer_seed(d, 3000)
    text = "".join(chr(d.pick(0x20, 0x61, 0x7a, 0xe9, 0x3b1, 0x4e2d, 0x1f600) + d.below(5)) for _ in range(d.below(12)))
    if "int_hex" not in value and d.chance(0.3):
        value = {"int": "-" + value["int"] if value["int"] != "0" else "0"}
    seed = d.pick(value, value, {"str": text}, {"bytes_hex": "%0*x" % (2 * d.below(20) + 2, d.bits(8)), "kind": "bytes"},
                  {"float": d.pick(0.0, -0.0, 1.5, -2.25, 1e300, INF, d.real(-9, 9)).hex()}, {"bool": d.chance(0.5)})
    if d.chance(0.3) and ("str" in seed or "bytes_hex" in seed):
        seed = dict(seed, version=1)
    return seed


def legacy_seed(d):
    words = [str(d.bits(32)) for _ in range(d.pick(1, 2, 5, 624, 700))]
    return d.pick({"int": str(d.pick(0, 1, 2**32 - 1, d.bits(32)))}, {"array": words}, {"MT19937(SeedSequence)": str(d.bits(32))})


def sequence_seed(d):
    entropy = {"array": [str(d.bits(d.pick(8, 32, 40, 64))) for _ in range(d.whole(1, 9))]} if d.chance(0.4) else integer_seed(d, 300)
    if d.chance(0.6):
        return entropy
    key = [str(d.bits(d.pick(1, 32, 40))) for _ in range(d.below(4))]
    return {"seed_sequence": {"entropy": entropy, "spawn_key": key, "pool_size": d.pick(4, 4, 5, 8, 16)}}


# Programs.

METHODS = {"cpython.random": PYTHON, "numpy.legacy": LEGACY, "numpy.generator": GENERATOR}
BITS = ("PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64")
STRENGTH = ("int", "ieee", "accept", "libm", "layout")
INT = set("""state savestate loadstate seed jumped advance spawn_child random_raw getrandbits randbytes randint randrange choice shuffle
    sample shuffle_list shuffle_2d permutation permuted bytes integers random_integers tomaxint generate_state""".split())
IEEE = set("random random_f32 random_sample rand uniform triangular choices".split())
ACCEPT = set("""binomial negative_binomial poisson zipf logseries geometric hypergeometric multinomial multivariate_hypergeometric
    normalvariate binomialvariate""".split())


def class_of(stream, call, args):
    if call == "multivariate_normal":
        return "layout"
    if call in IEEE or call == "choice" and "p" in args:
        return "ieee"
    if call in INT:
        return "int"
    return "accept" if call in ACCEPT else "libm"


def available(stream, version, name, regime):
    needed = NEWER.get((name, None)) or NEWER.get((name, regime)) or (0,)
    return tuple(int(part) for part in version.split(".")[:2]) >= needed


def drawn_call(d, stream, version):
    """One call with its regime."""
    methods = METHODS[stream]
    while True:
        name = d.pick(*methods)
        regime = d.pick(*methods[name])
        if regime == "rejected" and d.chance(0.5) or not available(stream, version, name, regime):
            continue
        args = methods[name][regime](d)
        if stream != "cpython.random":
            args = with_size(d, name, args)
            if regime == "rejected" and args.get("size") in (0, [0, 3]):
                args["size"] = 2
        return {"call": name, "args": encode(args)}, regime


def move(d, stream, bits, state):
    """A call that saves, restores, or moves the generator; `state` knows what is possible."""
    kinds = ["state", "savestate"] + ["loadstate"] * (2 * len(state["slots"]))
    if stream != "numpy.generator":
        kinds.append("seed")
    else:
        kinds += ["jumped"] * (bits != "SFC64") + ["advance"] * (bits not in ("SFC64", "MT19937"))
        kinds += ["spawn_child"] * (not state["jumped"])
    kind = d.pick(*kinds)
    if kind == "seed":
        seed = python_seed(d) if stream == "cpython.random" else d.pick(
            {"int": str(d.bits(32))}, {"array": [str(d.bits(32))]}, {"int": d.pick("-1", str(2**32))}, {"array": []})
        return {"call": kind, "args": {"s": seed}}
    if kind == "savestate":
        state["slots"].add(0)
    state["jumped"] = kind == "jumped" or state["jumped"] and kind != "spawn_child"
    args = {"savestate": {"slot": 0}, "loadstate": {"slot": 0}, "jumped": {"jumps": d.whole(1, 3)},
            "advance": {"delta": str(d.pick(0, 1, d.bits(10), d.bits(64), d.bits(100)))}, "state": {}}
    if kind == "spawn_child":
        n = d.whole(1, 3)
        return {"call": kind, "args": {"n": n, "i": d.below(n)}}
    return {"call": kind, "args": args[kind]}


def possible(case):
    """Whether the original gives the same numbers each time: a jumped bit generator spawns from fresh entropy."""
    jumped, saved = False, False
    for step in case.get("program", ()):
        if step["call"] == "spawn_child" and jumped or step["call"] == "loadstate" and not saved:
            return False
        jumped = step["call"] == "jumped" or jumped and step["call"] != "spawn_child"
        saved = saved or step["call"] == "savestate"
    return True


def weakest(case):
    steps = case.get("program", [case])
    classes = [class_of(case["stream"], step["call"], step["args"]) for step in steps]
    return max(classes, key=STRENGTH.index, default="int")


def made(d, identity, stream, version):
    """A random program, and the regime of each of its calls."""
    case = {"id": identity, "stream": stream, "version": version}
    if stream == "numpy.seed_sequence":
        seed = sequence_seed(d)
        case["seed"] = seed if "seed_sequence" in seed else {"seed_sequence": {"entropy": seed}}
        case.update(call="generate_state", args={"n_words": d.below(12), "dtype": d.pick("uint32", "uint64")})
        case["class"] = "int"
        return case, ["any"]
    case["seed"] = {"cpython.random": python_seed, "numpy.legacy": legacy_seed, "numpy.generator": sequence_seed}[stream](d)
    if stream == "numpy.generator":
        case["bit_generator"] = d.pick(*BITS)
    program, regimes, state = [], [], {"slots": set(), "jumped": False}
    layout = stream != "cpython.random" and d.chance(0.04)
    for _ in range(d.whole(1, 30)):
        if layout:
            step, regime = multivariate_normal(d, stream)
        elif d.chance(0.12):
            step, regime = move(d, stream, case.get("bit_generator"), state), "any"
        else:
            step, regime = drawn_call(d, stream, version)
        program.append(step)
        regimes.append(regime)
    case.update(call="program", program=program)
    case["class"] = weakest(case)
    return case, regimes
