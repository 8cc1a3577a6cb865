"""Cross-validation and learning curve of the acts, with the features of config.yml in scikit-learn.

Runs in Quiver's environment: `curves.py out.json`. The encoder was trained on all sentences of data/nlu/, so
what is cross-validated with it is flattered; the figures without it are not.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
import yaml  # noqa: E402
from scipy.sparse import csr_matrix, hstack  # noqa: E402
from sklearn.feature_extraction.text import CountVectorizer  # noqa: E402
from sklearn.linear_model import LogisticRegression  # noqa: E402
from sklearn.metrics import f1_score  # noqa: E402
from sklearn.model_selection import StratifiedKFold, train_test_split  # noqa: E402

from components.phrases import respell  # noqa: E402
from components.sentence_encoder import encoder  # noqa: E402
from knowledge import load_topic  # noqa: E402
from knowledge.reading import Reader, phrases_of  # noqa: E402
from tests.nlu.scoring import held_out  # noqa: E402
from training.examples import TOPIC  # noqa: E402

SCALE, FOLDS, SEED = 10.0, 5, 7
SHARES = (0.125, 0.25, 0.5, 0.75, 1.0)


class Features:
    """Words, pieces of words and the sentence vector; the counts are learned from the training sentences alone."""

    def __init__(self, *, with_encoder: bool) -> None:
        self._words = CountVectorizer(ngram_range=(1, 2), token_pattern=r"(?u)\b\w+\b")  # noqa: S106
        self._pieces = CountVectorizer(analyzer="char_wb", ngram_range=(2, 4), min_df=3)
        self._with_encoder = with_encoder

    def learn(self, texts: list[str], vectors: Any) -> Any:
        """Learn the counts and give the features."""
        return self._join([self._words.fit_transform(texts), self._pieces.fit_transform(texts)], vectors)

    def of(self, texts: list[str], vectors: Any) -> Any:
        """The features of other sentences."""
        return self._join([self._words.transform(texts), self._pieces.transform(texts)], vectors)

    def _join(self, parts: list[Any], vectors: Any) -> Any:
        return hstack([*parts, *([csr_matrix(vectors * SCALE)] if self._with_encoder else [])]).tocsr()


def taught() -> list[tuple[str, str]]:
    """Sentence and act of all training sentences."""
    return [
        (line.strip()[2:], intent["intent"])
        for path in sorted((ROOT / "data" / "nlu").glob("*.yml"))
        for intent in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]
        for line in intent["examples"].splitlines()
        if line.strip()
    ]


def fit_and_score(train: Any, test: Any, *, with_encoder: bool) -> tuple[float, float, list[str]]:
    """Accuracy, macro F1 and what was read, of a classifier learned from one part and tried on another."""
    features = Features(with_encoder=with_encoder)
    learner = LogisticRegression(max_iter=300, tol=0.001, random_state=SEED)
    learner.fit(features.learn(train[0], train[1]), train[2])
    read = learner.predict(features.of(test[0], test[1]))
    return float(np.mean(read == test[2])), float(f1_score(test[2], read, average="macro")), list(read)


def main(out: str) -> None:
    """Write the figures, and the training sentences that cross-validation reads otherwise."""
    reader = Reader(phrases_of(load_topic(TOPIC)))
    sentences = taught()
    texts = [respell(reader, text) for text, _ in sentences]
    acts = np.array([act for _, act in sentences])
    vectors = np.array([encoder().encode(text) for text in texts])
    messages = held_out()
    test_texts = [respell(reader, m.text) for m in messages]
    test = (test_texts, np.array([encoder().encode(t) for t in test_texts]), np.array([m.acts[0] for m in messages]))

    def part(indices: Any) -> Any:
        return [texts[i] for i in indices], vectors[indices], acts[indices]

    result: dict[str, Any] = {"sentences": len(texts)}
    for name, with_encoder in (("with the encoder", True), ("without it", False)):
        folds, doubtful = [], []
        for kept, left in StratifiedKFold(FOLDS, shuffle=True, random_state=SEED).split(texts, acts):
            accuracy, macro, read = fit_and_score(part(kept), part(left), with_encoder=with_encoder)
            folds.append((accuracy, macro))
            doubtful += [(sentences[i][1], r, sentences[i][0]) for i, r in zip(left, read, strict=True) if r != acts[i]]
        curve = []
        for share in SHARES:
            indices = np.arange(len(texts))
            if share < 1:
                indices, _ = train_test_split(indices, train_size=share, stratify=acts, random_state=SEED)
            accuracy, macro, _ = fit_and_score(part(indices), test, with_encoder=with_encoder)
            curve.append((len(indices), accuracy, macro))
        result[name] = {"folds": folds, "curve": curve, "doubtful": doubtful}
    Path(out).write_text(json.dumps(result, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
