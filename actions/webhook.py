"""Posting a hand-over message to the operator: signed, tried again on passing faults, and safe to be sent twice."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import time
from collections.abc import Mapping
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from actions.operator_settings import Webhook

logger = logging.getLogger(__name__)
SIGNATURE, KEY = "Quiver-Signature", "Idempotency-Key"
# Answers after which the same may work a moment later (RFC 9110, 15.5 and 15.6; RFC 6585, 4).
PASSING = (429, 500, 502, 503, 504)
DUPLICATE = 409  # the receiver has it already
BACK_OFF = 0.25  # seconds before the second further try; twice as long before each one after
# urllib3 would log the hook's path, which may hold a secret.
logging.getLogger("urllib3.connectionpool").setLevel(logging.ERROR)


def signature(secret: str, sent_at: int, body: bytes) -> str:
    """Value of the signature header: HMAC-SHA256 (RFC 2104) over time and body."""
    digest = hmac.new(secret.encode(), b"%d." % sent_at + body, hashlib.sha256).hexdigest()
    return f"t={sent_at},v1={digest}"


def key_of(secret: str, conversation: str, message: Mapping[str, Any]) -> str:
    """The message's idempotency key, 32 hexadecimal digits: the same for the same message of the same conversation."""
    content = json.dumps([conversation, message], sort_keys=True, ensure_ascii=False).encode()
    return hmac.new(secret.encode(), content, hashlib.sha256).hexdigest()[:32]


def post(hook: Webhook, secret: str, key: str, message: Mapping[str, Any]) -> bool:
    """Post a message; whether the receiver said that it has it.

    Takes about ``tries`` times ``timeout`` seconds at most, and the pauses. Never raises: a person waits for the
    answer. A redirection is not followed, because the message was meant for this address only.
    """
    sent_at = int(time.time())
    body = json.dumps({"id": key, "sent_at": sent_at, **message}, ensure_ascii=False).encode()
    retry = Retry(
        total=hook.tries - 1,
        backoff_factor=BACK_OFF,
        status_forcelist=PASSING,
        allowed_methods=None,  # POST too: the key makes it safe
        respect_retry_after_header=False,  # a person waits
        raise_on_status=False,
    )
    headers = {
        "Content-Type": "application/json",
        KEY: key,
        SIGNATURE: signature(secret, sent_at, body),
    }
    try:
        with requests.Session() as session:
            session.trust_env = False  # no proxy and no .netrc of the machine has a say in where this goes
            session.mount(hook.url, HTTPAdapter(max_retries=retry))
            with session.post(
                hook.url, data=body, headers=headers, timeout=hook.timeout, allow_redirects=False, stream=True
            ) as answer:
                status = answer.status_code
    except Exception as error:  # also what a bad name or address raises
        logger.error("The hand-over message %s could not be posted: %s", key[:8], type(error).__name__)
        return False
    if status // 100 == 2 or status == DUPLICATE:
        return True
    logger.error("The hand-over message %s was refused: status %s", key[:8], status)
    return False
