"""What is said to the two bots, in pairs that cause the same kind of work.

Each message carries a pattern that its answer must match (searched in the answer's JSON), so that
no error message, silence or wrong turn is ever timed as an answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Message:
    """One message and the pattern of its right answer."""

    text: str
    answer: str

    def is_answered_by(self, body: str) -> bool:
        """Whether a REST answer is the right one."""
        return re.search(self.answer, body) is not None


@dataclass(frozen=True)
class Pair:
    """The same kind of turn with each bot; `figure` names the figure it counts for, if any."""

    figure: str | None
    peer: Message
    quiver: Message

    def of(self, bot: str) -> Message:
        """The message for one bot."""
        return self.peer if bot == "peer" else self.quiver


# The figures. Telling is what a person says about the trouble: the default bot gathers it in a
# form, Quiver without one.
QUESTION = "question"
TELLING = "telling"
PLAIN = "plain"

# Signs of Quiver's reply object: an act is named by the action server alone, and statements are
# its answers from the knowledge; the care level of an emergency comes from a fixed response.
ACT = r'"act": ?"\w'
STATEMENTS = r'"statements": ?\["'
EMERGENCY = r'"care_level": ?"emergency"'

PLAIN_TURN = Pair(
    PLAIN,
    Message("hello", "Hey! How are you"),
    Message("my face is drooping on one side and my speech is slurred", EMERGENCY),
)
QUESTION_TURN = Pair(
    QUESTION,
    Message("when are you open?", "We are open"),
    Message("can coffee cause muscle twitching?", STATEMENTS),
)
OPENING = Pair(None, Message("are you a bot?", "I am a bot"), Message("hello", ACT))

# Conversations of one round; each is held with a new sender, turn by turn with both bots. The
# opening is not timed: it pays for the start of a session.
ROUND = (
    (OPENING, PLAIN_TURN),
    (
        OPENING,
        QUESTION_TURN,
        Pair(
            None,
            Message("I want to check in", "Where is it"),
            Message("my eyelid has been twitching", STATEMENTS),
        ),
        Pair(
            TELLING,
            Message("in my left arm", "For how many days"),
            Message("for 3 days", STATEMENTS),
        ),
        Pair(
            TELLING,
            Message("for 3 days", "Noted: in my left arm, 3 days"),
            Message("now my calf twitches too", STATEMENTS),
        ),
    ),
)

# The long conversation says these five again and again, so that turns 3 to 7 and turns 98 to 102
# hold each of them once. None of them is a danger sign, which would change the turns after it.
LONG_CYCLE = (
    QUESTION_TURN,
    Pair(None, Message("hello", "Hey! How are you"), Message("hello", ACT)),
    Pair(
        None,
        Message("what are your opening hours", "We are open"),
        Message("what causes muscle twitching?", STATEMENTS),
    ),
    Pair(None, Message("are you a bot?", "I am a bot"), Message("are you a bot?", ACT)),
    Pair(
        None,
        Message("opening times please", "We are open"),
        Message("does magnesium help with twitching?", STATEMENTS),
    ),
)
