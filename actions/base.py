"""What all actions share: the knowledge, the reading of the last message, and sending a reply."""

from __future__ import annotations

import abc
import asyncio
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

from actions.operator_settings import Operator, OperatorError, load_operator
from actions.webhook import key_of, post
from knowledge import CareLevel, KnowledgeError, Memory, Mention, Reading, Reply, Topic, load_topic
from knowledge.hand_over import ASKING, HandOver, Step, closed, hand_over, lapsed, outcome, really_asks
from knowledge.interview import Turn, control_of, go_on, respond, summary_of
from knowledge.queries import settle
from knowledge.replies import DANGER_OFFER, or_same_again
from knowledge.safety import SLOTS, UNKNOWN, held
from knowledge.said import reading_of
from knowledge.story import Story, hear

COUNTRY = os.environ.get("QUIVER_COUNTRY") or UNKNOWN
FOLDER = Path(os.environ.get("QUIVER_KNOWLEDGE", "data/knowledge/muscle_twitches"))
SLOT = "conversation"
STORY_SLOT, HAND_OVER_SLOT = "story", "hand_over"
CONFIRMED_SLOT = SLOTS["emergency"]
ASKED_BACK = "utter_danger_unsure"
# Channels whose clients read the reply object; people on the others would see it as text.
OBJECT_CHANNELS = frozenset({"rest"})
# `rasa shell` shows a message with buttons as a menu that cuts off long lines, caveats with them.
TEXT_CHANNELS = frozenset({"cmdline"})
# Seconds that sending a message may take: less than the channels wait for an answer (channels/guard.py).
LONGEST_SENDING = 6.0


@lru_cache(maxsize=1)
def the_topic() -> Topic:
    """The knowledge, read once. The server does not start on files that are not right."""
    try:
        return load_topic(FOLDER)
    except KnowledgeError as error:
        print(f"{error}\nThe action server does not start until these are mended.", file=sys.stderr)
        raise SystemExit(1) from None


@lru_cache(maxsize=1)
def the_operator() -> tuple[Operator, str]:
    """The operator's settings and secret, read once. The server does not start on settings that are not right."""
    try:
        return load_operator()
    except OperatorError as error:
        print(f"{error}\nThe action server does not start until this is mended.", file=sys.stderr)
        raise SystemExit(1) from None


the_topic()
the_operator()


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


def _catch_up(topic: Topic, story: Story, tracker: Tracker) -> tuple[Story, bool]:
    """The story with what was told on turns that no action answered: a fixed text did, or the server was down."""
    missed: list[dict[str, Any]] = []
    for event in reversed(tracker.events):
        if event.get("event") == "restart" or (event.get("event") == "slot" and event.get("name") == STORY_SLOT):
            break
        if event.get("event") == "user":
            missed.append(event)
    for event in reversed(missed[1:]):  # without the message of now
        said = {**(event.get("parse_data") or {}), "text": event.get("text")}
        story = hear(topic, story, settle(reading_of(topic, said)))[0]
    return story, len(missed) > 1


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


async def _reach_somebody(
    topic: Topic,
    story: Story,
    state: HandOver,
    reading: Reading,
    memory: Memory,
    today: date,
    conversation: str,
    *,
    at_once: bool,
) -> Step | None:
    """Take the message as one about reaching a person, and send what the person has said yes to.

    ``at_once``: it is not known yet whether danger is happening now, so the emergency number comes first.
    """
    operator, secret = the_operator()
    summary, level = summary_of(topic, hear(topic, story, reading)[0], reading, today)
    if at_once:
        level = min(level, CareLevel.URGENT, key=lambda x: x.rank)
    desk = operator.desk(level)
    step = hand_over(topic, desk, state, reading, memory, level, summary)
    if step is None or step.send_to is None or operator.hand_over is None:
        return step
    message = {
        "version": 1,
        "care_level": level.value,
        "contact": step.send_to,
        "summary": summary,
        "knowledge_version": topic.version,
    }
    key = key_of(secret, conversation, message)
    arrived = key in state.sent
    if not arrived:
        sending = asyncio.to_thread(post, operator.hand_over, secret, key, message)
        try:
            arrived = await asyncio.wait_for(sending, LONGEST_SENDING)
        except TimeoutError:
            arrived = False
    return outcome(topic, desk, step, reading, memory, key, arrived=arrived)


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

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Answer the last message and keep what the conversation must remember."""
        topic = the_topic()
        reading = really_asks(topic, settle(read_tracker(tracker)))
        memory = Memory.from_slot(tracker.get_slot(SLOT)).hears(reading.text)
        asked_back, danger_asked = _asked_back(tracker), memory.offer == DANGER_OFFER
        fresh_danger = _is_fresh(reading, memory) and not danger_asked
        if fresh_danger or (danger_asked and reading.act not in ("affirm", ASKING)):
            memory = replace(memory, offer=None)  # "ok", after a fixed text, asks for no more of what came before
        today = date.today()

        def answer(reading: Reading) -> Reply:
            return or_same_again(topic, reading, memory, self.reply(topic, reading, memory, today))

        story, missed = _catch_up(topic, Story.from_slot(tracker.get_slot(STORY_SLOT)), tracker)
        if reading.act == ASKING and control_of(topic, reading, story):  # "a summary for the doc" asks for no doctor
            reading = replace(reading, act="nlu_fallback")
        state = HandOver.from_slot(tracker.get_slot(HAND_OVER_SLOT))
        step = None
        if missed or fresh_danger or asked_back or danger_asked:  # then a "yes" means something else
            state = closed(state)
        if reading.act == ASKING or not (fresh_danger or asked_back or danger_asked):
            step = await _reach_somebody(
                topic, story, state, reading, memory, today, tracker.sender_id, at_once=danger_asked or asked_back
            )
        if step:
            state = step.state
            story = hear(topic, story, reading)[0]
            turn = Turn(step.reply if state.stage else go_on(topic, story, reading, step.reply), story)
        else:
            turn = respond(
                topic, story, reading, memory, today, answer, asked_back=asked_back, danger_asked=danger_asked
            )
            state, reply = lapsed(topic, state, turn.reply)
            turn = replace(turn, reply=reply)
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
        events = [
            SlotSet(SLOT, reply.memory.to_slot()),
            SlotSet(STORY_SLOT, turn.story.to_slot()),
            SlotSet(HAND_OVER_SLOT, state.to_slot()),
        ]
        soon = [a.sign for a in turn.story.alarms if a.level == CareLevel.SOON]
        if soon:  # "yes" to a question of the interview is a sign that the pipeline can't read
            events.append(SlotSet(SLOTS[CareLevel.SOON], soon[-1]))
        if reply.confirmed:
            events.append(SlotSet(CONFIRMED_SLOT, reply.confirmed))
        return events
