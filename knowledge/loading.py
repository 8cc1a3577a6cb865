"""Reading the files of a topic, with every problem found at once and where it stands.

A topic is a folder of YAML files. Each file holds one or more lists under fixed keys
(``causes``, ``remedies``, ``answers``, ``concepts``, ``danger_signs``, ``sources``,
``countries``), one of the single records ``topic``, ``context``, ``interview`` and ``hand_over``, and may set
``defaults`` for the review fields of its statements.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from knowledge.model import (
    Concept,
    Context,
    Country,
    DangerSign,
    Entry,
    HandOverWords,
    Interview,
    Record,
    Source,
    Statement,
    Status,
    TopicFile,
)
from knowledge.yaml_lines import LineDict, line_of, load

# Rasa takes any YAML file that holds one of these keys for training data.
RASA_KEYS = frozenset({"nlu", "rules", "stories", "responses"})

LISTS: dict[str, type[Record]] = {
    "causes": Entry,
    "remedies": Entry,
    "answers": Entry,
    "concepts": Concept,
    "danger_signs": DangerSign,
    "sources": Source,
    "countries": Country,
}
SINGLES: dict[str, type[Record]] = {
    "topic": TopicFile,
    "context": Context,
    "interview": Interview,
    "hand_over": HandOverWords,
}
OPTIONAL: dict[str, Record] = {"interview": Interview(), "hand_over": HandOverWords()}
ENTRY_LISTS = ("causes", "remedies", "answers")


@dataclass(frozen=True, order=True)
class Problem:
    """Something wrong in a knowledge file, and how to mend it."""

    path: str
    line: int
    code: str
    message: str
    mend: str = ""
    warning: bool = field(default=False, compare=False)

    def __str__(self) -> str:
        mend = f", {self.mend}" if self.mend else ""
        return f"{self.path}:{self.line}: {self.code} {self.message}{mend}"


class KnowledgeError(Exception):
    """The files of a topic can't be used; ``problems`` lists all that is wrong."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(problems)
        super().__init__("\n".join(str(p) for p in self.problems))


@dataclass(frozen=True)
class Place:
    """Where a record stands."""

    path: str
    line: int


@dataclass(frozen=True)
class Topic:
    """All that the files of one topic say. Made by :func:`load_topic`."""

    file: TopicFile
    context: Context
    entries: dict[str, Entry]
    concepts: dict[str, Concept]
    danger_signs: dict[str, DangerSign]
    sources: dict[str, Source]
    countries: dict[str, Country]
    interview: Interview
    hand_over: HandOverWords
    places: dict[str, Place]

    @property
    def version(self) -> str:
        """Version of the knowledge, for example ``2026.11.1``."""
        return self.file.version

    def entry(self, entry_id: str) -> Entry:
        """Return an entry by its id; ``KeyError`` names the id if there is none."""
        return self.entries[entry_id]

    @cached_property
    def statements(self) -> dict[str, Statement]:
        """Every active statement by id."""
        return {
            s.id: s
            for e in self.entries.values()
            if e.status is Status.ACTIVE
            for s in e.statements
            if s.status is Status.ACTIVE
        }

    @cached_property
    def pairs(self) -> dict[str, str]:
        """Cause id to remedy id and back, where one word stands for both ("stress")."""
        pairs = {c.id: c.pair for c in self.concepts.values() if c.pair}
        return pairs | {remedy: cause for cause, remedy in pairs.items()}

    def statements_of(self, entry: Entry) -> list[Statement]:
        """The statements shown for an entry, in order: its own, then those it includes."""
        own = [s.id for s in entry.statements]
        return [self.statements[i] for i in (*own, *entry.include) if i in self.statements]


def place_of(record: Record) -> str:
    """Key of a record in ``Topic.places``: a concept bears the id of its entry, so it is marked."""
    record_id = str(record.id)  # type: ignore[attr-defined]
    return f"concept {record_id}" if isinstance(record, Concept) else record_id


def load_topic(folder: Path) -> Topic:
    """Read a topic folder.

    Raises:
        KnowledgeError: with every problem of every file, if there is one.
    """
    topic, problems = read_topic(folder)
    errors = [p for p in problems if not p.warning]
    if errors or topic is None:
        raise KnowledgeError(errors)
    return topic


def topic_version(folder: Path) -> str | None:
    """Version of a topic without reading all of it; None where it can't be read."""
    try:
        return str(load((folder / "topic.yml").read_text(encoding="utf-8"))["topic"]["version"])
    except (OSError, yaml.YAMLError, KeyError, TypeError):
        return None


def read_topic(folder: Path) -> tuple[Topic | None, list[Problem]]:
    """Read a topic folder and return what could be read, with all problems of form.

    The topic is None where a part is missing without which there is none.
    """
    problems: list[Problem] = []
    found: dict[str, dict[str, Record]] = {kind: {} for kind in LISTS}
    singles: dict[str, Record] = {}
    places: dict[str, Place] = {}
    paths = sorted(folder.glob("*.yml"))
    if not paths:
        problems.append(
            Problem(str(folder), 1, "K001", "there are no knowledge files here", "give the folder of a topic")
        )
    for path in paths:
        data = _read_yaml(path, problems)
        if data is None:
            continue
        problems.extend(_rasa_keys(data, path))
        defaults = dict(data.get("defaults") or {})
        for key, value in data.items():
            line = line_of(data, key)
            if key == "defaults":
                continue
            if key in SINGLES:
                record = _parse(SINGLES[key], value, path, line, problems)
                if record is not None:
                    singles[key] = record
                    places[key] = Place(str(path), line)
            elif key in LISTS:
                if not isinstance(value, list):
                    problems.append(
                        Problem(str(path), line, "K004", f"'{key}' must be a list", "start items with '- '")
                    )
                    continue
                for i, item in enumerate(value):
                    item_line = line_of(value, i)
                    if key in ENTRY_LISTS and isinstance(item, dict):
                        item = _with_defaults(item, defaults)
                    record = _parse(LISTS[key], item, path, item_line, problems)
                    if record is None:
                        continue
                    record_id = record.id  # type: ignore[attr-defined]
                    place_id = place_of(record)
                    if place_id in places:
                        first = places[place_id]
                        problems.append(
                            Problem(
                                str(path),
                                item_line,
                                "K005",
                                f"id '{record_id}' stands twice",
                                f"rename this one; the other is at {first.path}:{first.line}",
                            )
                        )
                        continue
                    found[key][record_id] = record
                    places[place_id] = Place(str(path), item_line)
                    if key in ENTRY_LISTS:
                        problems.extend(_place_statements(record, item, str(path), places))
            else:
                known = ", ".join((*LISTS, *SINGLES, "defaults"))
                problems.append(Problem(str(path), line, "K003", f"unknown key '{key}'", f"use one of: {known}"))
    for key in SINGLES:
        if key not in singles and key in OPTIONAL:
            singles[key] = OPTIONAL[key]
        elif key not in singles:
            problems.append(Problem(str(folder), 1, "K006", f"no file has the key '{key}'", f"add {key}.yml"))
    if len(singles) < len(SINGLES):
        return None, problems
    entries = {k: v for name in ENTRY_LISTS for k, v in found[name].items()}
    topic = Topic(
        file=singles["topic"],  # type: ignore[arg-type]
        context=singles["context"],  # type: ignore[arg-type]
        entries=entries,  # type: ignore[arg-type]
        concepts=found["concepts"],  # type: ignore[arg-type]
        danger_signs=found["danger_signs"],  # type: ignore[arg-type]
        sources=found["sources"],  # type: ignore[arg-type]
        countries=found["countries"],  # type: ignore[arg-type]
        interview=singles["interview"],  # type: ignore[arg-type]
        hand_over=singles["hand_over"],  # type: ignore[arg-type]
        places=places,
    )
    return topic, problems


def _read_yaml(path: Path, problems: list[Problem]) -> LineDict | None:
    try:
        data = load(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        problems.append(Problem(str(path), 1, "K001", "the file is not UTF-8 text", "save it as UTF-8"))
        return None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or "can't be read"
        problems.append(
            Problem(
                str(path),
                mark.line + 1 if mark else 1,
                "K002",
                f"not valid YAML: {what}",
                "look at indentation, colons and quotes here",
            )
        )
        return None
    if not isinstance(data, LineDict):
        problems.append(Problem(str(path), 1, "K002", "the file holds no keys", "start with a key such as 'causes:'"))
        return None
    problems.extend(_repeated_keys(data, path))
    return data


def _repeated_keys(data: Any, path: Path) -> Iterator[Problem]:
    """Keys that stand twice in one mapping: YAML would silently keep the last."""
    if isinstance(data, LineDict):
        for key in data.repeated:
            yield Problem(str(path), data.lines[key], "K008", f"the key '{key}' stands twice here", "keep one")
        for value in data.values():
            yield from _repeated_keys(value, path)
    elif isinstance(data, list):
        for item in data:
            yield from _repeated_keys(item, path)


def _rasa_keys(data: Any, path: Path) -> Iterator[Problem]:
    if isinstance(data, dict):
        for key, value in data.items():
            if key in RASA_KEYS:
                yield Problem(
                    str(path),
                    line_of(data, key),
                    "K007",
                    f"the key '{key}' is Rasa's",
                    "Rasa would train on it: rename it",
                )
            yield from _rasa_keys(value, path)
    elif isinstance(data, list):
        for item in data:
            yield from _rasa_keys(item, path)


def _with_defaults(item: dict[str, Any], defaults: dict[str, Any]) -> dict[str, Any]:
    """Fill the review fields of an entry's statements; lines stay known."""
    for statement in item.get("statements") or []:
        if isinstance(statement, LineDict):
            for key, value in defaults.items():
                if key not in statement:
                    statement[key] = value
    return item


def _parse(kind: type[Record], item: Any, path: Path, line: int, problems: list[Problem]) -> Record | None:
    if not isinstance(item, dict):
        problems.append(Problem(str(path), line, "K004", "this must be a record with keys", "write 'key: value' lines"))
        return None
    try:
        return kind.parse_obj(item)
    except ValidationError as error:
        name = item.get("id", "this record")
        for detail in error.errors():
            where, at = _locate(item, detail["loc"], line)
            message, mend = _explain(detail)
            problems.append(Problem(str(path), at, "K010", f"{name}{where}: {message}", mend))
        return None


def _explain(detail: Mapping[str, Any]) -> tuple[str, str]:
    message = str(detail["msg"])
    kind = str(detail["type"])
    if kind == "value_error.missing":
        return "the field is missing", "add it"
    if kind == "value_error.extra":
        return "the field is not known", "check its spelling or take it out"
    if kind == "type_error.enum":
        allowed = ", ".join(str(v.value) for v in detail["ctx"]["enum_values"])
        return "the value is not allowed", f"use one of: {allowed}"
    if kind.startswith("value_error.date"):
        return "this is not a date", "write it as 2026-11-22"
    return message, "" if ":" in message or "must" in message else "mend the value"


def _locate(item: Any, loc: tuple[Any, ...], line: int) -> tuple[str, int]:
    """Words and line for a pydantic location inside a YAML record."""
    words, node = "", item
    for part in loc:
        if part == "__root__":
            break
        if isinstance(node, dict) and part in node:
            line = line_of(node, part, line)
            node = node[part]
        elif isinstance(node, list) and isinstance(part, int) and part < len(node):
            line = line_of(node, part, line)
            node = node[part]
            if isinstance(node, dict) and "id" in node:
                words += f" > {node['id']}"
                continue
            part = part + 1
        words += f" > {part}"
    return words, line


def _place_statements(entry: Any, item: Any, path: str, places: dict[str, Place]) -> Iterator[Problem]:
    for i, statement in enumerate(entry.statements):
        line = line_of(item["statements"], i)
        if statement.id in places:
            first = places[statement.id]
            yield Problem(
                path,
                line,
                "K005",
                f"id '{statement.id}' stands twice",
                f"rename this one; the other is at {first.path}:{first.line}",
            )
        else:
            places[statement.id] = Place(path, line)
