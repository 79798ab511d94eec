"""Trains the demo ranker on a synthetic click log and writes everything in demo-repository/ranker but its config.

Usage: python3 train_ranker.py [output directory]
"""

import pathlib
import sys

import numpy as np
import torch
from torch import nn

from click_log import CARDINALITIES, CATEGORICAL, DENSE, ClickLog, auc
from onnx_export import export

HERE = pathlib.Path(__file__).resolve().parent
DEFAULT_OUTPUT = HERE.parent / "main" / "resources" / "demo-repository" / "ranker"

SEED = 7
TRAIN_PARTS, PART_ROWS, FIRST_TRAIN_SEED = 13, 245_760, 1_001
HELDOUT_ROWS, HELDOUT_SEED = 2_400, 102
LARGE_ROWS, LARGE_SEED = 200_000, 103
PERMUTATIONS = 20
NEGLIGIBLE_DROP = 0.002

BATCH = 2_048
LEARNING_RATE = 4e-3

MAX_BUCKETS = 4_001
FACTORS = 8


class Ranker(nn.Module):
    """A DeepFM: first-order weights, a factorization machine over all features, and a network, summed as one logit."""

    def __init__(self, dense_mean, dense_scale):
        super().__init__()
        buckets = np.minimum(CARDINALITIES, MAX_BUCKETS)
        offsets = np.concatenate(([0], np.cumsum(buckets)[:-1]))
        self.register_buffer("buckets", torch.tensor(buckets, dtype=torch.int64))
        self.register_buffer("offsets", torch.tensor(offsets, dtype=torch.int64))
        self.register_buffer("dense_mean", torch.from_numpy(dense_mean))
        self.register_buffer("dense_scale", torch.from_numpy(dense_scale))

        rows = int(buckets.sum())
        self.weights = nn.Embedding(rows, 1)
        self.factors = nn.Embedding(rows, FACTORS)
        # Small, so that a bucket training never saw says next to nothing.
        nn.init.zeros_(self.weights.weight)
        nn.init.normal_(self.factors.weight, std=0.01)
        self.dense_factors = nn.Parameter(0.01 * torch.randn(DENSE, FACTORS))
        self.dense_weights = nn.Linear(DENSE, 1)
        self.network = nn.Sequential(
            nn.Linear(DENSE + CATEGORICAL * FACTORS, 96),
            nn.ReLU(),
            nn.Linear(96, 48),
            nn.ReLU(),
            nn.Linear(48, 1),
        )

    def logit(self, dense, categorical):
        dense = (dense - self.dense_mean) * self.dense_scale
        # The remainder has the sign of the bucket count, so every 64-bit id, negative ones too, falls into a bucket.
        rows = torch.remainder(categorical, self.buckets) + self.offsets
        factors = self.factors(rows)

        first_order = self.weights(rows).sum(dim=1) + self.dense_weights(dense)
        # The sum of all pairwise products is half of (square of the sum - sum of the squares).
        total = factors.sum(dim=1) + dense @ self.dense_factors
        squares = (factors * factors).sum(dim=1) + (dense * dense) @ (self.dense_factors * self.dense_factors)
        second_order = 0.5 * (total * total - squares).sum(dim=1, keepdim=True)
        deep = self.network(torch.cat((dense, factors.flatten(start_dim=1)), dim=1))
        return first_order + second_order + deep

    def forward(self, dense, categorical):
        return torch.sigmoid(self.logit(dense, categorical))


def train(log):
    """Trains on one pass over a long log: rows are never seen twice, so rare ids cannot be learned by heart."""
    dense, _, _, _ = log.sample(PART_ROWS, FIRST_TRAIN_SEED)
    model = Ranker(dense.mean(axis=0), 1.0 / dense.std(axis=0))
    steps = PART_ROWS // BATCH
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, LEARNING_RATE, total_steps=TRAIN_PARTS * steps, pct_start=0.1
    )
    loss_of = nn.BCEWithLogitsLoss()
    model.train()
    for part in range(TRAIN_PARTS):
        dense, categorical, label, _ = log.sample(PART_ROWS, FIRST_TRAIN_SEED + part)
        dense, categorical = torch.from_numpy(dense), torch.from_numpy(categorical)
        label = torch.from_numpy(label).float().unsqueeze(1)
        total = 0.0
        for step in range(steps):
            rows = slice(step * BATCH, (step + 1) * BATCH)
            loss = loss_of(model.logit(dense[rows], categorical[rows]), label[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item()
        print(f"part {part + 1} of {TRAIN_PARTS}: log loss {total / steps:.4f}", flush=True)
    return model.eval()


def predict(model, dense, categorical):
    with torch.no_grad():
        parts = [
            model(torch.from_numpy(dense[start : start + 4_096]), torch.from_numpy(categorical[start : start + 4_096]))
            for start in range(0, len(dense), 4_096)
        ]
    return torch.cat(parts).squeeze(1).numpy()


def permutation_drops(model, dense, categorical, label):
    """By how much the AUC falls, per feature, when that feature's column is shuffled: (name, mean, least)."""
    random = np.random.default_rng(SEED)
    full = auc(label, predict(model, dense, categorical))
    drops = []
    for column in range(DENSE + CATEGORICAL):
        falls = []
        for _ in range(PERMUTATIONS):
            shuffled_dense, shuffled_categorical = dense.copy(), categorical.copy()
            if column < DENSE:
                name = f"d{column}"
                shuffled_dense[:, column] = random.permutation(dense[:, column])
            else:
                name = f"c{column - DENSE}"
                shuffled_categorical[:, column - DENSE] = random.permutation(categorical[:, column - DENSE])
            falls.append(full - auc(label, predict(model, shuffled_dense, shuffled_categorical)))
        drops.append((name, float(np.mean(falls)), float(np.min(falls))))
    return sorted(drops, key=lambda drop: -drop[1])


def write_heldout(path, dense, categorical, label, probability):
    names = ["label"] + [f"d{i}" for i in range(DENSE)] + [f"c{i}" for i in range(CATEGORICAL)] + ["probability"]
    lines = [",".join(names)]
    for row in range(len(label)):
        fields = [str(label[row])]
        fields += [_decimal(value) for value in dense[row]]
        fields += [str(value) for value in categorical[row]]
        fields.append(_decimal(probability[row]))
        lines.append(",".join(fields))
    path.write_text("\n".join(lines) + "\n", encoding="ascii")


def _decimal(value):
    """The shortest text, of at most nine significant digits, that reads back as exactly this float32."""
    for digits in range(1, 10):
        text = f"{value:.{digits}g}"
        if np.float32(text) == value:
            return text
    raise ValueError(f"{value} does not survive nine digits")


README = """\
# ranker

Predicts the probability of a click from 13 dense and 26 categorical features.
It is a DeepFM with hashed embeddings, trained on a synthetic click log whose true probabilities are known.

| | name | type | shape |
| --- | --- | --- | --- |
| input | `dense` | FP32 | `[batch, 13]` |
| input | `categorical` | INT64 | `[batch, 26]` |
| output | `probability` | FP32 | `[batch, 1]` |

Any 64-bit id is valid: the graph itself maps ids to embedding buckets.

## Figures

| AUC | `heldout.csv` ({heldout_rows:,} rows) | {large_rows:,} further rows |
| --- | --- | --- |
| the model | {heldout_model:.4f} | {large_model:.4f} |
| the true probabilities (best reachable) | {heldout_best:.4f} | {large_best:.4f} |

No row of either set was trained on.

Fall of the AUC on `heldout.csv` when one feature's column is shuffled, over {permutations} shuffles
(features whose mean fall is below {negligible} are left out):

| feature | mean | least |
| --- | --- | --- |
{drops}

**`{strongest}`** matters most.

## Files

- `1/model.onnx`: the model.
- `config.pbtxt`: its configuration, written by hand.
- `heldout.csv`: the held-out rows. `probability` is the PyTorch model's answer in FP32, not the true probability.
  Every number reads back as the exact float.

`python3 server/src/demo/train_ranker.py` writes all of this but `config.pbtxt`.
"""


def main():
    output = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_OUTPUT
    torch.manual_seed(SEED)
    torch.set_num_threads(1)  # The order of floating-point sums, and so the result, depends on the thread count.
    torch.use_deterministic_algorithms(True)

    log = ClickLog()
    model = train(log)

    dense, categorical, label, truth = log.sample(HELDOUT_ROWS, HELDOUT_SEED)
    probability = predict(model, dense, categorical)
    large_dense, large_categorical, large_label, large_truth = log.sample(LARGE_ROWS, LARGE_SEED)
    drops = permutation_drops(model, dense, categorical, label)

    export(
        model,
        (torch.from_numpy(dense[:2]), torch.from_numpy(categorical[:2])),
        output / "1" / "model.onnx",
        inputs=["dense", "categorical"],
        output="probability",
        dynamic_axes={"dense": {0: "batch"}, "categorical": {0: "batch"}, "probability": {0: "batch"}},
    )
    write_heldout(output / "heldout.csv", dense, categorical, label, probability)
    readme = README.format(
        heldout_rows=HELDOUT_ROWS,
        large_rows=LARGE_ROWS,
        heldout_model=auc(label, probability),
        heldout_best=auc(label, truth),
        large_model=auc(large_label, predict(model, large_dense, large_categorical)),
        large_best=auc(large_label, large_truth),
        permutations=PERMUTATIONS,
        negligible=NEGLIGIBLE_DROP,
        drops="\n".join(
            f"| `{name}` | {mean:.4f} | {least:.4f} |" for name, mean, least in drops if mean >= NEGLIGIBLE_DROP
        ),
        strongest=drops[0][0],
    )
    (output / "README.md").write_text(readme, encoding="utf-8")
    print(readme)


if __name__ == "__main__":
    main()
