#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Prints tests/vectors/statistics.txt: what SciPy says of two samples, of methods on blocks, and of their power."""
import itertools

import numpy
import scipy
from scipy import stats

SOURCE_METHODS, SOURCE_BLOCKS = 9, 10


def show(name, inputs, outputs):
    words = []
    for values in inputs:
        words += [str(len(values))] + [repr(float(v)) for v in values] if hasattr(values, "__len__") else [repr(float(values))]
    print(name, *words, "->", *[repr(float(v)) for v in outputs])


def pairs():
    draw = numpy.random.default_rng(20261126)
    for m, n in ((2, 2), (3, 5), (5, 5), (8, 9), (9, 9), (10, 12), (20, 25), (40, 60)):
        for shift, scale in ((0, 1), (0.8, 1), (0, 3), (5, 0.2)):
            yield draw.normal(7.5, 0.7, m), draw.normal(7.5 + 0.7 * shift, 0.7 * scale, n)
    for m, n in ((5, 6), (9, 14), (30, 30)):  # equal values among them
        yield numpy.round(draw.normal(0, 2, m)), numpy.round(draw.normal(1, 2, n))


def two_samples(a, b):
    welch = stats.ttest_ind(a, b, equal_var=False)
    low, high = welch.confidence_interval(0.95)
    show("welch", [a, b], [welch.statistic, welch.df, welch.pvalue, low, high])
    margin = 0.5
    below = stats.ttest_ind(a + margin, b, equal_var=False, alternative="greater").pvalue
    above = stats.ttest_ind(a - margin, b, equal_var=False, alternative="less").pvalue
    show("equivalence", [margin, a, b], [below, above])
    f, m, n = numpy.var(a, ddof=1) / numpy.var(b, ddof=1), len(a) - 1, len(b) - 1
    show("spread", [a, b], [f**0.5, (f / stats.f.isf(0.025, m, n)) ** 0.5, (f / stats.f.isf(0.975, m, n)) ** 0.5,
                            min(1, 2 * min(stats.f.sf(f, m, n), stats.f.cdf(f, m, n)))])
    levene = stats.levene(a, b, center="median")
    show("brown_forsythe", [a, b], [levene.statistic, levene.pvalue])
    u = stats.mannwhitneyu(a, b)
    show("mann_whitney", [a, b], [u.statistic, u.pvalue])
    ks = stats.ks_2samp(a, b, method="exact")
    show("kolmogorov_smirnov", [a, b], [ks.statistic, ks.pvalue])
    if len(a) + len(b) <= 18:
        deals = stats.permutation_test((a, b), lambda x, y, axis: numpy.mean(x, axis) - numpy.mean(y, axis), vectorized=True,
                                       n_resamples=numpy.inf)
        # SciPy doubles the smaller tail; the share of differences as large either way is counted here.
        show("permutation", [a, b], [deals.statistic, numpy.mean(abs(deals.null_distribution) >= abs(deals.statistic) * (1 - 1e-12))])


def paired(a, b):
    t = stats.ttest_rel(a, b)
    show("paired_t", [a, b], [t.statistic, t.pvalue])
    d = a - b
    exact = len(set(abs(d))) == len(d) and 0 not in d
    if exact:
        w = stats.wilcoxon(a, b, method="exact")
    elif numpy.count_nonzero(d) <= 12:
        w = stats.wilcoxon(d[d != 0], method=stats.PermutationMethod(n_resamples=numpy.inf))
    else:
        return
    show("wilcoxon", [a, b], [w.statistic, w.pvalue])


def blocks(table):
    chi = stats.friedmanchisquare(*table.T)
    n, k = table.shape
    f = (n - 1) * chi.statistic / (n * (k - 1) - chi.statistic)
    show("friedman", [float(k), table.ravel()], [chi.statistic, chi.pvalue, f, stats.f.sf(f, k - 1, (k - 1) * (n - 1))])
    ranks = stats.rankdata(table, axis=1).mean(axis=0)
    q = abs(ranks[0] - ranks[1]) / (k * (k + 1) / (12 * n)) ** 0.5
    show("nemenyi", [ranks[0], ranks[1], float(k), float(n)], [stats.studentized_range.sf(q, k, numpy.inf)])
    p = stats.uniform.rvs(size=k, random_state=k) / k
    show("holm", [p], holm(p))


def holm(p):
    order, adjusted, highest = numpy.argsort(p), numpy.empty(len(p)), 0
    for i, place in enumerate(order):
        highest = max(highest, p[place] * (len(p) - i))
        adjusted[place] = min(1, highest)
    return adjusted


def friedman_exact(k, n):
    """Every table of n rankings, the first row fixed: the chance of a statistic as large."""
    rows = list(itertools.permutations(range(1, k + 1)))
    counts = {}
    for chosen in itertools.product(rows, repeat=n - 1):
        sums = numpy.arange(1, k + 1) + numpy.sum(chosen, axis=0)
        square = int(sums @ sums)
        counts[square] = counts.get(square, 0) + 1
    for square in sorted(counts):
        show("friedman_exact", [float(k), float(n), float(square)],
             [sum(c for s, c in counts.items() if s >= square) / len(rows) ** (n - 1)])


def power(sigma, delta, n, alpha):
    df, shift = 2 * (n - 1), delta / (sigma * (2 / n) ** 0.5)
    t = stats.t.isf(alpha / 2, df)
    show("power", [sigma, delta, float(n), alpha], [stats.nct.sf(t, df, shift) + stats.nct.cdf(-t, df, shift)])


def main():
    print("# origin: scipy.stats; Holm's steps and the exact Friedman distribution are counted here")
    print(f"# version: SciPy {scipy.__version__}, NumPy {numpy.__version__}")
    print("# command: python3 tools/vectors/statistics.py > tests/vectors/statistics.txt")
    for a, b in pairs():
        for values in (a, b):
            low, high = stats.t.interval(0.95, len(values) - 1, numpy.mean(values), stats.sem(values))
            show("summary", [values], [numpy.mean(values), numpy.std(values, ddof=1), stats.sem(values), low, high])
            show("iqm", [values], [stats.trim_mean(values, 0.25)])
        two_samples(a, b)
        paired(a, b[: len(a)])
    draw = numpy.random.default_rng(7)
    for k, n in ((3, 2), (3, 10), (4, 6), (5, 20), (9, 10), (9, 40)):
        blocks(draw.normal(size=(n, k)))
        blocks(draw.normal(size=(n, k)) + 0.7 * numpy.arange(k))
    blocks(numpy.round(draw.normal(size=(12, 4))))
    show("chi_square", [29.84, float(SOURCE_METHODS - 1)], [stats.chi2.sf(29.84, SOURCE_METHODS - 1)])
    for k, n in ((3, 2), (3, 4), (3, 6), (4, 3), (5, 2)):
        friedman_exact(k, n)
    for k in (2, 3, 5, 9, 20):
        for q in (0.5, 2.0, 3.5, 5.0, 8.0):
            show("studentized_range", [q, float(k)], [stats.studentized_range.sf(q, k, numpy.inf)])
    for sigma, delta, n, alpha in ((1, 1, 4, 0.05), (1, 0.5, 16, 0.05), (1, 1, 17, 0.05), (0.66, 0.3, 20, 0.05), (2, 0.1, 5, 0.01)):
        power(float(sigma), float(delta), n, alpha)


main()
