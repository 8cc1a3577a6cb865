"""Conversations are kept short and not for long; what must be remembered stays."""

import asyncio
from typing import Any

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from channels import tracker_store
from channels.tracker_store import RecentTrackerStore
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def domain() -> Domain:
    return Domain.load(str(ROOT / "domain.yml"))


def conversation(domain: Domain, name: str, turns: int) -> DialogueStateTracker:
    events: list[Any] = [ActionExecuted("action_session_start"), ActionExecuted("action_listen")]
    for i in range(turns):
        events += [UserUttered(f"message {i}"), ActionExecuted("action_answer_question")]
        if i == 0:
            events.append(SlotSet("conversation", {"introduced": True}))
        events.append(ActionExecuted("action_listen"))
    return DialogueStateTracker.from_events(name, events, domain.slots, domain=domain)


def kept(store: RecentTrackerStore, name: str) -> DialogueStateTracker | None:
    return asyncio.run(store.retrieve(name))


def test_only_the_last_turns_are_kept_and_the_slots(domain: Domain) -> None:
    store = RecentTrackerStore(domain, turns=3)
    asyncio.run(store.save(conversation(domain, "a", 50)))
    tracker = kept(store, "a")
    assert tracker
    said = [e.text for e in tracker.events if isinstance(e, UserUttered)]
    assert said == ["message 47", "message 48", "message 49"]
    assert tracker.get_slot("conversation") == {"introduced": True}
    assert tracker.latest_action_name == "action_listen"
    assert len(store.store["a"]) < 20


def test_what_is_done_to_a_conversation_stays_undone_until_it_is_saved(domain: Domain) -> None:
    store = RecentTrackerStore(domain)
    asyncio.run(store.save(conversation(domain, "a", 1)))
    tracker = kept(store, "a")
    assert tracker
    tracker.update(UserUttered("never saved"))
    tracker.update(SlotSet("country", "country.au"))
    again = kept(store, "a")
    assert again
    assert again.get_slot("country") is None
    assert [e.text for e in again.events if isinstance(e, UserUttered)] == ["message 0"]


def test_a_short_conversation_is_kept_whole(domain: Domain) -> None:
    store = RecentTrackerStore(domain, turns=3)
    asyncio.run(store.save(conversation(domain, "a", 2)))
    tracker = kept(store, "a")
    assert tracker
    assert len([e for e in tracker.events if isinstance(e, UserUttered)]) == 2


def test_idle_conversations_are_dropped(domain: Domain, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr(tracker_store.time, "monotonic", lambda: now)
    store = RecentTrackerStore(domain, forget_after_minutes=60)
    asyncio.run(store.save(conversation(domain, "old", 1)))
    now = 3000.0
    asyncio.run(store.save(conversation(domain, "newer", 1)))
    now = 3700.0
    asyncio.run(store.save(conversation(domain, "newest", 1)))
    assert kept(store, "old") is None
    assert kept(store, "newer") is not None
