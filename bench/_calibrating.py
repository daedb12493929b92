"""Fitting the table of confidences: a logistic model, and an isotonic map over what it says.

The map is fitted on sums that the model gave to layouts it had not seen, so that it corrects
what the model believes of itself. Equal weight for each value; few features, so a plain Newton
step with a penalty is enough.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from extraction.confidence import Calibration, Evidence, features

PENALTY = 2.0  # of the squared weights: some hundreds of values bear no more freedom
STEPS_MAX = 50
STEP_MIN = 1e-8
BLOCK_MIN = 12  # values to a knot: a share of fewer is chance
BINS = 10


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
    """Return for each sample the sum that a model gives which has not seen its layout."""
    sums, rights, weights = [], [], []
    for layout in sorted({sample.layout for sample in samples}):
        model = _logistic([sample for sample in samples if sample.layout != layout])
        for sample in samples:
            if sample.layout == layout:
                sums.append(_sum(model, sample))
                rights.append(sample.is_right)
                weights.append(sample.weight)
    return sums, rights, weights


def _sum(model: dict[str, float], sample: Sample) -> float:
    return sum(model[name] * number for name, number in features(sample.evidence).items())


def _logistic(samples: Sequence[Sample]) -> dict[str, float]:
    """Return the weights that make the samples most likely, with a penalty."""
    names = list(features(samples[0].evidence))
    rows = np.array([list(features(sample.evidence).values()) for sample in samples])
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
    return {name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)}


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
    knots = [(total / count, (right + 1) / (count + 2)) for total, right, count in pools]
    return (
        tuple(round(point, 4) for point, _share in knots),
        tuple(round(share, 4) for _point, share in knots),
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
