"""Ask the running bot one thing and print its messages and reply object as JSON: `make ask TEXT="..."`."""

import json
import os
import sys
import uuid

import requests


def main() -> int:
    """Send the text; one clear line if it can't be sent."""
    # make hands its variables down in the environment, so quotes in the text do no harm
    text = (os.environ.get("TEXT") or " ".join(sys.argv[1:])).strip()
    if not text:
        print('quiver: say what to ask: make ask TEXT="why does my eyelid twitch?"', file=sys.stderr)
        return 2
    port = os.environ.get("QUIVER_PORT") or "5005"
    url = f"http://127.0.0.1:{port}/webhooks/rest/webhook"
    try:
        response = requests.post(url, json={"sender": f"ask-{uuid.uuid4().hex}", "message": text}, timeout=60)
        messages = response.json()
    except (requests.RequestException, ValueError):
        print(f"quiver: nothing answers on port {port}: start the bot with 'make run' first", file=sys.stderr)
        return 1
    reply = [{k: v for k, v in m.items() if k != "recipient_id"} for m in messages if "custom" not in m]
    found = [m["custom"] for m in messages if "custom" in m]
    print(json.dumps({"reply": reply, "object": found[0] if found else None}, indent=2, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
