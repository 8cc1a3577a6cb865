"""What all actions share: the knowledge, the reading of the last message, and sending a reply."""

from __future__ import annotations

import abc
import os
import sys
from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from knowledge import CareLevel, KnowledgeError, Memory, Mention, Reading, Reply, Topic, load_topic
from knowledge.interview import respond
from knowledge.queries import settle
from knowledge.replies import DANGER_OFFER, or_same_again
from knowledge.safety import SLOTS, UNKNOWN, held
from knowledge.said import reading_of
from knowledge.story import Story

COUNTRY = os.environ.get("QUIVER_COUNTRY") or UNKNOWN
FOLDER = Path(os.environ.get("QUIVER_KNOWLEDGE", "data/knowledge/muscle_twitches"))
SLOT = "conversation"
STORY_SLOT = "story"
CONFIRMED_SLOT = SLOTS["emergency"]
ASKED_BACK = "utter_danger_unsure"
# Channels whose clients read the reply object; people on the others would see it as text.
OBJECT_CHANNELS = frozenset({"rest"})
# `rasa shell` shows a message with buttons as a menu that cuts off long lines, caveats with them.
TEXT_CHANNELS = frozenset({"cmdline"})


@lru_cache(maxsize=1)
def the_topic() -> Topic:
    """The knowledge, read once. The server does not start on files that are not right."""
    try:
        return load_topic(FOLDER)
    except KnowledgeError as error:
        print(f"{error}\nThe action server does not start until these are mended.", file=sys.stderr)
        raise SystemExit(1) from None


the_topic()


def read_tracker(tracker: Tracker) -> Reading:
    """What the pipeline understood of the last message, and what holds from the turns before."""
    return replace(
        reading_of(the_topic(), tracker.latest_message or {}),
        held=_held(tracker),
        country=tracker.get_slot("country") or COUNTRY,
    )


def _held(tracker: Tracker) -> Mention | None:
    """The most urgent danger sign so far: the slots that the pipeline filled on this turn or before."""
    found = held(the_topic(), tracker.current_slot_values())
    return Mention(found[0][2], level=found[0][1]) if found else None


def _asked_back(tracker: Tracker) -> bool:
    """Whether the question "is any of these happening?" went out on this turn."""
    for event in reversed(tracker.events):
        if event.get("event") == "user":
            return False
        if event.get("event") == "bot" and event.get("text"):
            return (event.get("metadata") or {}).get("utter_action") == ASKED_BACK
    return False


def _is_fresh(reading: Reading, memory: Memory) -> bool:
    """Whether a danger that needs help today or now was found on the turn before, and not taken up yet."""
    held = reading.held
    return bool(held and held.level and held.level.rank <= CareLevel.URGENT.rank and memory.repeated != held.concept)


def as_text(reply: Reply) -> str:
    """Suggestions for a channel without buttons."""
    titles = " · ".join(b.title for b in reply.buttons)
    if reply.choices_label:
        return reply.choices_label.format(choices=titles)
    return the_topic().file.framing.labels["you_can_ask"].format(questions=titles)


class TopicAction(Action, abc.ABC):
    """An action that answers from the knowledge. Subclasses say :meth:`reply`."""

    @abc.abstractmethod
    def name(self) -> str:
        """Name under which the domain lists the action."""

    @abc.abstractmethod
    def reply(self, topic: Topic, reading: Reading, memory: Memory, today: date) -> Reply:
        """Decide what to say."""

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Answer the last message and keep what the conversation must remember."""
        reading = settle(read_tracker(tracker))
        memory = Memory.from_slot(tracker.get_slot(SLOT)).hears(reading.text)
        topic = the_topic()
        asked_back, danger_asked = _asked_back(tracker), memory.offer == DANGER_OFFER
        fresh_danger = _is_fresh(reading, memory) and not danger_asked
        if fresh_danger or (danger_asked and reading.act != "affirm"):
            memory = replace(memory, offer=None)  # "ok", after a fixed text, asks for no more of what came before
        today = date.today()

        def answer(reading: Reading) -> Reply:
            return or_same_again(topic, reading, memory, self.reply(topic, reading, memory, today))

        story = Story.from_slot(tracker.get_slot(STORY_SLOT))
        turn = respond(topic, story, reading, memory, today, answer, asked_back=asked_back, danger_asked=danger_asked)
        reply = turn.reply
        if asked_back:
            reply = replace(reply, memory=replace(reply.memory, offer=DANGER_OFFER))
        channel = tracker.get_latest_input_channel()
        *texts, last = reply.texts
        buttons = [{"title": b.title, "payload": b.payload} for b in reply.buttons]
        if buttons and channel in TEXT_CHANNELS:
            last = f"{last}\n\n{as_text(reply)}"
            buttons = []
        for text in texts:
            dispatcher.utter_message(text=text)
        dispatcher.utter_message(text=last, buttons=buttons)
        if channel in OBJECT_CHANNELS:
            dispatcher.utter_message(json_message=reply.object)
        events = [SlotSet(SLOT, reply.memory.to_slot()), SlotSet(STORY_SLOT, turn.story.to_slot())]
        soon = [a.sign for a in turn.story.alarms if a.level == CareLevel.SOON]
        if soon:  # "yes" to a question of the interview is a sign that the pipeline can't read
            events.append(SlotSet(SLOTS[CareLevel.SOON], soon[-1]))
        if reply.confirmed:
            events.append(SlotSet(CONFIRMED_SLOT, reply.confirmed))
        return events
