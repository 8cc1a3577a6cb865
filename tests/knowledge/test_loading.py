"""Knowledge files: what is wrong in them is all told at once, with place and remedy."""

import shutil
from pathlib import Path

import pytest

from knowledge import KnowledgeError, load_topic
from knowledge.checks import check_topic
from tests.conftest import FOREIGN, TODAY, TOPIC


@pytest.fixture
def plants(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOREIGN, tmp_path / "plants"))


def edit(folder: Path, old: str, new: str, file: str = "facts.yml") -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def problems(folder: Path) -> list[str]:
    return [str(p) for p in check_topic(folder, TODAY)]


def test_the_real_topic_has_no_errors() -> None:
    import textstat

    errors = [p for p in check_topic(TOPIC, TODAY, textstat.flesch_kincaid_grade) if not p.warning]
    assert errors == []


def test_a_foreign_topic_passes_the_same_checks(plants: Path) -> None:
    assert problems(plants) == []
    assert load_topic(plants).entry("cause.overwatering").name == "Too much water"


@pytest.mark.parametrize(
    ("old", "new", "code", "words"),
    [
        ("manner: attributed", "manner: loud", "K010", "use one of: plain"),
        ("caveat: Nobody", "caveaat: Nobody", "K010", "the field is not known"),
        ("text: Leaves turn", "txt: Leaves turn", "K010", "the field is missing"),
        ("        caveat: Nobody has shown that it works.\n", "", "K010", "needs a caveat"),
        ("id: yellow.list", "id: overwatering.what", "K005", "stands twice"),
        ("claims: [P003]", "claims: [P009]", "K201", "not in the register"),
        ("claims: [P003]", "claims: [P004]", "K202", "may not be said"),
        ("claims: [P003]", "claims: [P001]", "K203", "no statement carries claim P003"),
        ("source: source.none", "source: source.x", "K101", "does not exist"),
        ("include: [overwatering.what]", "include: [overwatering.why]", "K102", "no statement"),
        ("concepts: [situation.cactus]", "concepts: [situation.rose]", "K103", "does not exist"),
        ("next_review: 2027-01-01", "next_review: 2025-01-01", "K010", "next_review must be later"),
        ("phrases: [coffee grounds]", "phrases: [coffee grounds, cactus]", "K108", "stands under"),
        ("phrases: [coffee grounds]", "phrases: []", "K010", "at least one"),
        ("Nobody has shown that it works.", "Take 400 mg.", "K302", "400 mg"),
        ("Nobody has shown that it works.", "Ring 020 7946 0000.", "K303", "not in contacts.yml"),
        ("    phrases: [child ate leaf, ate plant]\n", "", "K109", "neither phrases"),
        ("causes:", "rules:", "K007", "Rasa"),
    ],
)  # fmt: skip
def test_each_mistake_is_told_with_its_line(plants: Path, old: str, new: str, code: str, words: str) -> None:
    edit(plants, old, new)
    found = [p for p in problems(plants) if code in p]
    assert found, problems(plants)
    assert any(words in p for p in found)
    path, line = found[0].split(":")[:2]
    assert Path(path).exists()
    assert int(line) >= 1


def test_all_mistakes_come_at_once(plants: Path) -> None:
    edit(plants, "manner: attributed", "manner: loud")
    edit(plants, "text: Leaves turn", "txt: Leaves turn")
    edit(plants, "version: 2026.1.1", "versio: 2026.1.1", "topic.yml")
    with pytest.raises(KnowledgeError) as error:
        load_topic(plants)
    text = str(error.value)
    assert all(words in text for words in ("use one of: plain", "the field is missing", "versio"))
    assert "facts.yml" in text
    assert "topic.yml" in text


def test_the_line_is_that_of_the_mistake(plants: Path) -> None:
    edit(plants, "manner: attributed", "manner: loud")
    lines = (plants / "facts.yml").read_text(encoding="utf-8").splitlines()
    [problem] = [p for p in check_topic(plants, TODAY) if p.code == "K010"]
    assert lines[problem.line - 1].strip() == "manner: loud"


def test_broken_yaml_is_one_clear_line(plants: Path) -> None:
    (plants / "facts.yml").write_text("causes:\n  - id: [\n", encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"facts\.yml:\d+: K002 not valid YAML"):
        load_topic(plants)


def test_an_empty_folder_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="there are no knowledge files"):
        load_topic(tmp_path)


def test_expired_statements_are_warned_of(plants: Path) -> None:
    edit(plants, "next_review: 2027-01-01", "next_review: 2026-02-01")
    assert any(p.code == "K401" and p.warning for p in check_topic(plants, TODAY))


def test_hard_words_are_told(plants: Path) -> None:
    assert any(p.code == "K301" for p in check_topic(plants, TODAY, lambda text: 12.0))
