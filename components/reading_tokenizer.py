"""Tokenizer that splits as the readable reading does, with the subject's words spelt right."""

from __future__ import annotations

from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message

from components.phrases import PhraseComponent
from knowledge.reading import without_slashes

# A message in which nothing can be read ("", only spaces) still needs one token: Rasa's
# featurizers and classifiers leave out messages that have none, and fail on the gap.
NOTHING = "__nothing__"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=True)
class ReadingTokenizer(PhraseComponent, Tokenizer):  # type: ignore[misc]
    """Tokens are lower-case, misspelt words of the subject corrected; offsets are the message's."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """See :class:`PhraseComponent`; the rest is what Rasa's tokenizers expect."""
        return {
            **PhraseComponent.get_default_config(),
            "intent_tokenization_flag": False,
            "intent_split_symbol": "_",
            "longest": 400,
        }

    def __init__(self, config: dict[str, Any], phrases: str, model_storage: ModelStorage, resource: Resource) -> None:
        Tokenizer.__init__(self, config)
        PhraseComponent.__init__(self, config, phrases, model_storage, resource)

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """Split the text of an attribute; at most ``longest`` tokens, half from each end.

        Takes leading slashes off: Rasa would read what follows as an order and skip the danger gate.
        """
        text = message.get(attribute) or ""
        if text.lstrip().startswith("/"):
            text = without_slashes(text)
            message.set(attribute, text)
        words = self.reader.words(text)
        longest = self._config["longest"]
        if len(words) > longest:
            words = words[: longest // 2] + words[-longest // 2 :]
        return [Token(w.text, w.start, w.end) for w in words] or [Token(NOTHING, 0, len(NOTHING))]
