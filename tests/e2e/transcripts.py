"""Ten conversations with the running bot, as a page to read: `python -m tests.e2e.transcripts` writes it."""

from __future__ import annotations

import re
import uuid

import yaml

from tests.conftest import ROOT
from tests.e2e.bot import Bot

SAYS = ROOT / "tests" / "e2e" / "transcripts.yml"
PAGE = ROOT / "docs" / "conversations.md"
_DATE = re.compile(
    r"\b\d{1,2} (?:January|February|March|April|May|June|July|August|September|October|November|December) 20\d\d\b"
)
HEAD = """# Ten conversations

Written by `make transcripts` from the running bot; don't edit. A test holds that it still answers so. Dates are left
out, because they depend on the day.
"""


def page(bot: Bot) -> str:
    """Run the conversations and write them down."""
    parts = [HEAD]
    for conversation in yaml.safe_load(SAYS.read_text(encoding="utf-8")):
        sender = uuid.uuid4().hex
        parts.append(f"## {conversation['title']}\n")
        for said in conversation["says"]:
            text, found = bot.say(said, sender)
            asked = found.get("question") or {}
            answer = "\n".join(f"> {line}".rstrip() for line in _DATE.sub("(a date)", text).splitlines())
            choices = " · ".join(c["title"] for c in asked.get("choices", []))
            parts.append(f"**{said}**\n\n{answer}\n")
            notes = [f"level: {found['care_level'] or 'none'}", *([f"to tap: {choices}"] if choices else [])]
            parts.append(f"<sub>{' | '.join(notes)}</sub>\n")
    return "\n".join(parts)


def main() -> None:
    """Write the page."""
    bot = Bot()
    try:
        PAGE.write_text(page(bot), encoding="utf-8")
    finally:
        bot.stop()
    print(f"quiver: {PAGE.relative_to(ROOT)} is written")


if __name__ == "__main__":
    main()
