"""Which language a message is in, where it is not English.

Two signs are joined: py3langid (Lui and Baldwin 2012, "langid.py: an off-the-shelf language identification
tool") and frequent words (languages.yml), which know what it does not: Hindi or Arabic in Latin letters, and
English as it is typed. Figures: docs/decisions/0011-other-languages.md.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from py3langid.langid import MODEL_FILE, LanguageIdentifier

FILE = Path(__file__).parent / "languages.yml"
ENGLISH = "en"
# A language that is not told more closely, as in BCP 47.
UNDETERMINED = "und"
# Share of letters in another script from which on a message is in it.
OTHER_SCRIPT = 0.4
_VOWEL = re.compile(r"[aeiouyåäöüéèêáàâíìîóòôúùûýæøœãõăęąėıűő0-9]")
_CONSONANTS = re.compile(r"[bcdfghjklmnpqrstvwxz]{5,}")
# How the name of a letter begins in Unicode where it may stand in an English message.
_LATIN = frozenset({"LATIN", "MODIFIER", "COMBINING", "VARIATION"})
# The same for other scripts, and the languages that are told apart within each; of any other script it is noticed
# that it is another language, but not which.
_SCRIPTS = {
    "DEVANAGARI": ("hi",),
    "ARABIC": ("ar", "ur", "fa"),
    "BENGALI": ("bn",),
    "GURMUKHI": ("pa",),
    "CYRILLIC": ("ru", "uk"),
    "GREEK": ("el",),
    "CJK": ("zh", "ja"),
    "HIRAGANA": ("ja",),
    "KATAKANA": ("ja",),
    "HANGUL": ("ko",),
}


class Languages:
    """Tells the language of a message.

    Args:
        path: the file of frequent words.
    """

    def __init__(self, path: Path = FILE) -> None:
        known: dict[str, dict[str, Any]] = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)["languages"]  # noqa: S506 - strings alone: "no" is a word
        self.codes = tuple(known)
        self._words = {code: frozenset(about.get("words", ())) for code, about in known.items()}
        self._alone = {word: code for code, about in known.items() for word in about.get("alone", ())}
        self._latin = self._identifier([c for c, about in known.items() if "script" not in about])
        self._by_script = {codes: self._identifier(codes) for codes in _SCRIPTS.values() if len(codes) > 1}

    @staticmethod
    def _identifier(codes: list[str] | tuple[str, ...]) -> LanguageIdentifier:
        found = LanguageIdentifier.from_pickled_model(MODEL_FILE, norm_probs=True)
        labels = set(found.nb_classes)
        found.set_languages([c for c in codes if c in labels])
        return found

    def read(self, text: str, english: float) -> tuple[str, float]:
        """The likeliest language, and how far the message is from English: about 0 for English, 1 and more for another.

        Args:
            text: the message.
            english: share of its words that are common English words, from 0 to 1.
        """
        script = self._script(text)
        if script:
            codes = _SCRIPTS.get(script, (UNDETERMINED,))
            code = codes[0] if len(codes) == 1 else str(self._by_script[codes].classify(text)[0])
            return code, 1.0
        words = _words(text)
        if len(words) < 2:
            alone = self._alone.get(words[0]) if words else None
            return (alone, 1.0) if alone else (ENGLISH, 0.0)
        shares = {c: sum(w in known for w in words) / len(words) for c, known in self._words.items()}
        chances = {str(c): float(p) for c, p in self._latin.rank(text)}
        native = 1 - chances.get(ENGLISH, 0.0)
        others = {c: chances.get(c, 0.0) / max(native, 1e-9) + 2 * share for c, share in shares.items() if c != ENGLISH}
        best = max(others, key=lambda c: (others[c], c))
        if not shares[best] and not all(_is_speakable(w) for w in words):  # "hjkhjk bb", the cat on the keyboard
            return ENGLISH, 0.0
        distance = max(s for c, s in shares.items() if c != ENGLISH) - shares[ENGLISH] + native * (1 - english)
        return best, distance

    @staticmethod
    def _script(text: str) -> str | None:
        """The script other than Latin that a message is mostly in; None for Latin.

        NFKC makes plain letters of styled ones ("𝓱𝓲"). Letters that stand alone are faces ("(ツ)", "ಠ_ಠ").
        """
        names = []
        for letters, word in itertools.groupby(unicodedata.normalize("NFKC", text), _is_letter):
            scripts = [unicodedata.name(c, "").partition(" ")[0] for c in word] if letters else []
            names += scripts if len(scripts) > 1 or scripts in (["CJK"], ["HANGUL"]) else []
        others = [n for n in names if n not in _LATIN]
        if not names or len(others) / len(names) < OTHER_SCRIPT:
            return None
        kana = next((n for n in others if n in ("HIRAGANA", "KATAKANA")), None)
        return kana or max(sorted(set(others)), key=others.count)


def _is_letter(char: str) -> bool:
    """Whether a character is a letter, or a mark that belongs to one, as vowels do in Hindi."""
    return unicodedata.category(char)[0] in "LM"


def _words(text: str) -> list[str]:
    plain = "".join(c if c.isalnum() or c in "'’" else " " for c in text.lower()).replace("’", "'")
    return [w for w in plain.split() if any(c.isalpha() for c in w)]


def _is_speakable(word: str) -> bool:
    """Whether letters could be a word of some language in Latin letters."""
    return bool(_VOWEL.search(word)) and not _CONSONANTS.search(word)


@lru_cache(maxsize=1)
def languages() -> Languages:
    """The one detector of this process."""
    return Languages()
