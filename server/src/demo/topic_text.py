"""Synthetic text as token ids: documents about a few topics each, of which any number of excerpts can be drawn."""

import numpy as np

VOCABULARY = 2_000

_TRUTH_SEED = 20_262
_COMMON = 200  # Ids 1 to 200 are common words, found in all texts; 0 is padding and no word.
_COMMON_SHARE = 0.5
_TOPICS = 80
_WORDS_PER_TOPIC = 100  # Topics share words: 80 x 100 words are drawn from 1,799.
_TOPICS_PER_DOCUMENT = 3
_PHRASE = 4  # Words come in phrases of one topic each, so a word's neighbours tell which of its topics is meant.


class TopicText:
    def __init__(self):
        truth = np.random.default_rng(_TRUTH_SEED)
        words = np.arange(_COMMON + 1, VOCABULARY)
        self._topic_words = np.stack(
            [truth.choice(words, _WORDS_PER_TOPIC, replace=False) for _ in range(_TOPICS)]
        )
        self._topic_cumulative = _zipf_cumulative(_WORDS_PER_TOPIC)
        self._common_cumulative = _zipf_cumulative(_COMMON)

    def documents(self, count, random):
        """Returns each document's topics and their shares, both [count, 3]."""
        topics = np.stack([random.choice(_TOPICS, _TOPICS_PER_DOCUMENT, replace=False) for _ in range(count)])
        return topics, random.dirichlet(np.ones(_TOPICS_PER_DOCUMENT), count)

    def excerpts(self, documents, shortest, longest, random):
        """Returns one excerpt of each document, of random length and padded with 0, as ids and mask [count, length]."""
        topics, shares = documents
        count = len(topics)
        lengths = random.integers(shortest, longest + 1, count)
        phrases = -(-longest // _PHRASE)
        chosen = (random.random((count, phrases, 1)) > shares.cumsum(axis=1)[:, None, :-1]).sum(axis=2)
        topic = np.repeat(np.take_along_axis(topics, chosen, axis=1), _PHRASE, axis=1)[:, :longest]

        topical = self._topic_words[
            topic, np.searchsorted(self._topic_cumulative, random.random((count, longest)), side="right")
        ]
        common = 1 + np.searchsorted(self._common_cumulative, random.random((count, longest)), side="right")
        ids = np.where(random.random((count, longest)) < _COMMON_SHARE, common, topical)
        mask = (np.arange(longest) < lengths[:, None]).astype(np.int64)
        return ids * mask, mask


def _zipf_cumulative(words):
    weight = 1.0 / np.arange(1, words + 1)
    cumulative = np.cumsum(weight / weight.sum())
    cumulative[-1] = 1.0  # Rounding must not leave room for a word past the end.
    return cumulative
