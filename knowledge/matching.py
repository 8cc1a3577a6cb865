"""Finds many phrases in a message at once, with a few other words allowed between their words.

spaCy's Matcher can do this with wildcards, and takes 9 to 23 ms for a message of 170 characters;
this takes under 1 ms (docs/decisions/0006-negation.md), because it only looks at phrases all of
whose words are in the message.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set


class GapMatcher:
    """Phrases as tuples of words, each under one or more keys.

    Args:
        gap: how many other words may stand between two words of a phrase.
    """

    def __init__(self, gap: int) -> None:
        self._gap = gap
        self._keys: dict[tuple[str, ...], list[str]] = {}
        self._by_first: dict[str, list[tuple[tuple[str, ...], frozenset[str]]]] = {}

    def add(self, key: str, phrases: Iterable[Sequence[str]]) -> None:
        """Put phrases under a key."""
        for words in map(tuple, phrases):
            if words not in self._keys:
                self._keys[words] = []
                self._by_first.setdefault(words[0], []).append((words, frozenset(words)))
            if key not in self._keys[words]:
                self._keys[words].append(key)

    def find(self, words: Sequence[str], breaks: Set[int]) -> dict[str, list[tuple[int, ...]]]:
        """All matches: key to the indices of the words that make each up, in order.

        Args:
            words: the words of the message.
            breaks: indices that no match may reach across, punctuation for example.
        """
        present = frozenset(words)
        found: dict[str, list[tuple[int, ...]]] = {}
        for start, word in enumerate(words):
            for phrase, needed in self._by_first.get(word, ()):
                if needed <= present:
                    match = self._rest(words, breaks, phrase, (start,))
                    if match:
                        for key in self._keys[phrase]:
                            found.setdefault(key, []).append(match)
        return found

    def _rest(
        self, words: Sequence[str], breaks: Set[int], phrase: tuple[str, ...], done: tuple[int, ...]
    ) -> tuple[int, ...]:
        """The match that begins with the words at ``done``; empty if there is none."""
        if len(done) == len(phrase):
            return done
        for i in range(done[-1] + 1, min(len(words), done[-1] + self._gap + 2)):
            if words[i] == phrase[len(done)]:
                match = self._rest(words, breaks, phrase, (*done, i))
                if match:
                    return match
            if i in breaks:
                break
        return ()
