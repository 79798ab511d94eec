"""A synthetic click log whose true click probabilities are known.

Because every label is drawn from a known probability, the AUC of those probabilities is the best any model can reach
on a given sample, and a trained model can be judged against it.
"""

import numpy as np

DENSE = 13

# Values per categorical field. Small, medium and very large fields are mixed, as in real click logs.
CARDINALITIES = (
    24, 120, 500, 2_000, 6_000, 60, 300, 7, 31, 64, 100, 250, 400,
    800, 1_000, 1_500, 3_000, 5_000, 8_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000,
)
CATEGORICAL = len(CARDINALITIES)

_TRUTH_SEED = 20_261
_ZIPF_EXPONENT = 1.1
_INTERACTION_RANK = 4


class ClickLog:
    """The ground truth: how features are distributed and how likely a click is given them.

    The click depends on d0 to d3, d5 and d9, on the fields c0 to c4 one by one, on c5 and c6 only together, and on d4
    only together with c0. All other features are noise, and a good model learns to ignore them.
    """

    def __init__(self):
        truth = np.random.default_rng(_TRUTH_SEED)
        self._cumulative = [_zipf_cumulative(cardinality) for cardinality in CARDINALITIES]
        self._field_effect = [truth.normal(0.0, 0.55, CARDINALITIES[field]) for field in range(5)]
        self._slope_of_d4 = truth.normal(0.0, 0.5, CARDINALITIES[0])
        scale = 0.85 / np.sqrt(np.sqrt(_INTERACTION_RANK))
        self._left = truth.normal(0.0, scale, (CARDINALITIES[5], _INTERACTION_RANK))
        self._right = truth.normal(0.0, scale, (CARDINALITIES[6], _INTERACTION_RANK))

    def sample(self, rows, seed):
        """Returns dense [rows, 13], categorical [rows, 26], label [rows] and the true probability [rows]."""
        random = np.random.default_rng(seed)
        dense = np.empty((rows, DENSE))
        dense[:, 0:5] = random.normal(size=(rows, 5))
        dense[:, 5:9] = np.log1p(random.geometric(0.1, size=(rows, 4)))
        dense[:, 9:13] = random.random(size=(rows, 4))
        # Rounded before the label is drawn, so that a short decimal in a text file is the exact feature.
        dense = np.round(dense, 3).astype(np.float32)

        categorical = np.empty((rows, CATEGORICAL), dtype=np.int64)
        for field, cumulative in enumerate(self._cumulative):
            categorical[:, field] = np.searchsorted(cumulative, random.random(rows), side="right")

        probability = self._probability(dense, categorical)
        label = (random.random(rows) < probability).astype(np.int64)
        return dense, categorical, label, probability

    def _probability(self, dense, categorical):
        dense = dense.astype(np.float64)
        logit = -1.9 + 1.0 * dense[:, 0] + 0.7 * np.tanh(2.0 * dense[:, 1])
        logit += 0.4 * (dense[:, 2] ** 2 - 1.0) - 0.4 * dense[:, 3]
        logit += 0.5 * (dense[:, 5] - 2.1) + 0.5 * np.sin(2.0 * np.pi * dense[:, 9])
        for field, effect in enumerate(self._field_effect):
            logit += effect[categorical[:, field]]
        logit += self._slope_of_d4[categorical[:, 0]] * dense[:, 4]
        logit += (self._left[categorical[:, 5]] * self._right[categorical[:, 6]]).sum(axis=1)
        return 1.0 / (1.0 + np.exp(-logit))


def auc(label, score):
    """Area under the ROC curve: how often a random click is scored above a random non-click. Ties count one half."""
    _, place, ties = np.unique(score, return_inverse=True, return_counts=True)
    mean_rank = np.cumsum(ties) - (ties - 1) / 2.0
    clicks = label == 1
    positives, negatives = clicks.sum(), (~clicks).sum()
    rank_sum = mean_rank[place][clicks].sum()
    return (rank_sum - positives * (positives + 1) / 2.0) / (positives * negatives)


def _zipf_cumulative(cardinality):
    weight = np.arange(1, cardinality + 1, dtype=np.float64) ** -_ZIPF_EXPONENT
    cumulative = np.cumsum(weight / weight.sum())
    cumulative[-1] = 1.0  # Rounding must not leave room for an id past the end.
    return cumulative
