"""The REST channel: one JSON message in, a list of messages and one reply object out."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse

from channels.guard import answer, fixed_texts, guard_text
from channels.schema_check import remember_checked_schemas
from channels.settings import KNOWLEDGE
from knowledge.loading import topic_version

remember_checked_schemas()

NAME = "rest"
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
                if not isinstance(sender, str) or len(sender) > 200:
                    raise ValueError("'sender' must be a text of at most 200 characters")
            except (ValueError, SanicException) as error:
                return response.json({"error": f"{error}. {fixed_texts()['bad_request']}"}, status=400)
            output = ReplyChannel()
            await answer(on_new_message, UserMessage(text, output, sender, input_channel=NAME), output)
            agent = getattr(request.app.ctx, "agent", None)
            return response.json(output.finished(getattr(agent, "model_id", None), version))

        return routes
