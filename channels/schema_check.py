"""Spares each turn the check of a schema that never changes.

Rasa validates every reply of the action server against a schema of its own, and jsonschema
checks that schema itself each time before it is used: 20 of the 45 ms of a turn by profile
(docs/decisions/0008-schema-check.md). The same schema is checked once here. Replies are
validated as before.
"""

from __future__ import annotations

import json
from typing import Any

from jsonschema.validators import validator_for

_MARK = "_remembers_checked_schemas"


def remember_checked_schemas() -> None:
    """Let jsonschema's default validator check each schema once. Calling it again does nothing."""
    validator: Any = validator_for({})
    if hasattr(validator, _MARK):
        return
    check = validator.check_schema
    checked: set[str] = set()

    def check_once(schema: Any, *args: Any, **kwargs: Any) -> None:
        key = json.dumps(schema, sort_keys=True, default=repr)
        if key not in checked:
            check(schema, *args, **kwargs)  # raises on a wrong schema, which is then not remembered
            if len(checked) < 100:
                checked.add(key)

    validator.check_schema = check_once
    setattr(validator, _MARK, True)
