"""The action server of the default bot: one answer, one form validation, one form ending."""

from typing import Any

from rasa_sdk import Action, FormValidationAction, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

HOURS = {"weekdays": "8 to 18", "Saturday": "9 to 13"}


class ActionTellHours(Action):
    """Answers a question from a small table."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_tell_hours"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Say the hours."""
        hours = ", ".join(f"{day} {time}" for day, time in HOURS.items())
        dispatcher.utter_message(text=f"We are open on {hours}.")
        return []


class ValidateCheckinForm(FormValidationAction):
    """Accepts any place, and a duration that holds a number."""

    def name(self) -> str:
        """Name in the domain."""
        return "validate_checkin_form"

    def validate_checkin_place(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> dict[str, Any]:
        """Take any text."""
        return {"checkin_place": str(value).strip() or None}

    def validate_checkin_days(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> dict[str, Any]:
        """Take a text with a number."""
        digits = "".join(character for character in str(value) if character.isdigit())
        return {"checkin_days": digits or None}


class ActionReportCheckin(Action):
    """Reports what the form gathered and empties it for the next time."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_report_checkin"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Say place and days."""
        place, days = tracker.get_slot("checkin_place"), tracker.get_slot("checkin_days")
        dispatcher.utter_message(text=f"Noted: {place}, {days} days.")
        return [SlotSet("checkin_place", None), SlotSet("checkin_days", None)]
