"""Parse messages with a trained model, inside its environment: `nlu_probe.py model messages out`.

Writes JSON: each parse, its seconds, the seconds until the model was loaded, and the bytes resident at most.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import sys
import time
from pathlib import Path

os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
WARM_UP = 20


async def main(model: str, messages: str, out: str) -> None:
    """Load, parse, write."""
    started = time.perf_counter()
    from rasa.core.agent import load_agent

    agent = await load_agent(model_path=model)
    loaded = time.perf_counter() - started
    texts: list[str] = json.loads(Path(messages).read_text(encoding="utf-8"))
    for text in texts[:WARM_UP]:
        await agent.parse_message(text)
    parses, seconds = [], []
    for text in texts:
        start = time.perf_counter()
        parsed = await agent.parse_message(text)
        seconds.append(time.perf_counter() - start)
        parses.append({key: parsed[key] for key in ("intent", "intent_ranking", "entities") if key in parsed})
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    Path(out).write_text(
        json.dumps({"parses": parses, "seconds": seconds, "load": loaded, "bytes": peak}, default=str), encoding="utf-8"
    )


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:4]))
