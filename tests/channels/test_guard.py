"""The guard: what a person types can't give Rasa orders, and nobody gets silence."""

import asyncio
from typing import Any

import pytest
from limits import parse
from rasa.core.channels.channel import UserMessage

from channels import guard
from channels.guard import answer, fixed_texts, guard_text
from channels.rest import ReplyChannel


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("/report_emergency", "report_emergency"),
        ('/ask_cause{"concept": "cause.caffeine"}', 'ask_cause{"concept": "cause.caffeine"}'),
        (" // /restart", "restart"),
        ("/", ""),
        ("hi\x00\x1b[31m there", "hi  [31m there"),
        (None, ""),
        ("  why?  ", "why?"),
    ],
)
def test_typed_orders_and_control_characters_go(typed: str | None, read: str) -> None:
    assert guard_text(typed) == read


def test_a_very_long_text_keeps_both_ends() -> None:
    text = guard_text("start " + "a" * 20_000 + " end")
    assert text.startswith("start")
    assert text.endswith("end")
    assert len(text) < 5_000


@pytest.mark.parametrize("value", [3, ["x"], {"a": 1}, True])
def test_what_is_no_text_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="must be a text"):
        guard_text(value)


def reply_of(handler: Any) -> list[dict[str, Any]]:
    output = ReplyChannel()
    asyncio.run(answer(handler, UserMessage("hello", output, "someone"), output))
    return output.finished("model-1")


async def silent(message: UserMessage) -> None:
    """An action server that is down leaves Rasa with nothing to say."""


async def failing(message: UserMessage) -> None:
    raise RuntimeError("boom")


async def hanging(message: UserMessage) -> None:
    await asyncio.sleep(60)


@pytest.mark.parametrize("handler", [silent, failing, hanging])
def test_nobody_gets_silence(handler: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "PATIENCE", 0.05)
    messages = reply_of(handler)
    assert messages[0]["text"] == fixed_texts()["no_reply"]
    assert "999" in messages[0]["text"]
    assert messages[-1]["custom"]["model"] == "model-1"


def test_an_answer_is_left_as_it_is() -> None:
    async def talking(message: UserMessage) -> None:
        await message.output_channel.send_text_message("someone", "hello")
        await message.output_channel.send_custom_json("someone", {"act": "greet"})

    text, reply_object = reply_of(talking)
    assert text == {"recipient_id": "someone", "text": "hello"}
    assert reply_object["custom"]["act"] == "greet"
    assert set(reply_object["custom"]) >= {"care_level", "concepts", "danger", "statements", "claims", "sources"}


def reply_to(text: str, handler: Any = silent) -> list[dict[str, Any]]:
    output = ReplyChannel()
    asyncio.run(answer(handler, UserMessage(text, output, "another"), output))
    return output.finished(None)


def test_without_a_model_the_rules_still_read_danger() -> None:
    text, found = reply_to("my face has dropped on one side and i cant speak")
    assert text["text"].startswith("Call 999, 911, 112 or 000 now")
    assert found["custom"]["care_level"] == "emergency"
    assert found["custom"]["danger"][0] == "danger.stroke"
    assert reply_to("my eyelid twitches")[0]["text"] == fixed_texts()["no_reply"]


def test_the_operators_country_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUIVER_COUNTRY", "us")
    assert reply_to("my face has dropped on one side")[0]["text"].startswith("Call 911 now")


def test_unreadable_knowledge_still_leaves_a_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "without_model", lambda text: 1 / 0)
    assert reply_to("my face has dropped on one side")[0]["text"] == fixed_texts()["no_reply"]


def test_a_flood_is_answered_without_the_model_and_danger_in_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "FLOOD", parse("1 per 10 second"))

    async def talking(message: UserMessage) -> None:
        await message.output_channel.send_text_message(message.sender_id, "hello")

    def say(text: str) -> str:
        output = ReplyChannel()
        asyncio.run(answer(talking, UserMessage(text, output, "flooder"), output))
        return str(output.messages[0]["text"])

    assert say("hi") == "hello"
    assert say("hi") == fixed_texts()["too_fast"]
    assert say("my face has dropped on one side").startswith("Call 999")
