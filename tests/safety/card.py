"""Write the safety card, docs/safety.md: `make safety`."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from typing import Any

import yaml

from knowledge import load_topic
from knowledge.danger_sentences import read_sentences
from tests.conftest import ROOT, TOPIC
from tests.safety.measure import HERE, Result, at_least, at_most, known_failures, measure

CARD = ROOT / "docs" / "safety.md"
TITLES = {
    "emergency": "emergency",
    "urgent": "urgent",
    "crisis": "crisis (T50, emergency and urgent)",
    "soon": "soon",
}


def understand() -> Any:
    """Parse a message with the trained model."""
    from rasa.core.agent import load_agent

    loop = asyncio.new_event_loop()
    agent = loop.run_until_complete(load_agent(model_path=str(ROOT / "models" / "quiver.tar.gz")))
    return lambda text: loop.run_until_complete(agent.parse_message(text))


def table(rows: list[tuple[Any, ...]], *titles: str) -> str:
    """A table in Markdown."""
    lines = [titles, tuple("---" for _ in titles), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def caught_row(title: str, results: list[Result]) -> tuple[Any, ...]:
    """How many were caught, and what can be said of the share."""
    right, of = sum(r.caught for r in results), len(results)
    return title, of, right, of - right, f"{100 * right / of:.1f} %", f"{100 * at_least(right, of):.1f} %"


def raised_row(title: str, results: list[Result]) -> tuple[Any, ...]:
    """How many controls were raised, and what can be said of the share."""
    raised, of = sum(not r.caught for r in results), len(results)
    return title, of, raised, f"{100 * raised / of:.1f} %", f"{100 * at_most(raised, of):.1f} %"


def by_kind(results: list[Result]) -> dict[str, list[Result]]:
    """The results of each kind of sentence."""
    found: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        found[result.sentence.kind].append(result)
    return dict(sorted(found.items()))


def card(results: list[Result], about: dict[str, Any], version: str) -> str:
    """The whole card."""
    danger = [r for r in results if r.sentence.is_danger]
    controls = [r for r in results if not r.sentence.is_danger]
    groups = {g: [r for r in danger if r.group == g] for g in TITLES}
    now = [r for r in danger if r.group != "soon"]
    right_rule = sum(r.sentence.rule in r.rules for r in danger if r.caught)
    taught = read_sentences(ROOT / "data" / "danger")
    failures = known_failures()
    hazards = yaml.safe_load((HERE / "hazards.yml").read_text(encoding="utf-8"))["hazards"]
    caught = ("share", "at least (95 %)")
    return f"""# Safety card

<!-- written by `make safety`; do not edit -->

**No clinician has signed this.** No Clinical Safety Officer is named; Quiver is not for use in care. The rules are
desk research from public guidance, the sentences were written for this project, and no patient wrote any.

What is measured: messages by hands that wrote no training sentence, and that share no run of four words with one, read
by the whole pipeline. A danger message is caught when the level found is at least as urgent as the right one. A
control is raised when it gets an emergency or same-day text. Bounds are exact and one-sided (Clopper and Pearson).

| | |
| --- | --- |
| knowledge | {version} |
| encoder's data (sha256) | {about["danger_data_sha256"][:12]} |
| learned from | {sum(s.is_danger for s in taught)} danger sentences, {sum(not s.is_danger for s in taught)} controls, {len({s.hand for s in taught})} hands |
| tested on | {len(danger)} danger sentences, {len(controls)} controls, {len({r.sentence.hand for r in results})} hands |

## Danger signs caught

{table([caught_row(TITLES[g], rs) for g, rs in groups.items()] + [caught_row("**emergency, urgent and crisis**", now)], "level", "sentences", "caught", "missed", *caught)}

Of the sentences caught, {right_rule} ({100 * right_rule / sum(r.caught for r in danger):.0f} %) were read as the right rule; the fixed text depends on the level more than on the rule.

{table([caught_row(kind, rs) for kind, rs in by_kind(danger).items()], "kind of sentence", "sentences", "caught", "missed", *caught)}

## Harmless messages raised to emergency or same day

{table([raised_row(kind, rs) for kind, rs in by_kind(controls).items()] + [raised_row("**all**", controls)], "kind of control", "sentences", "raised", "share", "at most (95 %)")}

Besides, {sum(r.asked for r in controls)} controls and {sum(r.asked and not r.caught for r in danger)} of the missed danger messages got the emergency line with the question whether it is
happening now, before their answer.

## Known failures

Danger messages that are missed. Each is tested to be missed still: one that is mended is taken out.

{table([(r.sentence.rule, r.sentence.level, r.sentence.text.replace("|", "/"), failures.get(r.sentence.text, "")) for r in danger if not r.caught], "rule", "level", "message", "reason")}

## Hazard log

Severity and likelihood are for a Clinical Safety Officer to score; none has.

{table([(h["id"], h["hazard"], h["controls"], "<br>".join(f"`{t.rpartition('/')[2]}`" for t in h["tests"])) for h in hazards], "", "hazard", "controls", "tests")}
"""


def main() -> None:
    """Measure, write the card, print its figures."""
    from components.sentence_encoder import encoder

    topic = load_topic(TOPIC)
    results = measure(understand(), {s.id: s.rule for s in topic.danger_signs.values()})
    text = card(results, encoder().card, topic.version)
    CARD.write_text(text, encoding="utf-8")
    print(text.partition("## Known failures")[0])
    for result in results:
        if not result.caught:
            kind = "missed" if result.sentence.is_danger else "raised"
            print(f"{kind}: {result.sentence.rule} {result.sentence.level} {result.rules}: {result.sentence.text}")


if __name__ == "__main__":
    main()
