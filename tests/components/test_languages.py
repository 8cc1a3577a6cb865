"""Which language a message is in."""

from functools import lru_cache

import pytest
import yaml

from components.languages import UNDETERMINED, languages
from knowledge import load_topic
from knowledge.reading import Reader, phrases_of
from tests.conftest import ROOT, TOPIC

OTHER = 0.45  # as in config.yml


@lru_cache(maxsize=1)
def the_reader() -> Reader:
    return Reader(phrases_of(load_topic(TOPIC)))


def language_of(text: str) -> str:
    code, distance = languages().read(text, the_reader().english_share(text))
    return code if distance >= OTHER else "en"


OTHERS = {
    "es": "no puedo respirar bien, me tiembla el ojo desde hace tres días",
    "zh": "我的眼皮一直跳,是渐冻症吗?",
    "pl": "od tygodnia drga mi powieka, czy to groźne?",
    "fr": "j'ai la paupière qui saute depuis une semaine",
    "de": "mein Augenlid zuckt seit drei Tagen, ist das schlimm?",
    "hi": "मेरी आँख तीन दिन से फड़क रही है",
    "ar": "عيني ترف منذ ثلاثة أيام هل هذا خطير",
    "pt": "minha pálpebra não para de tremer",
    "it": "mi trema la palpebra da una settimana",
    "ro": "îmi tremură pleoapa de o săptămână",
    "ru": "у меня дёргается глаз уже неделю",
    "ja": "まぶたがずっとぴくぴくします",
    "ko": "눈꺼풀이 계속 떨려요",
    "el": "το μάτι μου τρέμει εδώ και μέρες",
    # scripts of languages that are not told more closely
    UNDETERMINED: "எனக்கு கண் துடிக்கிறது மிகவும் பயமாக இருக்கிறது",
}


@pytest.mark.parametrize(("code", "text"), OTHERS.items())
def test_another_language_is_noticed_and_named(code: str, text: str) -> None:
    assert language_of(text) == code


@pytest.mark.parametrize("text", ["תעזרו לי, העין שלי קופצת", "ตากระตุกมาสามวันแล้ว", "મારી આંખ ફરકે છે"])
def test_a_language_in_letters_of_its_own_is_noticed_without_its_name(text: str) -> None:
    assert language_of(text) == UNDETERMINED


def test_hindi_in_latin_letters_is_noticed() -> None:
    assert language_of("meri aankh teen din se phadak rahi hai") in ("hi", "ur")


ENGLISH = [
    "calf",
    "naproxen",
    "Siobhan",
    "hola, my eyelid twitches since monday",
    "eylid wont stop jumpng, 3 wks now, 2 monsters a day, no weakness tho. als??",
    "ma een's aye twitchin",
    "mi cyaan sleep a night time",
    "my abuela says its susto lol",
    "since we were in Łódź",
    "asdfgh",
    "hjkl hjkl",
    "👍",
    "👍🏽❤️",
    "¯\\_(ツ)_/¯",
    "ಠ_ಠ",
    "my eye ಠ_ಠ",
    "ᵃᵍᵃⁱⁿ",
    "𝓂𝓎 𝓁𝑒𝑔 𝓉𝓌𝒾𝓉𝒸𝒽𝑒𝓈",
    "my éye tẃitches",
    "",
    "???",
    "go on",
    "12345 67",
]


@pytest.mark.parametrize("text", ENGLISH)
def test_english_as_it_is_typed_is_english(text: str) -> None:
    assert language_of(text) == "en"


def test_every_language_has_its_text_and_every_text_its_language() -> None:
    found = yaml.safe_load((ROOT / "data" / "responses" / "other_language.yml").read_text(encoding="utf-8"))[
        "responses"
    ]
    texts = {name.removeprefix("utter_other_language_") for name in found} - {"utter_other_language"}
    assert texts == set(languages().codes) - {"en"}
    assert all(r[0]["text"].count("{numbers}") == 1 for r in found.values())
