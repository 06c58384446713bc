#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Prints tests/vectors/rank.txt: what SciPy says of methods on data sets, five seeds each."""
import itertools

import numpy
import scipy
from scipy import stats


def show(name, inputs, outputs):
    print(name, *[repr(float(v)) for v in inputs], "->", *[repr(float(v)) for v in outputs])


def holm(p):
    order, adjusted, highest = numpy.argsort(p), numpy.empty(len(p)), 0
    for i, place in enumerate(order):
        highest = max(highest, p[place] * (len(p) - i))
        adjusted[place] = min(1, highest)
    return adjusted


def rank(table, by):
    """table[dataset, method, seed]: chi-square, p, F, its p, mean ranks, then Nemenyi's and Holm's p of each pair."""
    n, k, s = table.shape
    blocks = table.mean(axis=2) if by == "datasets" else table.transpose(0, 2, 1).reshape(n * s, k)
    chi = stats.friedmanchisquare(*blocks.T)
    rows = len(blocks)
    f = (rows - 1) * chi.statistic / (rows * (k - 1) - chi.statistic)
    ranks = stats.rankdata(blocks, axis=1).mean(axis=0)
    pairs = list(itertools.combinations(range(k), 2))
    scale = (k * (k + 1) / (6 * rows)) ** 0.5
    nemenyi = [stats.studentized_range.sf(abs(ranks[i] - ranks[j]) / scale * 2**0.5, k, numpy.inf) for i, j in pairs]
    z = [2 * stats.norm.sf(abs(ranks[i] - ranks[j]) / scale) for i, j in pairs]
    show(by, [n, k, s, *table.ravel()],
         [chi.statistic, chi.pvalue, f, stats.f.sf(f, k - 1, (k - 1) * (rows - 1)), *ranks, *nemenyi, *holm(z)])


def two(table):
    n, _, s = table.shape
    welch = [stats.ttest_ind(a, b, equal_var=False).pvalue for a, b in table]
    found = []
    for i, (a, b) in enumerate(table):
        found += [welch[i], holm(welch)[i], stats.mannwhitneyu(a, b).pvalue, stats.ttest_rel(a, b).pvalue, stats.wilcoxon(a, b).pvalue]
    show("two", [n, 2, s, *table.ravel()], found)


def main():
    print("# origin: scipy.stats; Holm's steps are counted here")
    print(f"# version: SciPy {scipy.__version__}, NumPy {numpy.__version__}")
    print("# command: python3 tools/vectors/rank.py > tests/vectors/rank.txt")
    draw = numpy.random.default_rng(20261127)
    for n, k, shift in ((4, 3, 0.0), (4, 3, 1.5), (6, 4, 0.8), (10, 5, 0.4)):
        table = draw.normal(7.5, 0.7, (n, k, 5)) + shift * numpy.arange(k)[None, :, None] + draw.normal(0, 3, (n, 1, 1))
        rank(table, "datasets")
        rank(table, "seeds")
    rank(numpy.round(draw.normal(7.5, 1.5, (3, 4, 5))), "seeds")  # ties
    for n, shift in ((1, 0.0), (1, 2.0), (4, 0.7)):
        two(draw.normal(7.5, 0.7, (n, 2, 5)) + shift * numpy.arange(2)[None, :, None])


main()
