"""The summary as a page and as a PDF."""

from __future__ import annotations

import re

from channels.summary_page import as_html, as_pdf

BLOCKS = [
    "Summary to keep",
    "Written on 24 November 2026.",
    "- What: twitching\n- Where: “left calf” 🙂",
    "Level: <soon> & more",
]


def test_the_page_holds_all_and_nothing_can_break_out_of_it() -> None:
    page = as_html([*BLOCKS, "“<script>alert(1)</script>”"])
    assert "<h1>Summary to keep</h1>" in page
    assert "<li>Where: “left calf” 🙂</li>" in page
    assert "&lt;soon&gt; &amp; more" in page
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")


def test_the_pdf_is_one_and_the_same_bytes_each_time() -> None:
    first, second = as_pdf(BLOCKS), as_pdf(BLOCKS)
    assert first.startswith(b"%PDF-")
    assert first.rstrip().endswith(b"%%EOF")
    assert first == second
    assert len(re.findall(rb"/Type /Page\b", first)) == 1
    assert b"DejaVu" in first  # its own font, so it looks alike everywhere


def test_long_and_odd_words_make_a_pdf_too() -> None:
    many = as_pdf(["T", "\n".join(f"- “{'word ' * 40}” {i}" for i in range(80)), "العربية 中文 🙂", "x" * 3000])
    assert len(re.findall(rb"/Type /Page\b", many)) > 2
