"""What every channel does with a message before Rasa sees it, and after: nobody gets silence."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from ruamel.yaml import YAML

from channels.safety_texts import without_model
from knowledge.reading import clean, without_slashes

logger = logging.getLogger(__name__)

# Longer messages are cut to their first and last part: the danger gate reads both, and the
# reply asks for a shorter message.
LONGEST, KEPT_AT_EACH_END = 4000, 2000
# Messages that one conversation may send: more than anybody types, fewer than a program in a loop.
FLOOD = parse(os.environ.get("QUIVER_FLOOD") or "300 per 10 second")
_limiter = MovingWindowRateLimiter(MemoryStorage())
# Seconds until the fixed safety text is given instead of an answer.
PATIENCE = 8.0
TEXTS = Path(__file__).parent / "fixed_texts.yml"


@lru_cache(maxsize=1)
def fixed_texts() -> dict[str, str]:
    """The texts given when nothing else can answer (data file, with its sources)."""
    loaded = YAML(typ="safe").load(TEXTS.read_text(encoding="utf-8"))
    return {k: str(v).strip() for k, v in loaded["texts"].items()}


def guard_text(message: Any) -> str:
    """Make a user's text safe to hand to Rasa.

    Control characters go; a leading slash goes, because Rasa takes typed ``/intent{...}`` for
    its own orders and would skip the reading, the danger gate with it; very long texts keep
    their two ends.

    Raises:
        ValueError: the message is no text.
    """
    if not isinstance(message, str | None):
        raise ValueError("'message' must be a text")
    text: str = without_slashes(clean(message or "").strip())
    if len(text) > LONGEST:
        text = f"{text[:KEPT_AT_EACH_END]} \n {text[-KEPT_AT_EACH_END:]}"
    return text


async def answer(
    on_new_message: Callable[[UserMessage], Awaitable[Any]],
    message: UserMessage,
    output: CollectingOutputChannel,
) -> None:
    """Let Rasa answer; if it fails, hangs or says nothing, give the fixed safety text.

    A conversation that floods is answered without Rasa, its danger signs read by the rules.
    """
    if not _limiter.hit(FLOOD, message.sender_id):
        await output.send_response(message.sender_id, fallback(message.text, "too_fast"))
        return
    try:
        await asyncio.wait_for(on_new_message(message), PATIENCE)
    except TimeoutError:
        logger.error("No answer within %s seconds; the fixed text was sent.", PATIENCE)
    except Exception:  # the person must get an answer whatever broke; the log has the trace
        logger.exception("The message could not be handled; the fixed text was sent.")
    if not any(m.get("text") for m in output.messages):
        logger.error("No reply was made; a fixed text was sent.")
        await output.send_response(message.sender_id, fallback(message.text))


def fallback(text: str | None, otherwise: str = "no_reply") -> dict[str, Any]:
    """What is sent when Rasa does not answer: the danger text if the rules find a sign, else a fixed text."""
    try:
        danger = without_model(text or "")
    except Exception:  # the last resort must not fail in its turn
        logger.exception("The rules could not be read either.")
        danger = None
    if danger is None:
        return {"text": fixed_texts()[otherwise]}
    return {"text": danger[0], "custom": danger[1]}
