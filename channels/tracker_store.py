"""Where conversations live while they last: in memory, the last turns only, and not for long.

Rasa's own in-memory store keeps every word until the server stops, as text, and reads a whole
conversation anew at each turn: that was a quarter of a turn's time, and made the 100th turn take
twice as long as the 5th (benchmarks/README.md). Quiver needs the last turns and the slots, and keeps
the events themselves: the memory is this process's own.
"""

from __future__ import annotations

import time
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker


class RecentTrackerStore(InMemoryTrackerStore):
    """Keeps the last turns and the slots of each conversation, and drops idle conversations.

    Args:
        turns: how many turns of a conversation are kept.
        forget_after_minutes: idle time after which a conversation is dropped.
    """

    def __init__(
        self,
        domain: Domain,
        event_broker: EventBroker | None = None,
        turns: int = 10,
        forget_after_minutes: float = 60,
        **kwargs: Any,
    ) -> None:
        super().__init__(domain, event_broker)
        self._turns = turns
        self._seconds = forget_after_minutes * 60
        self._used: dict[str, float] = {}  # conversation to time of last use, longest idle first

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep a conversation, shortened; drop those that have been idle too long."""
        await self.stream_events(tracker)
        self.store[tracker.sender_id] = recent_events(tracker, self._turns)
        now = time.monotonic()
        self._used.pop(tracker.sender_id, None)
        self._used[tracker.sender_id] = now
        while self._used:
            longest_idle = next(iter(self._used))
            if now - self._used[longest_idle] <= self._seconds:
                break
            del self._used[longest_idle]
            self.store.pop(longest_idle, None)

    def deserialise_tracker(self, sender_id: str, serialised_tracker: list[Event]) -> DialogueStateTracker:
        """Make a conversation from its events."""
        return DialogueStateTracker.from_events(sender_id, serialised_tracker, self.domain.slots, domain=self.domain)


def recent_events(tracker: DialogueStateTracker, turns: int) -> list[Event]:
    """The events of the last turns, after slot events that set what was remembered before them."""
    events = list(tracker.events)
    said = [i for i, e in enumerate(events) if isinstance(e, UserUttered)]
    if len(said) <= turns:
        return events
    cut = said[-turns]
    while cut > 0 and not (isinstance(events[cut], ActionExecuted) and events[cut].action_name == ACTION_LISTEN_NAME):
        cut -= 1
    slots = [SlotSet(name, slot.value) for name, slot in tracker.slots.items() if slot.value is not None]
    return [*slots, *events[cut:]]
