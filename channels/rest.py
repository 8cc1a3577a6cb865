"""The REST channel: one JSON message in, a list of messages and one reply object out."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse

from channels.guard import answer, fixed_texts, guard_text
from channels.schema_check import remember_checked_schemas
from channels.settings import KNOWLEDGE, default_country, the_topic
from channels.summary_page import as_html, as_pdf
from knowledge.interview import summary_of
from knowledge.loading import Topic, topic_version
from knowledge.queries import Mention, Reading
from knowledge.safety import held
from knowledge.story import Story

remember_checked_schemas()

NAME = "rest"
LONGEST_SENDER = 200
# What the reply object holds on every turn (docs/architecture.md, "Reply object").
EMPTY_OBJECT: dict[str, Any] = {
    "act": None,
    "acts": [],
    "care_level": None,
    "concepts": [],
    "denied": [],
    "measures": [],
    "language": None,
    "danger": [],
    "contacts": [],
    "statements": [],
    "claims": [],
    "sources": [],
    "knowledge_version": None,
    "model": None,
}


# Forms of the summary: content type, and what makes it.
FORMATS: dict[str, tuple[str, Callable[[Sequence[str]], bytes]]] = {
    "html": ("text/html; charset=utf-8", lambda blocks: as_html(blocks).encode()),
    "pdf": ("application/pdf", as_pdf),
}


class ReplyChannel(CollectingOutputChannel):
    """Collects a turn's messages. Responses may name the channel ``rest`` for a variation."""

    @classmethod
    def name(cls) -> str:
        """The name that responses match on."""
        return NAME

    def finished(self, model: str | None, version: str | None = None) -> list[dict[str, Any]]:
        """The turn's messages, with exactly one complete reply object, last."""
        found: dict[str, Any] = {}
        for message in self.messages:
            found.update(message.pop("custom", None) or {})
        body = [m for m in self.messages if len(m) > 1]
        whole = {**EMPTY_OBJECT, "knowledge_version": version, **found, "model": model}
        recipient = self.messages[0]["recipient_id"] if self.messages else None
        return [*body, {"recipient_id": recipient, "custom": whole}]


class GuardedRestInput(InputChannel):
    """``POST /webhooks/rest/webhook`` with ``{"sender": ..., "message": ...}``.

    Compatible with Rasa's own REST channel, with three differences: every message passes the
    guard, a message without a sender gets a conversation of its own instead of sharing the one
    called "default", and every turn carries one reply object.

    ``POST /webhooks/rest/summary`` with ``{"sender": ..., "format": "html" or "pdf"}`` gives the summary of
    what was told, as a page to print or a PDF.
    """

    @classmethod
    def name(cls) -> str:
        """Part of the address."""
        return NAME

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The channel's routes."""
        routes = Blueprint("guarded_rest", __name__)
        version = topic_version(KNOWLEDGE)  # for the turns that the action server does not answer

        @routes.route("/", methods=["GET"])
        async def health(request: Request) -> HTTPResponse:
            return response.json({"status": "ok"})

        @routes.route("/webhook", methods=["POST"])
        async def receive(request: Request) -> HTTPResponse:
            try:
                body = request.json
                if not isinstance(body, dict):
                    raise ValueError("the body must be a JSON object")
                text = guard_text(body.get("message"))
                sender = body.get("sender") or uuid.uuid4().hex
                if not isinstance(sender, str) or len(sender) > LONGEST_SENDER:
                    raise ValueError(f"'sender' must be a text of at most {LONGEST_SENDER} characters")
            except (ValueError, SanicException) as error:
                return response.json({"error": f"{error}. {fixed_texts()['bad_request']}"}, status=400)
            output = ReplyChannel()
            await answer(on_new_message, UserMessage(text, output, sender, input_channel=NAME), output)
            agent = getattr(request.app.ctx, "agent", None)
            return response.json(output.finished(getattr(agent, "model_id", None), version))

        @routes.route("/summary", methods=["POST"])
        async def summary(request: Request) -> HTTPResponse:
            try:
                body = request.json
                sender, form = (body.get("sender"), body.get("format", "html")) if isinstance(body, dict) else ("", "")
                if not isinstance(sender, str) or not 0 < len(sender) <= LONGEST_SENDER or str(form) not in FORMATS:
                    raise ValueError("the body must have a 'sender', and a 'format' of html or pdf")
            except (ValueError, SanicException) as error:
                return response.json({"error": str(error)}, status=400)
            agent, topic = getattr(request.app.ctx, "agent", None), the_topic()
            if agent is None or topic is None:
                return response.json({"error": fixed_texts()["no_reply"]}, status=503)
            blocks = await _summary_of(agent, topic, sender)
            if not blocks:
                return response.json({"error": fixed_texts()["no_summary"]}, status=404)
            kind, make = FORMATS[str(form)]
            headers = {
                "Cache-Control": "no-store",
                "Content-Disposition": f'inline; filename="summary.{form}"',
                "X-Content-Type-Options": "nosniff",
                "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
            }
            return response.raw(make(blocks), content_type=kind, headers=headers)

        return routes


async def _summary_of(agent: Any, topic: Topic, sender: str) -> list[str]:
    """The paragraphs of a conversation's summary; none where nothing was told, or there is no such conversation."""
    tracker = await agent.tracker_store.retrieve(sender)
    if tracker is None:
        return []
    slots = tracker.current_slot_values()
    found = held(topic, slots)
    reading = Reading(
        "summarise",
        held=Mention(found[0][2], level=found[0][1]) if found else None,
        country=slots.get("country") or default_country(),
    )
    return summary_of(topic, Story.from_slot(slots.get("story")), reading, date.today())[0]
