"""Small boosted trees that rank: fitted to choose the right one of a list, evaluated with numpy alone.

The loss is the cross-entropy of a softmax over each list (ListNet with one right answer; Cao and others, "Learning to Rank: From Pairwise
Approach to Listwise Approach", ICML 2007); each tree takes a Newton step on it, as in gradient boosting (Friedman, 2001). Every list has
one more member that stands for "nothing of these", whose score is fixed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Integers: TypeAlias = NDArray[np.int64]

DEPTH = 3
#: What a leaf needs: rows on each side of a split, and how strongly its value is drawn to nothing.
MIN_ROWS, SHRINK = 3, 1.0
BINS = 16
#: Significant figures of thresholds and leaves as they are kept.
FIGURES = ".5g"
#: Gradient under which a row that is not right says nothing about where to split.
_SETTLED = 1e-3
#: Threshold that nothing passes; JSON has no infinity.
NEVER = 1e300
#: Furthest that the trees together move a score.
MOST = 8.0


@dataclass(frozen=True, slots=True)
class Trees:
    """Complete trees of one depth: per tree the feature and threshold of every inner node, breadth first, and the value of every leaf."""

    features: tuple[tuple[int, ...], ...]
    thresholds: tuple[tuple[float, ...], ...]
    leaves: tuple[tuple[float, ...], ...]

    def of(self, rows: Floats) -> Floats:
        """What the trees add to the score of each row (rows × features)."""
        total = np.zeros(len(rows))
        for features, thresholds, leaves in zip(self.features, self.thresholds, self.leaves, strict=True):
            total += np.asarray(leaves)[_leaf_of(rows, np.asarray(features), np.asarray(thresholds))]
        return np.clip(total, -MOST, MOST)


def _leaf_of(rows: Floats, features: Integers, thresholds: Floats) -> Integers:
    node = np.zeros(len(rows), dtype=np.int64)
    every = np.arange(len(rows))
    while len(rows) and node[0] < len(features):
        node = 2 * node + 1 + (rows[every, features[node]] > thresholds[node])
    return node - len(features)


@dataclass(frozen=True, slots=True, eq=False)
class Listed:
    """One list to choose from: features of its members, their scores so far, and which are right; none where nothing of these is."""

    rows: Floats
    base: Floats
    right: NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, slots=True)
class Manner:
    """How trees are grown: how many, what part of what each has found is kept, and from what share of lists and features each is grown.

    Shares under 1 are stochastic gradient boosting (Friedman, 2002): trees that differ agree on what is true of more than their lists.
    """

    rounds: int = 40
    rate: float = 0.2
    lists: float = 1.0
    columns: float = 1.0


def fit(lists: Sequence[Listed], nothing: float, manner: Manner | None = None) -> Trees:
    """Trees that raise the right member of each list over the others; ``nothing`` is the score of choosing none."""
    manner = manner or Manner()
    rows = np.concatenate([one.rows for one in lists])
    base = np.concatenate([one.base for one in lists])
    right = np.concatenate([one.right for one in lists]).astype(np.float64)
    of_list = np.repeat(np.arange(len(lists)), [len(one.rows) for one in lists])
    edges = _edges(rows)
    binned = np.stack([np.searchsorted(edge, rows[:, column], side="left") for column, edge in enumerate(edges)], axis=1)
    wanted = right / np.maximum(np.bincount(of_list, right, len(lists)), 1.0)[of_list]
    grown, added, drawn = [], np.zeros(len(rows)), np.random.default_rng(0)
    for _ in range(manner.rounds):
        share = _softmax(base + added, of_list, len(lists), nothing)
        gradient, hessian = wanted - share, np.maximum(share * (1.0 - share), 1e-6)
        taught, columns = _drawn(drawn, manner, len(lists), binned.shape[1])
        used = np.flatnonzero(taught[of_list] & ((np.abs(gradient) > _SETTLED) | (right > 0)))
        part = binned[np.ix_(used, columns)], [edges[column] for column in columns], gradient[used], hessian[used]
        features, thresholds, leaves = _grow(*part, manner.rate)
        features = columns[features]
        added += leaves[_leaf_of(rows, features, thresholds)]
        grown.append((tuple(map(int, features)), tuple(map(float, thresholds)), tuple(float(f"{leaf:{FIGURES}}") for leaf in leaves)))
    return Trees(*(tuple(part) for part in zip(*grown, strict=True)))


def _drawn(drawn: np.random.Generator, manner: Manner, lists: int, columns: int) -> tuple[NDArray[np.bool_], Integers]:
    """Which lists, and which features in order, the next tree is grown from."""
    taught = drawn.random(lists) < manner.lists
    chosen = drawn.permutation(columns)[: max(round(columns * manner.columns), 1)]
    return taught, np.sort(chosen)


def _edges(rows: Floats) -> list[Floats]:
    """Thresholds worth trying, by feature: between quantiles, in as many figures as are kept."""
    between = (np.quantile(column, np.linspace(0, 1, BINS + 1)[1:-1]) for column in rows.T)
    return [np.unique([float(f"{edge:{FIGURES}}") for edge in edges]) for edges in between]


def _softmax(scores: Floats, of_list: Integers, lists: int, nothing: float) -> Floats:
    top = np.full(lists, nothing)
    np.maximum.at(top, of_list, scores)
    weights = np.exp(scores - top[of_list])
    total = np.bincount(of_list, weights, lists) + np.exp(nothing - top)
    share: Floats = weights / total[of_list]
    return share


def _grow(binned: Integers, edges: Sequence[Floats], gradient: Floats, hessian: Floats, rate: float) -> tuple[Integers, Floats, Floats]:
    """One tree: at each node the split that gains most, or none (a threshold that nothing passes)."""
    inner = 2**DEPTH - 1
    features, thresholds = np.zeros(inner, dtype=np.int64), np.full(inner, NEVER)
    node = np.zeros(len(binned), dtype=np.int64)
    for at in range(inner):
        here = np.flatnonzero(node == at)
        split = _best_split(binned[here], edges, gradient[here], hessian[here])
        if split is not None:
            features[at], thresholds[at] = split[0], edges[split[0]][split[1]]
            passed = binned[here, split[0]] > split[1]
        else:
            passed = np.zeros(len(here), dtype=bool)
        node[here] = 2 * at + 1 + passed
    leaf = node - inner
    leaves = np.bincount(leaf, gradient, inner + 1) / (np.bincount(leaf, hessian, inner + 1) + SHRINK)
    return features, thresholds, rate * leaves


def _best_split(binned: Integers, edges: Sequence[Floats], gradient: Floats, hessian: Floats) -> tuple[int, int] | None:
    """The feature and edge that part these rows best (Chen and Guestrin, XGBoost, KDD 2016, equation 7)."""
    if len(binned) < 2 * MIN_ROWS:
        return None
    columns = binned.shape[1]
    flat = (binned + np.arange(columns) * (BINS + 1)).ravel()
    sums = [np.bincount(flat, np.repeat(each, columns), columns * (BINS + 1)).reshape(columns, BINS + 1) for each in (gradient, hessian)]
    sums.append(np.bincount(flat, minlength=columns * (BINS + 1)).reshape(columns, BINS + 1).astype(float))
    low = [np.cumsum(each, axis=1)[:, :-1] for each in sums]
    high = [each.sum(axis=1, keepdims=True) - below for each, below in zip(sums, low, strict=True)]
    gain = low[0] ** 2 / (low[1] + SHRINK) + high[0] ** 2 / (high[1] + SHRINK) - gradient.sum() ** 2 / (hessian.sum() + SHRINK)
    valid = np.arange(BINS)[None, :] < np.array([len(edge) for edge in edges])[:, None]
    gain[(low[2] < MIN_ROWS) | (high[2] < MIN_ROWS) | ~valid] = -np.inf
    best = int(np.argmax(gain))
    feature, edge = divmod(best, BINS)
    return (feature, edge) if gain[feature, edge] > 1e-9 else None
