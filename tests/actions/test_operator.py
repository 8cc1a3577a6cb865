"""The operator's settings, and a hand-over from the first word to the operator's server."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

import actions.base
from actions.operator_settings import SECRET_VARIABLE, OperatorError, load_operator
from knowledge import CareLevel
from tests.conftest import ROOT, Answer

SECRET = "x" * 32
HOOK = "hand_over:\n  url: {url}\n  to: the team\n"


def settings(folder: Path, text: str, **more: str) -> dict[str, str]:
    (folder / "operator.yml").write_text(text, encoding="utf-8")
    return {"QUIVER_OPERATOR": str(folder / "operator.yml"), **more}


def test_without_a_file_there_is_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    operator, secret = load_operator({})
    assert operator.contacts == ()
    assert operator.hand_over is None
    assert secret == ""


def test_the_example_works_and_speaks_of_each_level() -> None:
    operator, _ = load_operator({"QUIVER_OPERATOR": str(ROOT / "operator.example.yml")})
    assert operator.hand_over is None  # off by default
    assert "020 7946 0000" in operator.desk(CareLevel.URGENT).lines[0]
    assert [len(operator.desk(level).lines) for level in CareLevel] == [0, 1, 1, 2, 1]


def test_the_example_with_the_hand_over_on_works_too(tmp_path: Path) -> None:
    text = (ROOT / "operator.example.yml").read_text(encoding="utf-8").partition("# hand_over:")
    on = text[0] + "hand_over:" + text[2].replace("\n# ", "\n")
    operator, _ = load_operator(settings(tmp_path, on, **{SECRET_VARIABLE: SECRET}))
    assert operator.desk(CareLevel.ROUTINE).to == "the team at Elm Street"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("contacts: [{name: a, levels: [soon]}]", "needs a phone or a link"),
        ("contacts: [{name: a, levels: [], phone: '1'}]", "needs a level"),
        ("contacts: [{name: a, levels: [tomorrow], phone: '1'}]", "contacts.0.levels"),
        ("contacts: [{name: a, levels: [soon], link: 'javascript:alert(1)'}]", "https://"),
        ("contact: []", "contact"),
        ("- a list", "operator.yml"),
        ("contacts: [", "no YAML"),
        (HOOK.format(url="http://example.org/x"), "https://"),
        (HOOK.format(url="https://example.org/x"), SECRET_VARIABLE),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(OperatorError, match=says):
        load_operator(settings(tmp_path, text))


def test_a_file_that_is_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="can't be read"):
        load_operator({"QUIVER_OPERATOR": str(tmp_path / "none.yml")})


@pytest.fixture
def received(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[list[dict[str, Any]], list[int]]]:
    """What the operator's server got, and the status codes it will answer with (200 after those)."""
    got: list[dict[str, Any]] = []
    statuses: list[int] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(statuses.pop(0) if statuses else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    text = HOOK.format(url=f"http://127.0.0.1:{server.server_port}/quiver")
    loaded = load_operator(settings(tmp_path, text, **{SECRET_VARIABLE: SECRET}))
    monkeypatch.setattr(actions.base, "the_operator", lambda: loaded)
    yield got, statuses
    server.shutdown()
    server.server_close()


class Talk:
    def __init__(self, act: Callable[..., Answer]) -> None:
        self.act, self.slots = act, dict[str, Any]()

    def say(self, intent: str, text: str, *concepts: str, **more: Any) -> str:
        entities = [
            {"entity": "concept", "value": c, "assertion": "affirmed", "text": c.split(".")[1]} for c in concepts
        ]
        parsed = {"text": text, "intent": {"name": intent}, "entities": entities, **more}
        answer = self.act(parsed, self.slots)
        self.slots |= answer.slots
        return answer.text


def to_the_last_question(act: Callable[..., Answer]) -> Talk:
    talk = Talk(act)
    talk.say("describe_symptom", "my calf keeps twitching", "body.calf", "sign.twitch")
    talk.say("ask_human", "can i speak to somebody")
    talk.say("affirm", "yes")
    assert "“calf”" in talk.say("out_of_scope", "07700 900123")
    return talk


def test_a_message_reaches_the_operator(act: Callable[..., Answer], received: Any) -> None:
    got, _ = received
    talk = to_the_last_question(act)
    assert got == []
    text = talk.say("affirm", "yes")
    [message] = got
    assert message["contact"] == "07700 900123"
    assert "“calf”" in "\n".join(message["summary"])
    assert message["care_level"] == "routine"
    assert message["id"][:8].upper() in text
    assert "07700" not in json.dumps(talk.slots)  # the contact is kept no longer


def test_a_failure_is_said_and_can_be_tried_again(act: Callable[..., Answer], received: Any) -> None:
    got, statuses = received
    statuses += [503, 503, 503]
    talk = to_the_last_question(act)
    assert "don't count on it" in talk.say("affirm", "yes")
    talk.say("ask_human", "try again, a person please")
    talk.say("affirm", "yes")
    talk.say("out_of_scope", "07700 900123")
    assert "has been sent" in talk.say("affirm", "yes")
    assert len({m["id"] for m in got}) == 1  # the receiver sees that it is the same


def test_a_turn_that_no_action_answered_takes_the_yes(act: Callable[..., Answer], received: Any) -> None:
    got, _ = received
    talk = to_the_last_question(act)
    foreign = {"text": "no quiero", "intent": {"name": "use_other_language"}, "entities": []}
    answer = act({"text": "ok", "intent": {"name": "affirm"}, "entities": []}, talk.slots, unanswered=[foreign])
    assert got == []
    assert answer.slots["hand_over"]["stage"] is None


def test_what_is_told_on_the_way_is_in_the_message(act: Callable[..., Answer], received: Any) -> None:
    got, _ = received
    talk = Talk(act)
    talk.say("describe_symptom", "my calf keeps twitching", "body.calf", "sign.twitch")
    talk.say("ask_human", "can i speak to somebody")
    talk.say("affirm", "yes")
    talk.say("describe_symptom", "07700 900123, my grip hurts too", "sign.pain")
    talk.say("affirm", "yes")
    assert "“pain”" in "\n".join(got[0]["summary"])


def test_a_held_emergency_is_no_visit_to_book(act: Callable[..., Answer]) -> None:
    talk = Talk(act)
    talk.say("describe_symptom", "my calf has twitched for 3 weeks", "body.calf", "sign.twitch")
    talk.slots["danger_emergency"] = "danger.confirmed"
    talk.say("affirm", "ok")
    text = talk.say("ask_human", "can i speak to somebody")
    assert "send" not in text
    assert "emergency, call" in text


def test_a_danger_sign_in_between_takes_the_yes(act: Callable[..., Answer], received: Any) -> None:
    got, _ = received
    talk = to_the_last_question(act)
    talk.slots["danger_emergency"] = "danger.stroke"  # as the pipeline sets it on the turn of the fixed text
    talk.say("affirm", "yes")
    assert got == []


def test_what_was_told_while_a_fixed_text_answered_is_not_lost(act: Callable[..., Answer]) -> None:
    import asyncio

    from rasa_sdk import Tracker
    from rasa_sdk.executor import CollectingDispatcher

    from actions.small_talk import MakeSmallTalk

    told = {
        "intent": {"name": "report_urgent"},
        "entities": [{"entity": "concept", "value": "sign.speech", "assertion": "affirmed", "text": "slurring"}],
    }
    latest = {"text": "ok", "intent": {"name": "affirm"}, "entities": [], "intent_ranking": []}
    events = [
        {"event": "user", "text": "im slurring a bit more each week", "parse_data": told},
        {"event": "bot", "text": "Get medical help today.", "metadata": {"utter_action": "utter_danger_urgent"}},
        {"event": "user", "text": "ok", "parse_data": latest, "input_channel": "rest"},
    ]
    tracker = Tracker("t", {}, latest, events, False, None, {}, None)
    slots = {
        e["name"]: e["value"]
        for e in asyncio.run(MakeSmallTalk().run(CollectingDispatcher(), tracker, {}))
        if e["event"] == "slot"
    }
    assert [f["words"] for f in slots["story"]["facts"]] == ["slurring"]


def test_a_summary_for_the_doctor_is_no_wish_for_one(act: Callable[..., Answer]) -> None:
    talk = Talk(act)
    talk.say("describe_symptom", "my calf keeps twitching", "body.calf", "sign.twitch")
    assert "“calf”" in talk.say("ask_human", "gve me a sumary for the doc")
