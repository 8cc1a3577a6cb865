"""The readable reading: spelling, inflection, negation, danger phrases."""

import pytest

from knowledge import load_topic
from knowledge.reading import Reader, clean, phrases_of
from tests.conftest import FOREIGN, TOPIC


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(phrases_of(load_topic(TOPIC)))


def named(reader: Reader, text: str) -> tuple[set[str], set[str]]:
    concepts, _ = reader.read(text)
    return {c.id for c in concepts if not c.denied}, {c.id for c in concepts if c.denied}


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("too much cofee", "cause.caffeine"),
        ("magnesum pills", "remedy.magnesium_supplement"),
        ("fasiculations", "sign.twitch"),
        ("my EYELIDS jump", "body.eyelid"),
        ("dehydratoin maybe", "cause.dehydration"),
        ("i’m stressed", "cause.stress"),
        ("twitchinggggg", "sign.twitch"),
        ("im 71", "situation.over_50"),
        ("my 8 yr old", "situation.child"),
    ],
)
def test_people_write_it_so(reader: Reader, text: str, concept: str) -> None:
    assert concept in named(reader, text)[0]


@pytest.mark.parametrize(
    ("text", "denied", "affirmed"),
    [
        ("no weakness but my calf is stiff", "sign.weakness", "body.calf"),
        ("its not coffee, my calf just jumps", "cause.caffeine", "body.calf"),
        ("no numbness or tingling or pain", "sign.numbness", None),
        ("i havent had any caffeine", "cause.caffeine", None),
        ("without any pain", "sign.pain", None),
        ("nothing wrong with my potassium, they said", "topic.potassium", None),
    ],
)
def test_what_is_denied_is_not_affirmed(reader: Reader, text: str, denied: str, affirmed: str | None) -> None:
    yes, no = named(reader, text)
    assert denied in no
    assert denied not in yes
    assert affirmed is None or affirmed in yes


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("no idea why my calf goes", "body.calf"),
        ("my eyelid wont stop", "body.eyelid"),
        ("no sleep and lots of coffee", "cause.caffeine"),
        ("isn't it caffeine?", "cause.caffeine"),
        ("not only stress", "cause.stress"),
    ],
)
def test_a_cue_that_denies_nothing(reader: Reader, text: str, concept: str) -> None:
    assert concept in named(reader, text)[0]


@pytest.mark.parametrize(
    "text", ["next week", "a coffin", "I'll come back", "the rest of it", "", "   ", "🙂🙂", "\x00\x07"]
)
def test_nothing_is_read_where_nothing_is(reader: Reader, text: str) -> None:
    yes, no = named(reader, text)
    assert not {c for c in yes | no if c.startswith(("cause.", "remedy.", "sign.", "body."))}


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("my face dropped on one side", "emergency"),
        ("half my face drooped 10 min ago but its fine now", "emergency"),
        ("i want to die", "emergency"),
        ("cant swallow my own spit", "emergency"),
        ("on lithium and now twitchy, slurring and wobbly", "emergency"),
        ("thyroid out last week and lips tingle", "urgent"),
        ("eylid wont stop jumpng, 3 wks now, 2 monsters a day, no weakness tho", "routine"),
        ("cant straighten my arms after pull ups and they are really swollen", "urgent"),
        ("husband quit booze two days ago and hes seeing things", "emergency"),
        ("life isnt worth living", "emergency"),
    ],
)
def test_danger_is_read(reader: Reader, text: str, level: str) -> None:
    _, dangers = reader.read(text)
    assert dangers, text
    levels = {s.id: s.level.value for s in reader.danger_signs}
    assert levels[dangers[0].id] == level


@pytest.mark.parametrize(
    "text",
    [
        "eye twitching 3 days lots of coffee",
        "calf twitching is it als i can still run 10k",
        "no weakness no slurring twitch one week",
        "28 weeks pregnant calf twitch",
        "dead legs after leg day",
        "this twitch is killing me",
        "can too much caffeine make my eye twitch",
        "am i dying",
        "twitching for months all over",
        "I have no fits and no trouble breathing",
        "what should i expect",
    ],
)
def test_no_emergency_for_an_ordinary_twitch(reader: Reader, text: str) -> None:
    _, dangers = reader.read(text)
    responses = {s.id: s.response for s in reader.danger_signs}
    assert [d.id for d in dangers if responses[d.id]] == []


@pytest.mark.parametrize(
    "text",
    [
        "what are the signs of a stroke",
        "hi, just wondering, can a seizure be silent?",
        "does anxiety slur your words",
        "had a seizure in 1998, nothing since",
        "i used to self harm as a teen",
        "my gran died of a stroke",
        "imagine someone has a seizure, what would you say",
        "suicidal? no never",
        "at no point has anything gone weak or floppy",
        "if i ever had a seizure, what would happen",
    ],
)
def test_what_is_asked_supposed_past_or_denied_is_no_report(reader: Reader, text: str) -> None:
    assert [d.id for d in reader.read(text)[1] if d.level.rank <= 1] == []


@pytest.mark.parametrize(
    "text",
    [
        "is it normal that my face dropped on one side",
        "had a fit in 2015, and this morning he had a fit again",
        "if its als i will kill myself",
        "can't swallow my own spit",
        "no face drooping but i cant swallow my own spit",
        "not only is my face drooping, my arm wont lift",
        "what do i do, dad is having a seizure",
    ],
)
def test_a_report_is_one_whatever_stands_around_it(reader: Reader, text: str) -> None:
    assert [d.id for d in reader.read(text)[1] if d.level.rank == 0]


def level_of(reader: Reader, text: str) -> str | None:
    return next((d.level.value for d in reader.read(text)[1]), None)


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("my grip is getting weaker since spring", "soon"),
        ("im 71 and my grip is getting weaker since spring", "urgent"),
        ("my grip is getting weaker since spring, i have heart failure", "urgent"),
        ("28 weeks pregnant, calf twitch", "routine"),
        ("no weakness, im 80", None),
    ],
)
def test_what_raises_a_level_raises_it_by_one(reader: Reader, text: str, level: str | None) -> None:
    assert level_of(reader, text) == level


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("im in australia", "country.au"),
        ("hi, I live in the UK and my eye twitches", "country.gb"),
        ("usa", "country.us"),
        ("my mate in australia had this", None),
        ("is it us or you", None),
        ("it hurts us all", None),
    ],
)
def test_the_country_is_the_one_that_the_person_is_in(reader: Reader, text: str, country: str | None) -> None:
    assert reader.country_of(text) == country


@pytest.mark.parametrize(
    ("text", "someone_else"),
    [
        ("dad cant speak and his face has dropped", True),
        ("my face has dropped", False),
        ("i think my wife is having a stroke", False),
    ],
)
def test_a_message_about_someone_else(reader: Reader, text: str, someone_else: bool) -> None:
    assert reader.about_someone_else(text, 0, 3) is someone_else


def test_offsets_point_into_the_message(reader: Reader) -> None:
    text = "hm, 2 cofees and my ‘eyelid’ jumps"
    for found in reader.read(text)[0]:
        assert text[found.start : found.end] == found.text


def test_cleaning_keeps_the_length() -> None:
    text = "a\x00b’c\u200bd"
    assert len(clean(text)) == len(text)
    assert "\x00" not in clean(text)


def test_a_foreign_topic_is_read_as_well() -> None:
    reader = Reader(phrases_of(load_topic(FOREIGN)))
    assert named(reader, "no overwatering but a cactuss") == ({"situation.cactus"}, {"cause.overwatering"})
    assert [d.id for d in reader.read("a child ate one leaf")[1]] == ["danger.eaten"]
    assert reader.read("a snail ate the plant")[1] == []


def test_the_same_message_reads_the_same(reader: Reader) -> None:
    text = "eylid wont stop jumpng, 3 wks now, 2 monsters a day, no weakness tho"
    first = reader.read(text)
    reader.read("something else")
    assert reader.read(text) == first
    assert Reader(phrases_of(load_topic(TOPIC))).read(text) == first
