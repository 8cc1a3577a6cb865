"""Dense featurizer: the meaning of a whole message as one vector.

Reimers and Gurevych 2019, "Sentence-BERT"; trained on for this subject (training/README.md). The
files lie in models/encoder/ and are checked by hash when loaded. Nothing is downloaded.
"""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from tokenizers import Tokenizer as WordPieces

from components.reading_tokenizer import NOTHING

DIMENSIONS = 384
# Two are quicker by themselves, one is quicker in a server whose turns come one by one: the second thread
# must be woken for every message (docs/decisions/0002-encoder.md).
THREADS = 1
LONGEST = 128  # word pieces; the model was trained on 128
# Made by `make train-encoder`; card.json says from what, and holds the sha256 of each file.
FOLDER = Path(__file__).parents[1] / "models" / "encoder"
CARD, WEIGHTS, PIECES, HEADS = "card.json", "encoder.onnx", "tokenizer.json", "heads.npz"


class EncoderError(Exception):
    """The encoder's files are missing or not the ones that the project was built with."""


def _checked(folder: Path, name: str, sha256: str) -> Path:
    path = folder / name
    try:
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        raise EncoderError(f"{path} is missing: get the repository's own copy back (git checkout models)") from None
    if found != sha256:
        raise EncoderError(
            f"{path} has sha256 {found}, expected {sha256}: get the repository's own copy back "
            "(git checkout models), or run 'make train-encoder'"
        )
    return path


class Encoder:
    """Texts to unit vectors, one at a time; the same text gives the same vector, to the last bit.

    Args:
        folder: where the files of ``make train-encoder`` are.

    Raises:
        EncoderError: a file is missing or is not the one that the card names.
    """

    def __init__(self, folder: Path = FOLDER) -> None:
        try:
            self.card: dict[str, Any] = json.loads((folder / CARD).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            raise EncoderError(f"{folder / CARD} can't be read: get the repository's own copy back") from None
        paths = {name: _checked(folder, name, self.card["sha256"][name]) for name in (WEIGHTS, PIECES, HEADS)}
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = THREADS
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(str(paths[WEIGHTS]), options, providers=["CPUExecutionProvider"])
        self._pieces = WordPieces.from_file(str(paths[PIECES]))
        self._pieces.no_padding()
        self._pieces.enable_truncation(LONGEST)
        with np.load(paths[HEADS]) as heads:
            self.heads = dict(heads)
        self._last: tuple[str, npt.NDArray[np.float32]] | None = None

    def encode(self, text: str) -> npt.NDArray[np.float32]:
        """Return the mean of the word-piece vectors, length 1; shape (384,), float32."""
        # the danger gate asks for the message that the featurizer has just read
        if self._last is None or self._last[0] != text:
            ids = np.array([self._pieces.encode(text).ids], dtype=np.int64)
            hidden = self._session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})[0]
            vector = hidden[0].mean(axis=0)
            self._last = (text, np.asarray(vector / np.linalg.norm(vector), dtype=np.float32))
        return self._last[1]


@lru_cache(maxsize=1)
def encoder() -> Encoder:
    """The one encoder of this process."""
    return Encoder()


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEncoder(DenseFeaturizer, GraphComponent):  # type: ignore[misc]
    """Adds one sentence vector per message, made from the tokens' corrected words."""

    @classmethod
    def required_components(cls) -> list[type]:
        """A tokenizer must come first."""
        return [Tokenizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """``scale``: factor on the unit vector, its weight against the n-gram counts."""
        return {**DenseFeaturizer.get_default_config(), "scale": 1.0}

    def __init__(self, config: dict[str, Any], name: str) -> None:
        super().__init__(name, config)
        self._encoder = encoder()

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceEncoder:
        """Make the component; raises EncoderError if the files are not right."""
        return cls(config, execution_context.node_name)

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Rasa's cache must notice another encoder: what was learned from its vectors is no longer true."""
        return hashlib.sha256((FOLDER / CARD).read_bytes()).hexdigest()

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Nothing to check beyond the defaults."""

    def process(self, messages: list[Message]) -> list[Message]:
        """Featurize messages in place."""
        readable = [m for m in messages if m.get(TOKENS_NAMES[TEXT])]
        texts = [corrected_text(m.get(TEXT), m.get(TOKENS_NAMES[TEXT])) for m in readable]
        # No batches: the int8 weights are scaled by the largest value in a batch, so a message's vector
        # would depend on its neighbours, in training but not in use.
        for message, text in zip(readable, texts, strict=True):
            scaled = (self._encoder.encode(text) * self._config["scale"])[np.newaxis, :]
            message.add_features(Features(scaled, FEATURE_TYPE_SENTENCE, TEXT, self._identifier))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Featurize the training examples in place."""
        self.process(training_data.training_examples)
        return training_data


def corrected_text(text: str, tokens: list[Any]) -> str:
    """The message with its tokens' corrected spelling and its own spacing."""
    if tokens[0].text == NOTHING:
        return ""
    parts, end = [], 0
    for token in tokens:
        parts.append(" " if token.start > end else "")
        parts.append(token.text)
        end = token.end
    return "".join(parts).strip()
