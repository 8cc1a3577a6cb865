"""Parts that must agree: domain, rules, responses, actions, training data, knowledge, docs."""

import ast
import inspect
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.danger_gate import REPORT, TOO_LONG, UNSURE
from components.language_detector import INTENT_OF_OTHERS
from components.languages import languages
from knowledge.model import ContactUse
from knowledge.safety import LEVEL_OF_TEXT, WITHOUT_KNOWLEDGE, Contacts
from tests.conftest import ROOT, TOPIC


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def names(items: list[Any]) -> list[str]:
    return [i if isinstance(i, str) else next(iter(i)) for i in items]


DOMAIN = read(ROOT / "domain.yml")
RULES = [r for p in sorted((ROOT / "data" / "rules").glob("*.yml")) for r in read(p)["rules"]]
NLU = [i for p in sorted((ROOT / "data" / "nlu").glob("*.yml")) for i in read(p)["nlu"]]
RESPONSES = {p.name: read(p)["responses"] for p in sorted((ROOT / "data" / "responses").glob("*.yml"))}
# of a fixed text, chosen by channels/safety_texts.py
VARIANTS = ("_advice", "_other", *(f"_{code}" for code in languages().codes))
TEXTS = [*LEVEL_OF_TEXT, "unsure"]
GATE_INTENTS = {*(f"{REPORT}{kind}" for kind in TEXTS), TOO_LONG, INTENT_OF_OTHERS, "nlu_fallback"}


def examples(intent: dict[str, Any]) -> list[str]:
    return [line.strip()[2:] for line in intent["examples"].splitlines() if line.strip()]


def test_every_intent_is_taught_or_given_by_the_gate() -> None:
    assert set(names(DOMAIN["intents"])) == {i["intent"] for i in NLU} | GATE_INTENTS


def test_every_intent_has_one_rule_with_one_step() -> None:
    led = Counter(r["steps"][0]["intent"] for r in RULES)
    assert led == Counter(names(DOMAIN["intents"]))
    assert [r["rule"] for r in RULES if len(r["steps"]) != 2] == ["danger - unsure"]


def test_every_action_exists_and_is_used() -> None:
    import actions
    from actions.base import TopicAction

    classes = [c for module in vars(actions).values() if inspect.ismodule(module) for _, c in inspect.getmembers(module, inspect.isclass)]  # fmt: skip
    found = {c().name() for c in classes if issubclass(c, TopicAction) and c is not TopicAction}
    used = {step["action"] for r in RULES for step in r["steps"][1:]} - {"action_restart"}
    responses = {name for file in RESPONSES.values() for name in file if not name.endswith(VARIANTS)}
    assert found == set(DOMAIN["actions"])
    assert found == {a for a in used if a.startswith("action_")}
    assert responses == {a for a in used if a.startswith("utter_")} | {"utter_restart"}


def test_the_gate_leads_to_a_rule_for_each_fixed_text() -> None:
    by_intent = {r["steps"][0]["intent"]: r["steps"][1]["action"] for r in RULES}
    assert {by_intent[f"{REPORT}{kind}"] for kind in TEXTS} == {f"utter_danger_{kind}" for kind in TEXTS}
    assert f"{REPORT}unsure" == UNSURE


def test_danger_signs_name_texts_that_exist(topic: Any) -> None:
    for sign in topic.danger_signs.values():
        assert (sign.response is not None) == (sign.level.value in ("emergency", "urgent")), sign.id
        if sign.response:
            assert LEVEL_OF_TEXT[sign.response.removeprefix("utter_danger_")] is sign.level or sign.kind == "abuse", (
                sign.id
            )
        assert sign.advice_source is None or sign.advice_source in topic.sources, sign.id


def test_all_69_rules_have_a_danger_sign(topic: Any) -> None:
    assert {d.rule for d in topic.danger_signs.values()} == {f"T{i:02}" for i in range(1, 70)}


def test_no_response_stands_in_two_files() -> None:
    # Rasa keeps one of two without a word
    counts = Counter(name for file in RESPONSES.values() for name in file)
    assert max(counts.values()) == 1
    assert "responses" not in DOMAIN


def test_fixed_texts_have_one_wording_and_known_blanks() -> None:
    blanks = {*(use.value for use in ContactUse), "advice"}
    for name, variations in RESPONSES["danger.yml"].items():
        [variation] = variations
        assert set(variation) == {"text"}, "the reply object is added by channels/safety_texts.py"
        assert set(re.findall(r"{(\w+)}", variation["text"])) <= blanks, name
        assert not re.search(r"\d", variation["text"]), f"{name}: numbers stand in contacts.yml"


def test_the_server_fills_the_fixed_texts() -> None:
    assert read(ROOT / "endpoints.yml")["nlg"] == {"type": "channels.responses.SafetyResponses"}


def test_every_country_says_each_use_with_its_own_numbers(topic: Any) -> None:
    every = {re.sub(r"\D", "", n.number) for c in topic.countries.values() for n in c.numbers}
    for country in topic.countries.values():
        assert set(country.say) == set(ContactUse), country.id
        own = every if country.id == "country.unknown" else {re.sub(r"\D", "", n.number) for n in country.numbers}
        for text in country.say.values():
            for number in re.findall(r"\d[\d -]*\d", text):
                assert re.sub(r"\D", "", number) in own, (country.id, number)


def test_what_is_said_without_knowledge_is_what_the_knowledge_says(topic: Any) -> None:
    said = {use.value: text for use, text in topic.countries["country.unknown"].say.items()}
    assert said == WITHOUT_KNOWLEDGE


def test_safety_texts_begin_with_what_to_do_and_are_short(topic: Any) -> None:
    for name, [variation] in RESPONSES["danger.yml"].items():
        text = variation["text"].format(advice="Keep still.", **Contacts(topic, "gb").words())
        start = " ".join(text.split()[:15]).lower()
        assert re.search(r"\b(call|get|talk)\b", start), name
        assert "general information" not in text
        if name.startswith(("utter_danger_emergency", "utter_danger_urgent")):
            assert len(re.findall(r"[.!?](?:\s|$)", text)) <= 3, name


@pytest.mark.parametrize("intent", [i["intent"] for i in NLU])
def test_every_intent_has_at_least_40_examples(intent: str) -> None:
    found = [e for i in NLU if i["intent"] == intent for e in examples(i)]
    assert len(found) >= 40
    assert len({e.lower() for e in found}) == len(found)


def test_no_sentence_stands_under_two_intents() -> None:
    led: dict[str, set[str]] = {}
    for intent in NLU:
        for example in examples(intent):
            led.setdefault(re.sub(r"[^a-z0-9 ]", "", example.lower()), set()).add(intent["intent"])
    assert [e for e, intents in led.items() if len(intents) > 1] == []


def test_rasa_sees_no_knowledge_file() -> None:
    from rasa.shared.importers.rasa import RasaFileImporter

    importer = RasaFileImporter(str(ROOT / "config.yml"), str(ROOT / "domain.yml"), [str(ROOT / "data")])
    seen = {str(f) for f in (*importer._nlu_files, *importer._story_files, *importer._conversation_test_files)}
    assert seen
    assert not [f for f in seen if "knowledge" in f]


def test_the_code_names_no_cause_remedy_or_muscle(topic: Any) -> None:
    """A second topic must work with the same code, so no string in it may come from this one."""
    words = {
        c.id.partition(".")[2].split("_")[0] for c in topic.concepts.values() if c.kind in ("cause", "remedy", "body")
    }
    words -= {"less", "b", "all", "eat", "face", "rest", "nervous", "nerve", "medicine", "back", "hand", "sleep"}
    assert {"caffeine", "magnesium", "eyelid", "calf"} <= words
    for folder in ("knowledge", "actions", "components", "channels"):
        for path in (ROOT / folder).glob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            docs = {ast.get_docstring(n, clean=False) for n in ast.walk(tree) if isinstance(n, ast.Module | ast.ClassDef | ast.FunctionDef)}  # fmt: skip
            strings = [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str) and n.value not in docs]  # fmt: skip
            for string in strings:
                found = words & set(re.findall(r"[a-z]+", string.lower()))
                assert not found, f"{path.name}: {string!r}"


def test_the_editor_schema_is_up_to_date() -> None:
    from knowledge.__main__ import schema

    assert (ROOT / "data" / "knowledge" / "schema.json").read_text(encoding="utf-8") == schema(), "run 'make schema'"


def test_the_lock_names_no_host_and_every_file_has_a_hash() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in text
    blocks = re.split(r"\n(?=[a-z0-9])", text.strip())
    assert all("--hash=sha256:" in b for b in blocks)


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", "docs/architecture.md", "docs/words.md"])
def test_documents_name_commands_and_paths_that_exist(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    assert set(re.findall(r"`make ([a-z-]+)", text)) <= targets
    for path in re.findall(
        r"`((?:data|docs|knowledge|actions|components|channels|tests|scripts|stubs|benchmarks)/[\w./-]*)`", text
    ):
        assert (ROOT / path).exists(), path
    for link in re.findall(r"\]\((?!http)([^)#]+)\)", text):
        assert ((ROOT / document).parent / link).exists(), link


def test_every_level_of_care_has_its_words(topic: Any) -> None:
    from knowledge import CareLevel

    assert {f"care_{level.value}" for level in CareLevel} <= set(topic.file.framing.labels)


def test_claims_register_is_whole() -> None:
    import json

    claims = json.loads((TOPIC / "claims.json").read_text(encoding="utf-8"))
    assert [c["id"] for c in claims] == [f"C{i:03}" for i in range(1, 143)]
    assert Counter(c["flag"] for c in claims) == {"": 70, "C": 35, "A": 20, "F": 8, "X": 9}
