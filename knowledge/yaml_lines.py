"""YAML as plain dicts and lists that know the lines of their keys and items.

PyYAML's C parser: a topic's files are read at every start of the action server.
"""

from __future__ import annotations

from typing import Any

import yaml
from yaml.constructor import SafeConstructor
from yaml.nodes import MappingNode, Node, SequenceNode

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class LineDict(dict[str, Any]):
    """A mapping; ``lines`` holds the line (from 1) of each key, ``repeated`` keys that stand twice."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: dict[str, int] = {}
        self.repeated: list[str] = []


class LineList(list[Any]):
    """A sequence; ``lines`` holds the line (from 1) of each item."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[int] = []


def load(text: str) -> Any:
    """Read one YAML document.

    Raises:
        yaml.YAMLError: if it is not YAML.
    """
    node = yaml.compose(text, Loader=_Loader)
    return _value(node, SafeConstructor()) if node is not None else None


def line_of(node: Any, key: Any, default: int = 1) -> int:
    """Line of a key or item; the default where it is not known."""
    if isinstance(node, LineDict):
        return node.lines.get(key, default)
    if isinstance(node, LineList) and isinstance(key, int) and key < len(node.lines):
        return node.lines[key]
    return default


def _value(node: Node, constructor: SafeConstructor) -> Any:
    if isinstance(node, MappingNode):
        mapping = LineDict()
        for key_node, value_node in node.value:
            key = str(_value(key_node, constructor))
            if key in mapping:
                mapping.repeated.append(key)
            mapping[key] = _value(value_node, constructor)
            mapping.lines[key] = key_node.start_mark.line + 1
        return mapping
    if isinstance(node, SequenceNode):
        sequence = LineList()
        for item in node.value:
            sequence.append(_value(item, constructor))
            sequence.lines.append(item.start_mark.line + 1)
        return sequence
    return constructor.construct_object(node)  # type: ignore[no-untyped-call]
