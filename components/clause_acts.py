"""Further acts of a message: "my lid jumps, is that bad? and thanks" tells, asks and thanks.

The classifier before this one reads the message as a whole and gives its one intent. Here each clause is read
by itself, on its sentence vector alone. Figures: docs/decisions/0014-several-acts.md.
"""

from __future__ import annotations

import itertools
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.constants import (
    ENTITIES,
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components.arrays import ArrayComponent, vector_of
from components.sentence_encoder import corrected_text, encoder

ENTITY = "act"
QUESTION = "ask_"


@DefaultV1Recipe.register(
    [DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR],
    is_trainable=True,
)
class ClauseActs(ArrayComponent, IntentClassifier, EntityExtractorMixin):  # type: ignore[misc]
    """Adds an entity ``act`` for each further act, in order, and puts the intent right where small talk stands first.

    A message whose whole reads as small talk, and a clause of which surely asks or tells, is about that.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """``least``: probability from which on a clause's act counts; ``C``: inverse regularisation.

        ``openers``: words that begin a clause without a stop before them ("... jumping is it als"), where at
        least ``fewest_words`` went before; ``leading``: acts that give way to what else a message holds;
        ``telling``: acts that give way to a question; ``silent``: acts that never stand beside others;
        ``unsure``: probability of the whole message under which a clause that is sure decides.
        """
        return {
            "least": 0.6,
            "C": 30.0,
            "openers": [],
            "fewest_words": 3,
            "leading": [],
            "telling": [],
            "silent": [],
            "unsure": 0.4,
        }

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the acts from the sentence vectors alone, and keep what was learned with the model."""
        examples = [(vector_of(e), e.get(INTENT)) for e in training_data.intent_examples]
        known = [(vector, act) for vector, act in examples if vector is not None and act]
        self.learn([v for v, _ in known], [act for _, act in known], C=self._config["C"], max_iter=300, tol=0.001)
        return self.keep()

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the further acts of each message to its entities."""
        for message in messages:
            intent = message.get(INTENT)
            if not intent:
                continue
            main, chance = intent[INTENT_NAME_KEY], float(intent[PREDICTED_CONFIDENCE_KEY])
            read = self._read(message)
            first = self._first(main, chance, read)
            if first != main:
                self._put_first(message, first, read[first][2])
                if chance >= self._config["unsure"]:
                    read.setdefault(main, (0, 0, chance))
                main = first
            entities = [
                {"entity": ENTITY, "value": act, "start": start, "end": end, "confidence_entity": chance}
                for act, (start, end, chance) in read.items()
                if act != main and act not in self._config["silent"]
            ]
            message.set(ENTITIES, message.get(ENTITIES, []) + self.add_extractor_name(entities), add_to_output=True)
        return messages

    def _first(self, main: str, chance: float, read: dict[str, tuple[int, int, float]]) -> str:
        """The act that the person wants answered: small talk and telling give way to questions."""
        leading, telling = self._config["leading"], self._config["telling"]
        weightier = [act for act in read if act not in leading]
        asking = [act for act in weightier if act.startswith(QUESTION)]
        if main in telling and asking:
            return max(asking, key=lambda act: read[act][2])
        if main in leading and weightier:
            return asking[0] if asking else weightier[0]
        if chance < self._config["unsure"] and weightier and main not in read:
            return max(weightier, key=lambda act: read[act][2])
        return main

    def _read(self, message: Message) -> dict[str, tuple[int, int, float]]:
        """The act of each clause that is sure enough, in order: where the clause stands, and the probability."""
        text, found = message.get(TEXT), dict[str, tuple[int, int, float]]()
        for tokens in self._clauses(message.get(TOKENS_NAMES[TEXT]) or [], text):
            act, chance = self.likeliest(encoder().encode(corrected_text(text, tokens)))
            if chance >= self._config["least"] and chance > found.get(act, (0, 0, 0.0))[2]:
                found[act] = (tokens[0].start, tokens[-1].end, chance)
        return found

    def _clauses(self, tokens: list[Token], text: str) -> list[list[Token]]:
        """The clauses of a message that are long enough to be read; none where there is only one."""
        words = [t.text for t in tokens]
        cuts = [0]
        for i in range(1, len(tokens)):
            ended = words[i - 1][0] in ".!?;" or "\n" in text[tokens[i - 1].end : tokens[i].start]
            opens = any(" ".join(words[i : i + n]) in self._config["openers"] for n in (1, 2, 3))
            if ended or (opens and i - cuts[-1] >= self._config["fewest_words"]):
                cuts.append(i)
        clauses = [tokens[a:b] for a, b in itertools.pairwise([*cuts, len(tokens)])]
        return [c for c in clauses if any(t.text[0].isalnum() for t in c)] if len(clauses) > 1 else []

    @staticmethod
    def _put_first(message: Message, act: str, chance: float) -> None:
        """Make an act the intent, first in the ranking, with the probability of its clause."""
        ranking = message.get(INTENT_RANKING_KEY) or []
        known = next((r for r in ranking if r[INTENT_NAME_KEY] == act), {INTENT_NAME_KEY: act})
        first = {**known, PREDICTED_CONFIDENCE_KEY: chance}
        # the others step back, so that no two are alike
        others = [
            {**r, PREDICTED_CONFIDENCE_KEY: min(float(r[PREDICTED_CONFIDENCE_KEY]), chance / 2)}
            for r in ranking
            if r[INTENT_NAME_KEY] != act
        ]
        message.set(INTENT, first, add_to_output=True)
        message.set(INTENT_RANKING_KEY, [first, *others], add_to_output=True)
