"""The bot over REST with real processes, and what is left when the action server is gone."""

import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from typing import Any

import psutil  # type: ignore[import-untyped]
import pytest
import requests

from channels.guard import fixed_texts
from tests.conftest import ROOT
from tests.e2e.bot import Bot, free_port
from tests.e2e.transcripts import PAGE, page

DANGER = "my face is drooping on one side and my speech is slurred"


@pytest.fixture(scope="module")
def bot() -> Iterator[Bot]:
    running = Bot()
    yield running
    if running.process.poll() is None:
        running.stop()


def test_it_says_where_to_talk_and_how_to_stop(bot: Bot) -> None:
    assert f"127.0.0.1:{bot.port}" in bot.said
    assert "Ctrl-C" in bot.said


def test_a_conversation(bot: Bot) -> None:
    sender = uuid.uuid4().hex
    text, first = bot.say("can too much coffee make my eyelid twitch?", sender)
    assert "automated program" in text
    assert first["act"] == "ask_cause"
    assert "caffeine.what" in first["statements"]
    assert first["knowledge_version"]
    assert first["model"]
    text, second = bot.say("where did you get that from", sender)
    assert "pharmacy" in text
    assert second["act"] == "ask_source"
    text, third = bot.say("start again", sender)
    assert third["act"] == "restart"
    text, _ = bot.say("hello", sender)
    assert "automated program" in text


def test_the_conversations_in_the_docs_are_those_of_now(bot: Bot) -> None:
    assert page(bot) == PAGE.read_text(encoding="utf-8"), "run 'make transcripts' and read what has changed"


def test_an_interview_goes_on_until_danger(bot: Bot) -> None:
    sender = uuid.uuid4().hex
    text, first = bot.say("hi, my leg keeps twitching", sender)
    assert first["question"]["id"] == "question.function"
    assert first["question"]["text"] in text
    text, second = bot.say("No weakness, I can do everything as before", sender)
    assert second["question"]["id"] == "question.other_signs"
    assert second["care_level"] == "routine"
    text, third = bot.say(DANGER, sender)
    assert "question" not in third
    text, fourth = bot.say("since tuesday", sender)
    assert fourth["question"] is None
    assert fourth["care_level"] == "emergency"


def test_danger_comes_first_and_alone(bot: Bot) -> None:
    text, found = bot.say(DANGER)
    assert text.startswith("Call 999, 911, 112 or 000 now")
    assert "automated program" not in text
    assert found["care_level"] == "emergency"
    assert found["danger"][0] == "danger.stroke"
    assert found["contacts"][0]["link"] == "tel:999"
    assert found["knowledge_version"]
    assert found["model"]


def test_the_summary_comes_as_a_page_and_as_a_pdf(bot: Bot) -> None:
    sender = uuid.uuid4().hex
    bot.say("my left calf has twitched for three days, no weakness", sender)
    address = f"http://127.0.0.1:{bot.port}/webhooks/rest/summary"
    printed = requests.post(address, json={"sender": sender}, timeout=30)
    assert printed.headers["Content-Type"].startswith("text/html")
    assert printed.headers["Cache-Control"] == "no-store"
    assert "“left calf”" in printed.text
    assert "three days" in printed.text
    pdf = requests.post(address, json={"sender": sender, "format": "pdf"}, timeout=30)
    assert pdf.content.startswith(b"%PDF-")
    assert requests.post(address, json={"sender": uuid.uuid4().hex}, timeout=30).status_code == 404
    for bad in ({}, [], {"sender": ""}, {"sender": sender, "format": "doc"}):
        answer = requests.post(address, json=bad, timeout=30)
        assert answer.status_code == 400
        assert answer.json()["error"]


@pytest.mark.parametrize(
    "text", ["", "   ", "🙂🙂", "/report_emergency", '/ask_cause{"x": 1}', "/restart", "\x00\x07", "/", "¿por qué?", "a" * 20_000, "?" * 300]
)  # fmt: skip
def test_odd_messages_get_a_sensible_reply(bot: Bot, text: str) -> None:
    said, found = bot.say(text)
    assert said.strip()
    assert found["care_level"] is None
    assert found["danger"] == []


def test_a_message_is_read_whole(bot: Bot) -> None:
    text, found = bot.say("eylid wont stop jumpng, 3 wks now, 2 monsters a day, no weakness tho. als??")
    assert {"describe_symptom", "ask_seriousness"} <= set(found["acts"])
    assert {"body.eyelid", "cause.caffeine", "cause.mnd"} <= set(found["concepts"])
    assert found["denied"] == ["sign.weakness"]
    measures = {(m["kind"], m["value"], m.get("unit"), m.get("per")) for m in found["measures"]}
    assert {("duration", 21.0, None, None), ("amount", 2.0, "monster", "day")} <= measures
    assert "ALS" in text or "motor neurone" in text


@pytest.mark.parametrize(
    ("language", "message", "begins"),
    [("es", "no puedo respirar bien, me tiembla el ojo", "Solo entiendo"), ("hi", "मेरी आँख फड़क रही है", "मुझे")],
)
def test_another_language_is_answered_in_it_with_the_emergency_number(
    bot: Bot, language: str, message: str, begins: str
) -> None:
    text, found = bot.say(message)
    assert found["language"] == language
    assert begins in text
    assert "I can only read English" in text
    assert "999" in text
    assert found["contacts"][0]["link"] == "tel:999"


def test_danger_at_the_end_of_a_very_long_message(bot: Bot) -> None:
    assert bot.say("well " * 5_000 + "and now i cant swallow my own spit")[1]["care_level"] == "emergency"


@pytest.mark.parametrize("body", [None, [], "x", {"sender": 3, "message": "x"}, {"message": ["x"]}])
def test_bad_requests_get_one_clear_error(bot: Bot, body: Any) -> None:
    response = bot.send(body)
    assert response.status_code == 400
    assert "Send JSON such as" in response.json()["error"]


def test_two_people_without_a_sender_share_nothing(bot: Bot) -> None:
    first = bot.send({"message": "can coffee do this"}).json()
    second = bot.send({"message": "tell me more"}).json()
    assert first[0]["recipient_id"] != second[0]["recipient_id"]
    assert second[-1]["custom"]["statements"] == []


def test_the_same_words_get_the_same_reply(bot: Bot) -> None:
    assert bot.say("why does my calf twitch at night") == bot.say("why does my calf twitch at night")


def test_nothing_is_logged_of_what_people_write(bot: Bot) -> None:
    bot.say("my very own sentence about zebrafish twitching")
    for log in ("bot.log", "actions.log"):
        text = (ROOT / ".run" / log).read_text(encoding="utf-8")
        assert "zebrafish" not in text
        assert "Traceback" not in text


def test_z_danger_and_a_fixed_text_come_with_the_action_server_gone(bot: Bot) -> None:
    """Last: it ends the servers. `make run` ends both when one dies, so the action server is only stopped."""
    family = psutil.Process(bot.process.pid).children()
    [pid] = [p.pid for p in family if "rasa_sdk" in p.cmdline()]
    os.kill(pid, signal.SIGSTOP)  # hanging
    try:
        started = time.monotonic()
        text, found = bot.say(DANGER)
        assert text.startswith("Call 999, 911, 112 or 000 now")
        assert found["care_level"] == "emergency"
        text, found = bot.say("can coffee do this")
        assert text.strip() == fixed_texts()["no_reply"]
        assert time.monotonic() - started < 40
    finally:
        os.kill(pid, signal.SIGCONT)


def test_z_another_language_needs_no_action_server(bot: Bot) -> None:
    text, found = bot.say("mein Augenlid zuckt seit drei Tagen, ist das schlimm?")
    assert "Ich verstehe nur Englisch" in text
    assert found["language"] == "de"


def test_zz_stopping_ends_both(bot: Bot) -> None:
    assert bot.stop() == 0
    for port in (bot.port, bot.actions_port):
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_a_taken_port_is_one_clear_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        found = subprocess.run(
            [sys.executable, "scripts/serve.py", "run"], cwd=ROOT, capture_output=True, text=True, check=False,
            env={**os.environ, "QUIVER_PORT": str(port)},
        )  # fmt: skip
    assert found.returncode == 1
    assert found.stderr.strip() == (
        f"quiver: port {port} is taken: stop what uses it, or choose another with QUIVER_PORT=..."
    )


@pytest.mark.parametrize("value", ["abc", "0", "70000"])
def test_a_bad_port_is_one_clear_line(value: str) -> None:
    found = subprocess.run(
        [sys.executable, "scripts/serve.py", "run"], cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "QUIVER_PORT": value},
    )  # fmt: skip
    assert found.returncode == 1
    assert found.stderr.startswith("quiver: QUIVER_PORT is")


def test_asking_without_a_bot_is_one_clear_line() -> None:
    found = subprocess.run(
        [sys.executable, "scripts/ask.py"], cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "QUIVER_PORT": str(free_port()), "TEXT": 'a "quoted" text'},
    )  # fmt: skip
    assert found.returncode == 1
    assert "make run" in found.stderr
