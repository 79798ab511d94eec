"""Trains the demo text encoder on synthetic text and writes everything in demo-repository/encoder.

Usage: python3 train_encoder.py [output directory]
"""

import pathlib
import sys

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from onnx_export import export
from topic_text import VOCABULARY, TopicText

HERE = pathlib.Path(__file__).resolve().parent
DEFAULT_OUTPUT = HERE.parent / "main" / "resources" / "demo-repository" / "encoder"

SEED = 11
STEPS = 1_500
BATCH = 256
LEARNING_RATE = 2e-3
TEMPERATURE = 0.1
SHORTEST, LONGEST = 8, 48

HELDOUT_SEED = 12
CANDIDATES = 100
ROUNDS = 50

CASES_SEED = 13

CHANNELS = 64
DIMENSIONS = 32


class Encoder(nn.Module):
    """Token embeddings, two convolutions over neighbouring tokens, the mean over the tokens, a unit vector.

    Convolutions rather than attention: memory grows with the length of the text, not with its square, and there is no
    longest text.
    """

    def __init__(self):
        super().__init__()
        self.tokens = nn.Embedding(VOCABULARY, CHANNELS)
        nn.init.normal_(self.tokens.weight, std=0.1)
        self.first = nn.Conv1d(CHANNELS, CHANNELS, kernel_size=3, padding=1)
        self.second = nn.Conv1d(CHANNELS, CHANNELS, kernel_size=3, padding=1)
        self.head = nn.Linear(CHANNELS, DIMENSIONS)

    def forward(self, input_ids, attention_mask):
        present = attention_mask.ne(0).to(torch.float32).unsqueeze(1)
        # The remainder has the sign of the vocabulary's size, so every 64-bit id is a token.
        hidden = self.tokens(torch.remainder(input_ids, VOCABULARY)).transpose(1, 2) * present
        # Masked after every layer: to its neighbours, padding then looks just like the zeros past the end of the text.
        hidden = (hidden + torch.relu(self.first(hidden))) * present
        hidden = (hidden + torch.relu(self.second(hidden))) * present
        # The small summand is lost in any count but 0: it keeps a row of padding alone from becoming NaN.
        mean = hidden.sum(dim=2) / (present.sum(dim=2) + 1e-9)
        embedding = self.head(mean)
        return embedding / torch.sqrt((embedding * embedding).sum(dim=1, keepdim=True) + 1e-12)


def train(text):
    """Teaches two excerpts of one document to be close and those of different documents to be far apart."""
    random = np.random.default_rng(SEED)
    model = Encoder()
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, LEARNING_RATE, total_steps=STEPS, pct_start=0.1)
    own = torch.arange(BATCH)
    model.train()
    for step in range(1, STEPS + 1):
        left, right = (encode(model, excerpt) for excerpt in pair(text, BATCH, random))
        similarity = left @ right.T / TEMPERATURE
        loss = functional.cross_entropy(similarity, own) + functional.cross_entropy(similarity.T, own)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        if step % 250 == 0:
            print(f"step {step} of {STEPS}: loss {loss.item():.3f}", flush=True)
    return model.eval()


def pair(text, count, random):
    documents = text.documents(count, random)
    return tuple(text.excerpts(documents, SHORTEST, LONGEST, random) for _ in range(2))


def encode(model, excerpt):
    ids, mask = excerpt
    return model(torch.from_numpy(ids), torch.from_numpy(mask))


def bag_of_words(excerpt):
    ids, _ = excerpt
    counts = np.zeros((len(ids), VOCABULARY))
    for row, tokens in enumerate(ids):
        counts[row] = np.bincount(tokens, minlength=VOCABULARY)
    counts[:, 0] = 0.0  # Padding is no word.
    return torch.from_numpy(counts / np.linalg.norm(counts, axis=1, keepdims=True))


def accuracy(text, encoder):
    """How often an excerpt's nearest neighbour among CANDIDATES new documents' excerpts is of its own document."""
    random = np.random.default_rng(HELDOUT_SEED)
    right_answers = 0
    with torch.no_grad():
        for _ in range(ROUNDS):
            queries, candidates = (encoder(excerpt) for excerpt in pair(text, CANDIDATES, random))
            nearest = (queries @ candidates.T).argmax(dim=1)
            right_answers += int((nearest == torch.arange(CANDIDATES)).sum())
    return right_answers / (ROUNDS * CANDIDATES)


def cases(text):
    """Rows for tests: (ids, mask), of different lengths, one without and one with padding but otherwise equal."""
    random = np.random.default_rng(CASES_SEED)

    def row(length):
        ids, mask = text.excerpts(text.documents(1, random), length, length, random)
        return ids[0], mask[0]

    rows = [row(length) for length in (1, 2, 9, 33, 128, 512)]
    ids, mask = row(12)
    rows.append((ids, mask))
    rows.append((np.append(ids, np.zeros(8, np.int64)), np.append(mask, np.zeros(8, np.int64))))
    rows.append((np.array([0, 2**40, 2**62, 1_999, 2_000]), np.ones(5, np.int64)))
    return rows


def write_cases(path, model, rows):
    lines = ["length,input_ids,attention_mask,embedding"]
    for ids, mask in rows:
        with torch.no_grad():
            embedding = encode(model, (ids[None, :], mask[None, :]))[0].numpy()
        columns = (ids, mask, [f"{value:.9g}" for value in embedding])
        lines.append(",".join([str(len(ids))] + [" ".join(map(str, column)) for column in columns]))
    path.write_text("\n".join(lines) + "\n", encoding="ascii")


README = """\
# encoder

Turns a text, as token ids, into a unit vector; texts about the same topics get similar vectors.
It is two convolutions and a mean over the tokens, trained contrastively on synthetic text.

| | name | type | shape |
| --- | --- | --- | --- |
| input | `input_ids` | INT64 | `[batch, length]` |
| input | `attention_mask` | INT64 | `[batch, length]`, 0 for padding |
| output | `embedding` | FP32 | `[batch, 32]` |

Any length from 1 up works, and any 64-bit id is valid. Padding has no influence on the result.
`attention_mask` may be left out: the server makes it. Texts of different lengths share a run (`config.pbtxt`); the
rest of the configuration the server derives from the model.

## Figures

Given an excerpt of {shortest} to {longest} tokens, find another excerpt of the same document among those of
{candidates} documents ({queries:,} queries, documents never trained on):

| | right |
| --- | --- |
| this model | {trained:.1%} |
| this model before training | {untrained:.1%} |
| cosine of word counts | {words:.1%} |

## Files

- `1/model.onnx`: the model.
- `cases.csv`: texts and the PyTorch model's answers in FP32. Rows 7 and 8 are one text without and with padding;
  row 9 has ids outside the vocabulary.

`python3 server/src/demo/train_encoder.py` writes all of this.
"""


def main():
    output = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_OUTPUT
    torch.manual_seed(SEED)
    torch.set_num_threads(1)  # The order of floating-point sums, and so the result, depends on the thread count.
    torch.use_deterministic_algorithms(True)

    text = TopicText()
    untrained = Encoder()
    model = train(text)

    ids, mask = text.excerpts(text.documents(2, np.random.default_rng(0)), 3, 5, np.random.default_rng(0))
    export(
        model,
        (torch.from_numpy(ids), torch.from_numpy(mask)),
        output / "1" / "model.onnx",
        inputs=["input_ids", "attention_mask"],
        output="embedding",
        dynamic_axes={
            "input_ids": {0: "batch", 1: "length"},
            "attention_mask": {0: "batch", 1: "length"},
            "embedding": {0: "batch"},
        },
    )
    write_cases(output / "cases.csv", model, cases(text))
    readme = README.format(
        shortest=SHORTEST,
        longest=LONGEST,
        candidates=CANDIDATES,
        queries=ROUNDS * CANDIDATES,
        trained=accuracy(text, lambda excerpt: encode(model, excerpt)),
        untrained=accuracy(text, lambda excerpt: encode(untrained, excerpt)),
        words=accuracy(text, bag_of_words),
    )
    (output / "README.md").write_text(readme, encoding="utf-8")
    print(readme)


if __name__ == "__main__":
    main()
