"""Fitting the table of confidences: a logistic model, and an isotonic map over what it says.

The map is fitted on sums that the model gave to layouts it had not seen, so that it corrects
what the model believes of itself. Equal weight for each value; few features, so a plain Newton
step with a penalty is enough.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from extraction.deciding.confidence import Calibration, Evidence, features

PENALTY = 2.0  # of the squared weights: some hundreds of values bear no more freedom
STEPS_MAX = 50
STEP_MIN = 1e-8
FOLDS = 10
BLOCK_MIN = 25  # values to a knot: a share of fewer is chance
BINS = 10
# Features that can only make a value less likely.
AGAINST = frozenset(
    ["is_weak", "rivals", "closeness", "is_invalid", "is_odd", "is_recognised", "illegible"]
)


@dataclass(frozen=True, slots=True)
class Sample:
    """One value that was read: its evidence, and whether it was right."""

    evidence: Evidence
    is_right: bool
    layout: str
    document: str
    weight: float = 1.0


def fitted(samples: Sequence[Sample]) -> Calibration:
    """Return the table fitted on all samples."""
    sums, rights, weights = out_of_layout(samples)
    knots = isotonic(sums, rights, weights)
    return Calibration(_logistic(samples), *knots)


def out_of_layout(samples: Sequence[Sample]) -> tuple[list[float], list[bool], list[float]]:
    """Return for each sample the sum that a model gives which has not seen its layout.

    Layouts are left out by tens: a model for each of them would take minutes and say the same.
    """
    sums, rights, weights = [], [], []
    layouts = sorted({sample.layout for sample in samples})
    for fold in range(min(FOLDS, len(layouts))):
        left_out = set(layouts[fold::FOLDS])
        model = _logistic([sample for sample in samples if sample.layout not in left_out])
        for sample in samples:
            if sample.layout in left_out:
                sums.append(_sum(model, sample))
                rights.append(sample.is_right)
                weights.append(sample.weight)
    return sums, rights, weights


def _sum(model: dict[str, float], sample: Sample) -> float:
    return sum(
        model.get(name, 0.0) * number for name, number in features(sample.evidence).items()
    )


def _logistic(samples: Sequence[Sample]) -> dict[str, float]:
    """Return the weights that make the samples most likely, with a penalty.

    What speaks against a value never speaks for it: where chance says so, it says nothing.
    """
    names = [*features(samples[0].evidence)]
    while True:
        weights = dict(zip(names, _newton(samples, names), strict=True))
        wrong = {name for name in AGAINST & set(names) if weights[name] > 0}
        if not wrong:
            return {name: round(weight, 4) for name, weight in weights.items()}
        names = [name for name in names if name not in wrong]


def _newton(samples: Sequence[Sample], names: Sequence[str]) -> list[float]:
    told = [features(sample.evidence) for sample in samples]
    rows = np.array([[numbers[name] for name in names] for numbers in told])
    rights = np.array([float(sample.is_right) for sample in samples])
    counts = np.array([sample.weight for sample in samples])
    penalty = np.full(len(names), PENALTY)
    penalty[names.index("one")] = 1e-3
    weights = np.zeros(len(names))
    for _step in range(STEPS_MAX):
        odds = 1 / (1 + np.exp(-rows @ weights))
        slope = rows.T @ (counts * (rights - odds)) - penalty * weights
        bend = (rows * (counts * odds * (1 - odds))[:, None]).T @ rows + np.diag(penalty)
        step = np.linalg.solve(bend, slope)
        weights += step
        if np.abs(step).max() < STEP_MIN:
            break
    return [float(weight) for weight in weights]


def isotonic(
    sums: Iterable[float], rights: Iterable[bool], weights: Iterable[float]
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return the knots of the rising map: pools of neighbours whose shares would fall.

    A share is what Laplace's rule gives: a pool without a wrong value is not thereby certain.
    """
    pools: list[list[float]] = []  # of sums, right, count
    for point, is_right, weight in sorted(zip(sums, rights, weights, strict=True)):
        pools.append([point * weight, is_right * weight, weight])
        while len(pools) > 1 and _is_one_with_the_next(*pools[-2:]):
            last = pools.pop()
            pools[-1] = [a + b for a, b in zip(pools[-1], last, strict=True)]
    points = [total / count for total, _right, count in pools]
    shares = accumulate(((right + 1) / (count + 2) for _sum, right, count in pools), max)
    return tuple(round(point, 4) for point in points), tuple(
        round(share, 4) for share in shares
    )


def _is_one_with_the_next(pool: Sequence[float], following: Sequence[float]) -> bool:
    return pool[-1] < BLOCK_MIN or _share(pool) >= _share(following)


def _share(pool: Sequence[float]) -> float:
    _sum_of, right, count = pool
    return right / count


@dataclass(frozen=True, slots=True)
class Reliability:
    """How well confidences say what they mean."""

    bins: list[tuple[float, float, int]]  # mean confidence, share of right values, values
    expected_error: float  # of the bins' shares, weighed by their values
    accepted_right: float  # share of right values at .90 and above
    accepted: float  # share of values there
    area: float  # under the curve: how surely a right value stands above a wrong one


def reliability(told: Sequence[tuple[float, bool]], accept: float) -> Reliability:
    """Return the figures for pairs of confidence and truth, in bins of equal count."""
    ranked = sorted(told)
    size = len(ranked) / BINS
    groups = [ranked[round(n * size) : round((n + 1) * size)] for n in range(BINS)]
    bins = [
        (
            sum(c for c, _ in group) / len(group),
            sum(r for _, r in group) / len(group),
            len(group),
        )
        for group in groups
        if group
    ]
    error = sum(abs(mean - share) * count for mean, share, count in bins) / len(ranked)
    sure = [is_right for confidence, is_right in told if confidence >= accept]
    return Reliability(
        bins, error, sum(sure) / max(1, len(sure)), len(sure) / len(told), _area(told)
    )


def _area(told: Sequence[tuple[float, bool]]) -> float:
    rights = [confidence for confidence, is_right in told if is_right]
    wrongs = [confidence for confidence, is_right in told if not is_right]
    if not rights or not wrongs:
        return math.nan
    above = sum((r > w) + 0.5 * (r == w) for r in rights for w in wrongs)
    return above / (len(rights) * len(wrongs))
