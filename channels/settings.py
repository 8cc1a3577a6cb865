"""What the channels share of the settings: the topic's folder and its knowledge, read once."""

from __future__ import annotations

import logging
import os
from functools import lru_cache
from pathlib import Path

from knowledge import KnowledgeError, Topic, load_topic
from knowledge.safety import UNKNOWN

logger = logging.getLogger(__name__)
KNOWLEDGE = Path(os.environ.get("QUIVER_KNOWLEDGE", "data/knowledge/muscle_twitches"))


def default_country() -> str:
    """The operator's country, by which phone numbers are told where the person has not said another."""
    return os.environ.get("QUIVER_COUNTRY") or UNKNOWN


@lru_cache(maxsize=1)
def the_topic() -> Topic | None:
    """The knowledge; None, with an error in the log, where it can't be read: safety texts must still come."""
    try:
        return load_topic(KNOWLEDGE)
    except KnowledgeError as error:
        logger.error("The knowledge can't be read; safety texts come without a country's numbers.\n%s", error)
        return None
