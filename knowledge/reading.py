"""The readable reading of a message: spelling, concepts, negation and danger signs.

Rules only, no learned part: every phrase comes from the knowledge files, so a clinician can
say why a message was read as it was. The learned reading stands beside it in the pipeline.

A message goes through four steps:

1. spaCy's blank English tokenizer splits it; words that neither English nor the phrases know
   are corrected to the nearest word of the phrases (symspellpy);
2. every word is reduced to its stem (Snowball), small words are passed over;
3. concept phrases must stand together (spaCy's PhraseMatcher over the stems), danger phrases
   may have up to two words between (matching.py);
4. negation cues reach forward over a few words until something ends them, and sentences that ask
   in general, suppose, tell of long ago or of the family's past are framed as such, the ConText way
   (Harkema et al. 2009, "ConText: an algorithm for determining negation, experiencer, and temporal
   status from clinical reports").
"""

from __future__ import annotations

import importlib.resources
import itertools
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import snowballstemmer
import spacy
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc, Span
from spacy.util import filter_spans
from symspellpy import SymSpell, Verbosity

from knowledge.loading import Topic
from knowledge.matching import GapMatcher
from knowledge.model import CareLevel, Concept, Context, DangerSign

# How far a word may be from the phrases' spelling: edits for words of 4 to 6 letters, and for
# longer ones. Shorter words are left alone: "arm" is one edit from half the dictionary.
SHORT_WORD, SHORT_EDITS, LONG_EDITS, SHORTEST = 6, 1, 2, 4
DANGER_GAP = 2
ASKED_FOR = "topic."  # kind of the concepts that tell what is asked for
AFTER_REACH = 4  # words within which "after" stands before what it comes after
FINE_REACH = 5  # words before "fine" that it speaks of
# Count in symspellpy's list from which on a word is common: rarer ones are often another language's too.
COMMON = 3_000_000
NOT = "not "  # before the id of a concept or sign: the phrases that speak against it
_APOSTROPHES = str.maketrans({"\u2019": "'", "\u2018": "'", "\u00b4": "'", "`": "'"})
# Ages in years: "im 71", "aged 8", "a 34 yr old", "55yo", "welder, 44,", "my mother (83)". Not "im 20 weeks pregnant".
_AGE = re.compile(
    r"\b(?:i'?m|i am|i was|aged?|turn(?:ed|ing)|he'?s|she'?s|(?:he|she) is|nearly|almost|just)\s+(\d{1,3})\b"
    r"(?!\s*(?:%|[-/.,]?\d|(?:min|hour|hr|day|week|wk|month|mth|mile|kg|lb|stone|cm|mg|cup|can|step|time)s?\b))"
    r"|(?:mother|father|mum|mom|mam|dad|wife|husband|girlfriend|boyfriend|partner|fella|brother|sister|daughter|son|uncle|aunt\w*|nan|nana|gran\w*)"
    r"(?:'s|\s+is|,)?\s*\(?(\d{1,2})\b(?!\s*(?:%|[-/.]?\d|(?:min|hour|hr|day|week|wk|month|mth|mile|kg|lb|stone|cm|mg|cup|can|time)s?\b))"
    r"|(?<=, )(\d\d)(?=\s*(?:[,.]|and\b|here\b|$))"
    r"|\b(\d{1,3})[\s-]*(?:(?:y(?:ea)?rs?)[\s-]*old|yo\b|y/o\b|[mf]\b)"
)
# "in 1998", "back in the 80s", "12 years ago", "ten yrs dry": long past
_YEAR = re.compile(
    r"\b(?:in|since|from|around|of) (?:19\d\d|20[01]\d|202[0-4]|'?[5-9]\d)\b(?!\s*(?:m|k|min|sec|hour|day|per|%))"
    r"|\bin the (?:(?:19)?[4-9]0'?s|war|nineties|eighties|seventies|sixties)\b"
    r"|\b(?:\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty)"
    r" (?:years?|yrs?|decades?) (?:ago|back|clean|dry|sober|clear|free|seizure)\b",
    re.IGNORECASE,
)
_LONG_RUN = re.compile(r"([a-z])\1{2,}")


@dataclass(frozen=True)
class Word:
    """One token: its corrected lower-case form, its stem, and where it stands in the message."""

    text: str
    stem: str
    start: int
    end: int


@dataclass(frozen=True)
class Found:
    """A concept or danger sign in a message. ``start`` and ``end`` are character offsets.

    ``level``: of a danger sign, with what raises it in this message ("pregnant").
    """

    id: str
    start: int
    end: int
    text: str
    denied: bool
    level: CareLevel | None = None


class Frame(StrEnum):
    """What a sentence is, where it is no report of now (context.yml, "frames")."""

    ASKED = "asked"
    HYPOTHETICAL = "hypothetical"
    PAST = "past"
    FAMILY = "family"


class _Cues(NamedTuple):
    """Negations in a message, as word ranges, and the words at which their reach ends."""

    before: list[tuple[int, int]]
    after: list[tuple[int, int]]
    stops: set[int]


def _ranges(start: int, end: int, ends: Callable[[int], bool]) -> list[tuple[int, int]]:
    """Cut ``range(start, end)`` after each index at which something ends."""
    cuts = [start, *(i + 1 for i in range(start, end) if ends(i)), end]
    return [(s, e) for s, e in itertools.pairwise(cuts) if s < e]


def phrases_of(topic: Topic) -> dict[str, Any]:
    """All that the reading needs of a topic, as plain data that a trained model can carry."""
    return {
        "concepts": [json.loads(c.json()) for c in topic.concepts.values()],
        # their names and notes may be edited without training
        "danger_signs": [
            json.loads(d.copy(update={"name": "", "shown": "", "note": None, "sources": (), "advice": None}).json())
            for d in topic.danger_signs.values()
        ],
        "context": json.loads(topic.context.json()),
        "countries": {c.id: list(c.names) for c in topic.countries.values() if c.names},
    }


def clean(text: str) -> str:
    """Make a message safe to read: one form of each character, no control characters.

    The length never changes, so character offsets stay those of the message.
    """
    text = text.translate(_APOSTROPHES)
    return "".join(c if c.isprintable() or c == "\n" else " " for c in text)


def without_slashes(text: str) -> str:
    """A message without leading slashes, which Rasa takes for its own orders."""
    return re.sub(r"^[\s/]+", "", text)


@lru_cache(maxsize=1)
def _english_words() -> dict[str, int]:
    """Symspellpy's English list (82,765 words) with counts: known words are never "corrected"."""
    path = importlib.resources.files("symspellpy") / "frequency_dictionary_en_82_765.txt"
    rows = (line.split(" ", 1) for line in path.read_text(encoding="utf-8-sig").splitlines())
    return {word: int(count) for word, count in rows}


class Reader:
    """Reads concepts and danger signs in messages, by the phrases of a topic.

    Args:
        phrases: what :func:`phrases_of` returned.
    """

    def __init__(self, phrases: dict[str, Any]) -> None:
        self.concepts = [Concept.parse_obj(c) for c in phrases["concepts"]]
        self.danger_signs = [DangerSign.parse_obj(d) for d in phrases["danger_signs"]]
        self.context = Context.parse_obj(phrases["context"])
        self._nlp = spacy.blank("en")
        self._stemmer = snowballstemmer.stemmer("english")
        self._stems: dict[str, str] = {}
        self._split: dict[str, list[str]] = {}
        self._ranks = {s.id: s.level.rank for s in self.danger_signs}
        physical = frozenset(Frame)
        # "if it is that i'll end it" and "mum died of it, i want to die too" are no less a crisis
        others = frozenset({Frame.ASKED, Frame.PAST})
        self._ignored = {s.kind: physical if s.kind == "physical" else others for s in self.danger_signs}
        self._small = frozenset(self.context.small_words)
        self._fine_words = frozenset(self.context.fine)
        self._well = frozenset(c.id for c in self.concepts if c.fine_denies)
        # "my husbands calf" has lost its apostrophe
        self._others = frozenset(w for other in self.context.others for w in (other, f"{other}s"))
        self._selves = frozenset(self.context.selves)
        countries: dict[str, list[str]] = phrases.get("countries") or {}
        self._countries = {c: [" ".join(self._tokens(n)) for n in names] for c, names in countries.items()}
        self._said_of_place = [" ".join(self._tokens(cue)) for cue in self.context.said_of_place]
        self._spelling = self._make_spelling()
        self._concept_matcher = self._make_concept_matcher()
        self._idiom_matcher = self._make_idiom_matcher()
        self._danger_matcher, self._combinations = self._make_danger_matcher()
        self._cues = self._make_cues()
        self._frame_cues = self._make_frame_cues()
        self._split.clear()
        self._last_words: tuple[str | None, list[Word]] = (None, [])
        self._last: tuple[str, tuple[list[Found], list[Found]]] | None = None

    # -- words -----------------------------------------------------------------------------

    def words(self, text: str) -> list[Word]:
        """Split a message into words, spelling mended, with offsets into the message."""
        if self._last_words[0] != text:  # every component of the pipeline asks for the same message
            self._last_words = (text, self._words(text))
        return self._last_words[1]

    def _words(self, text: str) -> list[Word]:
        words = []
        for token in self._nlp.make_doc(clean(text)):
            if token.is_space:
                continue
            fixed = self._correct(self.context.short_forms.get(token.text.lower(), token.text.lower()))
            words.append(Word(fixed, self._stem(fixed), token.idx, token.idx + len(token.text)))
        return words

    def _stem(self, word: str) -> str:
        if word in self.context.exact_words:
            return word
        if word not in self._stems:
            if len(self._stems) > 50_000:  # a long-running server reads many odd words
                self._stems.clear()
            self._stems[word] = self._stemmer.stemWord(word)
        return self._stems[word]

    def _correct(self, word: str) -> str:
        if len(word) < SHORTEST or not word.isalpha() or not word.isascii():
            return word
        if word in self._vocabulary or word in _english_words():
            return word
        word = _LONG_RUN.sub(r"\1\1", word)  # "twitchinggggg"
        edits = SHORT_EDITS if len(word) <= SHORT_WORD else LONG_EDITS
        best = self._spelling.lookup(word, Verbosity.TOP, max_edit_distance=edits)
        if best and best[0].term[0] == word[0]:
            return str(best[0].term)
        return word

    def english_share(self, text: str) -> float:
        """Share of a message's words that are common English or the subject's, from 0 to 1; 1 where it has none."""
        words = [w.text for w in self.words(text) if any(c.isalpha() for c in w.text)]
        english = _english_words()
        known = [
            w for w in words if english.get(w, 0) > COMMON or w in self._vocabulary or "'" in w or w in ("nt", "i")
        ]
        return len(known) / len(words) if words else 1.0

    @cached_property
    def _vocabulary(self) -> frozenset[str]:
        return frozenset(token for phrase in self._all_phrases() for token in self._tokens(phrase))

    def _tokens(self, phrase: str) -> list[str]:
        """A phrase's words, lower-case; remembered while the reader is being made."""
        if phrase not in self._split:
            self._split[phrase] = [t.lower_ for t in self._nlp.make_doc(clean(phrase))]
        return self._split[phrase]

    def _all_phrases(self) -> Iterable[str]:
        for concept in self.concepts:
            yield from (*concept.phrases, *concept.not_when, *concept.denied_by)
        for sign in self.danger_signs:
            yield from (*sign.phrases, *sign.not_when)
            for combination in sign.combinations:
                for group in combination:
                    yield from group

    def _make_spelling(self) -> SymSpell:
        spelling = SymSpell(max_dictionary_edit_distance=LONG_EDITS, prefix_length=7)
        counts: dict[str, int] = {}
        for phrase in self._all_phrases():
            for token in self._tokens(phrase):
                if len(token) >= SHORTEST and token.isalpha():
                    counts[token] = counts.get(token, 0) + 1
        for word in sorted(counts):
            spelling.create_dictionary_entry(word, counts[word])
        return spelling

    # -- matching --------------------------------------------------------------------------

    def _stem_phrase(self, phrase: str) -> list[str]:
        tokens = self._tokens(phrase)
        kept = [t for t in tokens if t not in self._small] or tokens
        return [self._stem(t) for t in kept]

    def _make_concept_matcher(self) -> PhraseMatcher:
        matcher = PhraseMatcher(self._nlp.vocab)
        for concept in self.concepts:
            for key, phrases in ((concept.id, concept.phrases), (f"{NOT}{concept.id}", concept.denied_by)):
                if phrases:
                    matcher.add(key, [Doc(self._nlp.vocab, words=self._stem_phrase(p)) for p in phrases])
        return matcher

    def _make_idiom_matcher(self) -> PhraseMatcher:
        """Longer phrases that hold a concept's phrase and mean something else.

        Held against all words, and, where two words are left, against those that are not small.
        """
        matcher = PhraseMatcher(self._nlp.vocab)
        for concept in self.concepts:
            for phrase in concept.not_when:
                kept = self._stem_phrase(phrase)
                forms = [self._stem_all(phrase)] + ([kept] if len(kept) > 1 else [])
                matcher.add(concept.id, [Doc(self._nlp.vocab, words=f) for f in forms])
        return matcher

    def _stem_all(self, phrase: str) -> list[str]:
        return [self._stem(t) for t in self._tokens(phrase)]

    def _make_danger_matcher(self) -> tuple[GapMatcher, dict[str, list[list[str]]]]:
        """Phrases of every danger sign under its id, those of a group of words under the group's own key.

        Returns:
            The matcher, and for each danger sign its combinations as lists of group keys.
        """
        matcher = GapMatcher(DANGER_GAP)
        combinations: dict[str, list[list[str]]] = {}
        keys: dict[tuple[str, ...], str] = {}  # the same group of words stands in many combinations
        for sign in self.danger_signs:
            matcher.add(sign.id, map(self._stem_phrase, sign.phrases))
            matcher.add(f"{NOT}{sign.id}", map(self._stem_phrase, sign.not_when))
            combinations[sign.id] = []
            for combination in sign.combinations:
                for group in combination:
                    if group not in keys:
                        keys[group] = f"group {len(keys)}"
                        matcher.add(keys[group], map(self._stem_phrase, group))
                combinations[sign.id].append([keys[group] for group in combination])
        return matcher, combinations

    # -- negation --------------------------------------------------------------------------

    def _make_cues(self) -> PhraseMatcher:
        cues = PhraseMatcher(self._nlp.vocab, attr="LOWER")
        for name in ("negations", "not_negations", "negations_after", "asking_at_start", "terminators"):
            cues.add(name, [self._nlp.make_doc(c) for c in getattr(self.context, name)])
        return cues

    def _find_cues(self, words: list[Word]) -> _Cues:
        doc = Doc(self._nlp.vocab, words=[w.text for w in words])
        spans = [(self._nlp.vocab.strings[key], s, e) for key, s, e in self._cues(doc)]
        stops = {i for name, s, e in spans if name == "terminators" for i in range(s, e)}
        stops |= {i for i, w in enumerate(words) if w.text in {".", ";", "!", "?", ":", "(", ")"}}
        masked = {
            i
            for name, s, e in spans
            if name == "not_negations" or (name == "asking_at_start" and s == 0)
            for i in range(s, e)
        }
        before = [(s, e) for name, s, e in spans if name == "negations" and not masked & set(range(s, e))]
        after = [(s, e) for name, s, e in spans if name == "negations_after" and not masked & set(range(s, e))]
        return _Cues(before, after, stops)

    def _denied(self, words: list[Word], cues: _Cues, inside: set[int]) -> set[int]:
        """Indices of the words that a negation reaches.

        Args:
            words: the words of the message.
            cues: the negations in it.
            inside: indices of words that make up phrases; a cue that does is part of the phrase
                ("no sleep") and negates nothing. One that only stands in a gap does ("have no fits").
        """
        reached: set[int] = set()
        for start, end in cues.before:
            if self._part_of_phrase(words, range(start, end), inside):
                continue
            for i in range(end, min(len(words), end + self.context.reach)):
                if i in cues.stops:
                    break
                reached.add(i)
        for start, end in cues.after:
            if self._part_of_phrase(words, range(start, end), inside):
                continue
            for i in range(start - 1, max(-1, start - 4), -1):
                if i in cues.stops or words[i].text == ",":
                    break
                reached.add(i)
        return reached

    def _fine(self, words: list[Word], cues: _Cues) -> set[int]:
        """Indices of the words just before "is fine" and the like, and just after "normal"."""
        reached: set[int] = set()
        for i, word in enumerate(words):
            if word.text not in self._fine_words:
                continue
            before = next((j for j in range(i - 1, -1, -1) if j in cues.stops), -1)
            reached |= set(range(max(before + 1, i - FINE_REACH), i))
            reached |= {i + 1} if i + 1 not in cues.stops else set()
        return reached

    def _part_of_phrase(self, words: list[Word], cue: range, inside: set[int]) -> bool:
        return bool(inside.intersection(cue)) and all(i in inside or words[i].text in self._small for i in cue)

    # -- frames ----------------------------------------------------------------------------

    def _make_frame_cues(self) -> PhraseMatcher:
        cues = PhraseMatcher(self._nlp.vocab, attr="LOWER")
        frames = self.context.frames
        for name in ("openers", "not_openers", "lead_ins", "persons", "hypothetical", "past", "family", "now"):
            cues.add(name, [self._nlp.make_doc(c) for c in getattr(frames, name)])
        return cues

    def frames(self, words: list[Word], text: str) -> list[frozenset[Frame]]:
        """For each word, what its clause is besides a report of now; usually nothing."""
        doc = Doc(self._nlp.vocab, words=[w.text for w in words])
        cues = [(self._nlp.vocab.strings[key], s, e) for key, s, e in self._frame_cues(doc)]
        opening = {s for name, s, _ in cues if name == "openers"}
        found: list[frozenset[Frame]] = []
        for start, end in _ranges(0, len(words), lambda i: self._ends_sentence(words, text, i)):
            here = [(n, s, e) for n, s, e in cues if start <= s and e <= end]
            supposed = {Frame.HYPOTHETICAL} if any(n == "hypothetical" for n, _, _ in here) else set()
            # a frame holds in its own clause: "had it in 2003, now my face ..." is past up to the comma
            for first, last in _ranges(start, end, lambda i: words[i].text == ","):
                kinds = {n for n, s, _ in here if first <= s < last}
                if _YEAR.search(text[words[first].start : words[last - 1].end]):
                    kinds.add(Frame.PAST)
                framed = set() if "now" in kinds else {f for f in (Frame.PAST, Frame.FAMILY) if f in kinds}
                found += [frozenset(supposed | framed)] * (last - first)
            for first, last in _ranges(start, end, lambda i: words[i].text == "," and i + 1 in opening):
                if self._asks_in_general(first, last, here):
                    found[first:last] = [f | {Frame.ASKED} for f in found[first:last]]
        return found

    @staticmethod
    def _ends_sentence(words: list[Word], text: str, i: int) -> bool:
        following = words[i + 1].start if i + 1 < len(words) else len(text)
        return words[i].text[0] in ".!?;" or "\n" in text[words[i].end : following]

    @staticmethod
    def _asks_in_general(start: int, end: int, cues: list[tuple[str, int, int]]) -> bool:
        """Whether a clause opens as a question ("what are the signs of ...") and names no person.

        "Is it normal that i can't feel my leg" asks too, and reports.
        """
        inside = [(n, s, e) for n, s, e in cues if start <= s and e <= end]
        if any(n == "persons" for n, _, _ in inside):
            return False
        for name, s, e in sorted(inside, key=lambda c: c[1]):  # "hi, just wondering, can ..." opens after its lead-in
            if name == "lead_ins" and s == start:
                start = e
        at_start = {n for n, s, _ in inside if s == start}
        return "openers" in at_start and "not_openers" not in at_start

    # -- reading ---------------------------------------------------------------------------

    def read(self, text: str) -> tuple[list[Found], list[Found]]:
        """Find what a message is about.

        Returns:
            The concepts, in order, none overlapping; and the danger signs that count (denied
            ones are left out), most urgent first, each once.
        """
        # two components of the pipeline read the same message one after the other
        if self._last is None or self._last[0] != text:
            self._last = (text, self._read(text))
        return self._last[1]

    def _read(self, text: str) -> tuple[list[Found], list[Found]]:
        words = self.words(text)
        if not words:
            return [], []
        kept = [i for i, w in enumerate(words) if w.text not in self._small]
        doc = Doc(self._nlp.vocab, words=[words[i].stem for i in kept])
        spans = [Span(doc, s, e, label=key) for key, s, e in self._concept_matcher(doc)]
        idioms = self._idioms(doc, words, kept)
        spans = [
            s
            for s in spans
            if not any(
                k == s.label_.removeprefix(NOT) and a <= kept[s.start] and kept[s.end - 1] < b for k, a, b in idioms
            )
        ]
        # what is asked for ("how much water") is read beside what is named ("water")
        asked = [s for s in spans if s.label_.startswith(ASKED_FOR)]
        named = [s for s in spans if not s.label_.startswith(ASKED_FOR)]
        chosen = [s for layer in (named, asked) for s in filter_spans(sorted(layer, key=lambda s: (s.start, s.label_)))]
        inside = {kept[i] for s in chosen for i in range(s.start, s.end) if s.end - s.start > 1}
        cues = self._find_cues(words)
        denied = self._denied(words, cues, inside)
        fine = self._fine(words, cues)
        # "my thumb jumps" is one phrase for a sign, and still names the thumb
        signs = [s for s in chosen if s.label_.startswith("sign.")]
        chosen += [
            s
            for s in spans
            if s.label_.startswith("body.") and any(s.start >= t.start and s.end <= t.end for t in signs)
        ]
        concepts = [
            self._found(s.label_, s, words, kept, text, self._speaks_against(s, kept, cues, denied, fine))
            for s in chosen
        ]
        concepts += [*self._ages(text), *self._after(concepts, words, text)]
        dangers = self._raise(self._read_dangers(words, kept, cues, text), concepts)
        return sorted(concepts, key=lambda f: (f.start, f.end)), dangers

    def _idioms(self, doc: Doc, words: list[Word], kept: list[int]) -> list[tuple[str, int, int]]:
        """Concept id, first word and end of each idiom in the message."""
        whole = Doc(self._nlp.vocab, words=[w.stem for w in words])
        found = [(self._nlp.vocab.strings[key], s, e) for key, s, e in self._idiom_matcher(whole)]
        return found + [
            (self._nlp.vocab.strings[key], kept[s], kept[e - 1] + 1) for key, s, e in self._idiom_matcher(doc)
        ]

    def _ages(self, text: str) -> list[Found]:
        found = []
        for match in _AGE.finditer(clean(text).lower()):
            years = int(next(g for g in match.groups() if g))
            for concept in self.concepts:
                if concept.ages and concept.ages[0] <= years <= concept.ages[1]:
                    found.append(
                        Found(concept.id, match.start(), match.end(), text[match.start() : match.end()], False)
                    )
        return found

    def _after(self, concepts: list[Found], words: list[Word], text: str) -> list[Found]:
        """Concepts that are named by what they come after ("after football")."""
        found = []
        for concept in self.concepts:
            for other in concepts if concept.after else ():
                before = [w for w in words if w.end <= other.start][-AFTER_REACH:]
                first = next((w for w in before if w.text == "after"), None)
                if other.id == concept.after and not other.denied and first:
                    found.append(Found(concept.id, first.start, other.end, text[first.start : other.end], False))
        return found

    def _speaks_against(self, span: Span, kept: list[int], cues: _Cues, denied: set[int], fine: set[int]) -> set[int]:
        """Indices of the words whose phrases are denied, as this concept takes it.

        A phrase that denies by itself ("sleep well") is turned round only by a negation right before it.
        """
        first = kept[span.start]
        if span.label_.startswith(NOT):
            return {first} if any(end in (first, first - 1) for _, end in cues.before) else set()
        return denied | fine if span.label_ in self._well else denied

    def _found(self, name: str, span: Span, words: list[Word], kept: list[int], text: str, denied: set[int]) -> Found:
        is_denied = any(kept[i] in denied for i in range(span.start, span.end))
        if name.startswith(NOT):  # "can't sleep well": a denial denied says that it is so
            name, is_denied = name.removeprefix(NOT), not is_denied
        return self._at(name, span.start, span.end, words, kept, text, is_denied)

    def _at(
        self, name: str, start: int, end: int, words: list[Word], kept: list[int], text: str, denied: bool
    ) -> Found:
        first, last = words[kept[start]], words[kept[end - 1]]
        return Found(name, first.start, last.end, text[first.start : last.end], denied)

    def _read_dangers(self, words: list[Word], kept: list[int], cues: _Cues, text: str) -> list[Found]:
        stems = [words[i].stem for i in kept]
        breaks = {n for n, i in enumerate(kept) if not any(c.isalnum() or c == "'" for c in words[i].text)}
        matches = self._danger_matcher.find(stems, breaks)
        if not matches:
            return []
        frames = self.frames(words, text)
        # a negation that makes up a danger phrase ("can't swallow", "quit drinking") denies no other
        inside = {
            kept[i] for name, found in matches.items() if not name.startswith(NOT) for match in found for i in match
        }
        denied = self._denied(words, cues, inside)
        dangers = []
        for sign in self.danger_signs:
            ignored = self._ignored[sign.kind]
            denied_kept = {n for n, i in enumerate(kept) if i in denied or frames[i] & ignored}
            idioms = matches.get(f"{NOT}{sign.id}", [])
            match = self._counting(matches.get(sign.id, []), denied_kept, idioms)
            for keys in () if match else self._combinations[sign.id]:
                picks = [self._counting(matches.get(key, []), denied_kept, idioms) for key in keys]
                if all(picks):
                    match = min(picks)
                    parts = [self._at(sign.id, p[0], p[-1] + 1, words, kept, text, False).text for p in sorted(picks)]
                    break
            else:
                parts = []
            if match:
                danger = self._at(sign.id, match[0], match[-1] + 1, words, kept, text, False)
                dangers.append(replace(danger, text=" … ".join(dict.fromkeys(parts))) if parts else danger)
        return sorted(dangers, key=lambda f: (self._ranks[f.id], f.start))

    def _raise(self, dangers: list[Found], concepts: list[Found]) -> list[Found]:
        """Levels of danger signs, one higher for what raises them, unless a sign of the message counts that already.

        Raising stops below emergency (clinical/triage.md, logic 6).
        """
        signs = {s.id: s for s in self.danger_signs}
        counted = {c for d in dangers for c in signs[d.id].counts}
        raises = {c.id for c in self.concepts if c.raises}
        raised = any(c.id in raises - counted and not c.denied for c in concepts)
        levels = list(CareLevel)
        found = []
        for danger in dangers:
            level = signs[danger.id].level
            if raised and level.rank > CareLevel.URGENT.rank:
                level = levels[level.rank - 1]
            found.append(replace(danger, level=level))
        return sorted(found, key=lambda f: (f.level.rank if f.level else len(levels), f.start))

    def about_someone_else(self, text: str, start: int, end: int) -> bool:
        """Whether the sentences around a span are about somebody else ("dad can't ..."), not the one who writes."""
        words = self.words(text)
        said = set[str]()
        for first, last in _ranges(0, len(words), lambda i: self._ends_sentence(words, text, i)):
            if words[first].start < end and start < words[last - 1].end:
                said |= {w.text for w in words[first:last]}
        return bool(said & self._others) and not said & self._selves

    def country_of(self, text: str) -> str | None:
        """The country that a person says they are in ("im in australia"), or that is all they say."""
        said = " ".join(w.text for w in self.words(text) if any(c.isalnum() or c == "'" for c in w.text))
        for country, names in self._countries.items():
            for name in names:
                if said == name or any(f" {cue} {name} " in f" {said} " for cue in self._said_of_place):
                    return country
        return None

    @staticmethod
    def _counting(matches: list[tuple[int, ...]], denied: set[int], idioms: list[tuple[int, ...]]) -> tuple[int, ...]:
        """The shortest match that is neither denied nor part of an idiom; empty if there is none."""
        for match in sorted(matches, key=lambda m: (m[-1] - m[0], m)):
            if not denied.intersection(match) and not any(i[0] <= match[0] and match[-1] <= i[-1] for i in idioms):
                return match
        return ()


def phrases_json(topic: Topic) -> str:
    """The phrases of a topic as canonical JSON, as a trained model carries them."""
    return json.dumps(phrases_of(topic), sort_keys=True, ensure_ascii=False)


@lru_cache(maxsize=4)
def reader_for(phrases: str) -> Reader:
    """One reader for all of a process that have the same phrases: making one takes seconds."""
    return Reader(json.loads(phrases))
