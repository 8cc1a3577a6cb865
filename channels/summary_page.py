"""The summary as a page to print and as a PDF, made on the spot from its paragraphs and stored nowhere."""

from __future__ import annotations

import html
import importlib.util
from collections.abc import Sequence
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import ListFlowable, Paragraph, SimpleDocTemplate

BULLET = "- "
# Printed black on white, in a size that can be read at arm's length; nothing is loaded from anywhere.
STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:42rem;margin:2rem auto;padding:0 1rem}"
    "body{color:#111;background:#fff}h1{font-size:1.4rem}"
    "li{margin:.3rem 0}@media print{body{margin:0;max-width:none;font-size:12pt}}"
)
REGULAR, BOLD = "QuiverSans", "QuiverSans-Bold"


def as_html(blocks: Sequence[str]) -> str:
    """The page: the first paragraph is the title, lines that begin with "- " are a list."""
    title, *rest = blocks
    parts = []
    for block in rest:
        lines = block.splitlines()
        if lines and all(line.startswith(BULLET) for line in lines):
            items = "".join(f"<li>{html.escape(line.removeprefix(BULLET))}</li>" for line in lines)
            parts.append(f"<ul>{items}</ul>")
        else:
            parts.append(f"<p>{html.escape(block)}</p>")
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>Summary</title><style>{STYLE}</style></head>"
        f"<body><main><h1>{html.escape(title)}</h1>{''.join(parts)}</main></body></html>\n"
    )


@lru_cache(maxsize=1)
def _glyphs() -> frozenset[int]:
    """Register the fonts of matplotlib, which Rasa needs; gives the code points that the regular one can write."""
    spec = importlib.util.find_spec("matplotlib")
    if spec is None or spec.origin is None:
        raise RuntimeError("the package matplotlib, whose fonts the PDF uses, is missing: run 'make install'")
    fonts = Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf"
    regular = TTFont(REGULAR, str(fonts / "DejaVuSans.ttf"))
    pdfmetrics.registerFont(regular)
    pdfmetrics.registerFont(TTFont(BOLD, str(fonts / "DejaVuSans-Bold.ttf")))
    return frozenset(regular.face.charToGlyph)


def as_pdf(blocks: Sequence[str]) -> bytes:
    """The page as a PDF of A4 size. Signs that the font lacks, such as emoji, are left out."""
    glyphs = _glyphs()

    def written(text: str, style: ParagraphStyle) -> Paragraph:
        return Paragraph(escape("".join(c for c in text if ord(c) in glyphs)), style)

    plain = ParagraphStyle("plain", fontName=REGULAR, fontSize=11, leading=16, spaceAfter=8)
    head = ParagraphStyle("head", fontName=BOLD, fontSize=15, leading=20, spaceAfter=10)
    title, *rest = blocks
    flow: list[Paragraph | ListFlowable] = [written(title, head)]
    for block in rest:
        lines = block.splitlines()
        if lines and all(line.startswith(BULLET) for line in lines):
            items = [written(line.removeprefix(BULLET), plain) for line in lines]
            flow.append(
                ListFlowable(items, bulletType="bullet", bulletFontName=REGULAR, bulletFontSize=8, leftIndent=14)
            )
        else:
            flow.append(written(block, plain))
    out = BytesIO()
    # invariant: no time stamp and no random id, so the same summary gives the same bytes
    page = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=22 * mm, rightMargin=22 * mm, topMargin=20 * mm, bottomMargin=20 * mm,
        title="Summary", author="Quiver", lang="en", invariant=1,
    )  # fmt: skip
    page.build(flow)
    return out.getvalue()
