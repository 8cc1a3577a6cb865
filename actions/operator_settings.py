"""The operator's own details, from operator.yml: contact points by care level, and where a hand-over message goes."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml
from pydantic import BaseModel, Extra, Field, ValidationError, root_validator, validator

from knowledge import CareLevel
from knowledge.hand_over import Desk

FILE = "operator.yml"
FILE_VARIABLE, SECRET_VARIABLE = "QUIVER_OPERATOR", "QUIVER_HAND_OVER_SECRET"
# As long as the hash it is used with gives back (RFC 2104: a shorter key is discouraged).
SHORTEST_SECRET = 32
LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})


class OperatorError(Exception):
    """The operator's settings can't be used; the text says what to mend."""


class _Record(BaseModel):
    class Config:
        extra = Extra.forbid
        allow_mutation = False


class ContactPoint(_Record):
    """One way to reach somebody, and at which levels of care it is named."""

    name: str
    levels: tuple[CareLevel, ...]
    phone: str | None = None
    link: str | None = None
    hours: str | None = None
    note: str | None = None

    @root_validator(skip_on_failure=True)
    def _can_be_reached(cls, values: dict[str, Any]) -> dict[str, Any]:
        if not values.get("phone") and not values.get("link"):
            raise ValueError(f"contact '{values['name']}' needs a phone or a link")
        if not values["levels"]:
            raise ValueError(f"contact '{values['name']}' needs a level of care: {', '.join(CareLevel)}")
        return values

    @validator("link")
    def _is_a_web_address(cls, value: str | None) -> str | None:
        if value and urlsplit(value).scheme not in ("https", "mailto"):
            raise ValueError(f"link '{value}' must begin with https:// or mailto:")
        return value

    def line(self) -> str:
        """As a person reads it."""
        parts = [p.strip() for p in (self.phone, self.link, self.hours, self.note) if p]
        return f"- {self.name}: {', '.join(parts)}"


class Webhook(_Record):
    """Where a hand-over message is posted, after the person's yes."""

    url: str
    to: str = Field(min_length=1)
    answers_within: str = ""
    timeout: float = Field(1.5, gt=0, le=3)
    tries: int = Field(3, ge=1, le=3)

    @validator("url")
    def _is_safe(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme == "https" and parts.hostname:
            return value
        if parts.scheme == "http" and parts.hostname in LOCAL:
            return value
        raise ValueError(f"url '{value}' must begin with https:// (http:// only on this machine)")


class Operator(_Record):
    """operator.yml. Without it: no contact points, no hand-over."""

    contacts: tuple[ContactPoint, ...] = ()
    hand_over: Webhook | None = None

    def desk(self, level: CareLevel) -> Desk:
        """The contact points for a level of care, and whom a message goes to."""
        lines = tuple(c.line() for c in self.contacts if level in c.levels)
        hook = self.hand_over
        return Desk(lines, hook.to if hook else None, hook.answers_within if hook else "")


def load_operator(environment: Mapping[str, str] = os.environ) -> tuple[Operator, str]:
    """The settings and the secret for signing.

    The file is named by QUIVER_OPERATOR; without it, operator.yml is read where there is one.

    Raises:
        OperatorError: the file can't be read, is not right, or has a hand-over without a secret.
    """
    named = environment.get(FILE_VARIABLE)
    path = Path(named or FILE)
    if not named and not path.exists():
        return Operator(), ""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        operator = Operator.parse_obj(content or {})
    except OSError as error:
        raise OperatorError(f"{path} can't be read ({error.strerror}): correct {FILE_VARIABLE} or the file") from None
    except yaml.YAMLError as error:
        raise OperatorError(f"{path} is no YAML: {error}") from None
    except ValidationError as error:
        lines = (f"{path}: {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise OperatorError("\n".join(lines)) from None
    secret = environment.get(SECRET_VARIABLE, "")
    if operator.hand_over and len(secret) < SHORTEST_SECRET:
        raise OperatorError(
            f"{path} turns the hand-over on, so {SECRET_VARIABLE} must hold at least {SHORTEST_SECRET} signs, "
            "for example from: python3 -c 'import secrets; print(secrets.token_hex(32))'"
        )
    return operator, secret
