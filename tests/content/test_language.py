from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.language import NEEDS, BrokenLanguages, load_languages
from tests.content.test_matching import local_offer

LANGUAGES = load_languages()
EVALUATION = Path(__file__).parents[1] / "evaluation"
ASKED_FOR = {"ar", "ckb", "ps", "fa", "ti", "sq", "vi", "am", "uk", "ru", "ku", "tr", "pl", "ro", "fr", "es", "pt", "so", "ur", "bn", "zh"}  # fmt: skip

SAID = [
    ("ar", "محتاج بيت"), ("ar", "مرحبا"), ("ar", "انا جوعان وما عندي فلوس"), ("ckb", "پێویستم بە خانووە"), ("ckb", "من یارمەتیم دەوێت"),
    ("ps", "زه کور نه لرم"), ("ps", "زما سره مرسته وکړئ"), ("fa", "سلام من خانه ندارم"), ("fa", "وکیل میخواهم"),
    ("fa", "می‌خواهم به کالج بروم"), ("ur", "مجھے گھر چاہیے"), ("ur", "میرے پاس پیسے نہیں ہیں"), ("ti", "ገዛ የብለይን"), ("ti", "ሓገዝ ደልየ ኣለኹ"),
    ("am", "ቤት የለኝም"), ("am", "እርዳታ እፈልጋለሁ"), ("uk", "мені потрібна допомога з житлом"), ("ru", "мне нужен адвокат"),
    ("ru", "где мне взять еду"), ("ku", "ez alîkarî dixwazim"), ("tr", "kalacak yerim yok yardım edin"), ("tr", "param yok ne yapmalıyım"),
    ("pl", "potrzebuję mieszkania"), ("pl", "nie mam pieniedzy i jestem glodny"), ("ro", "nu am unde să stau"),
    ("ro", "am nevoie de ajutor cu bani"), ("fr", "je veux un logement"), ("fr", "je n'ai pas d'argent"), ("es", "no tengo dinero"),
    ("es", "donde puedo encontrar un medico"), ("pt", "não tenho dinheiro"), ("so", "waxaan u baahanahay guri"), ("so", "lacag ma haysto"),
    ("sq", "nuk kam shtëpi"), ("sq", "nuk kam para per ushqim"), ("vi", "tôi không có nhà"), ("vi", "toi khong co tien"),
    ("bn", "আমার থাকার জায়গা নেই"), ("zh", "我没有地方住"), ("zh", "我需要医生"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "text"), SAID)
def test_a_message_in_another_language_is_recognised(code: str, text: str) -> None:
    assert LANGUAGES.of(text) == code
    assert LANGUAGES.of(text.upper()) == code


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("محتاج بيت", "nowhere-to-stay"), ("وکیل میخواهم", "immigration-solicitor"), ("مجھے گھر چاہیے", "nowhere-to-stay"),
        ("мне нужен адвокат", "immigration-solicitor"), ("não tenho dinheiro", "crisis-and-resilience-fund"),
        ("ገዛ የብለይን", "nowhere-to-stay"), ("我需要医生", "register-with-a-gp"), ("nuk kam para per ushqim", "no-food"),
    ],
)  # fmt: skip
def test_a_few_of_its_words_are_read(text: str, entry: str) -> None:
    code = LANGUAGES.of(text)
    assert code is not None
    assert entry in LANGUAGES.needs(text, code)
    assert len(LANGUAGES.needs(text, code)) <= 3


@pytest.mark.parametrize(
    "text",
    [
        "ciao", "merci for that", "my name is محمد and i need food", "muchas gracias", "lol ok hasta la vista", "inshallah i get the flat",
        "my mate José needs a flat", "wats da plan 4 uni m8", "como estas bro", "wallah i need a house", "c'est la vie innit", "😂😂", "",
        "la la la", "i dont kno wat 2 do", "ye me mam n da", "nie", "Zoë and Chloë need a café job", "Ma mate ku", "hola can i get a bus pass",
    ],
)  # fmt: skip
def test_english_with_a_foreign_word_or_name_in_it_stays_english(text: str) -> None:
    assert LANGUAGES.of(text) is None


def test_no_question_of_the_evaluation_set_is_taken_for_another_language() -> None:
    rows = [json.loads(line) for file in EVALUATION.glob("*.jsonl") for line in file.read_text("utf-8").splitlines()]
    texts = [row[field] for row in rows for field in ("text", "speak") if row.get(field)]
    assert len(texts) > 500
    assert [text for text in texts if LANGUAGES.of(text)] == []


def test_no_phrasing_of_an_entry_is_taken_for_another_language() -> None:
    texts = [text for one in local_offer().entries.values() for text in (*one.questions, one.title, one.answer)]
    assert [text for text in texts if LANGUAGES.of(text)] == []


def test_each_language_knows_its_own_line_and_says_the_number_for_danger() -> None:
    assert set(LANGUAGES.languages) == ASKED_FOR
    for code, language in LANGUAGES.languages.items():
        assert LANGUAGES.of(language.line) == code
        assert "999" in language.line
        assert set(language.needs) == set(NEEDS), code
        assert len(language.person) <= 40


def test_every_need_leads_to_an_entry() -> None:
    assert set(LANGUAGES.entries) == set(NEEDS)
    assert set(LANGUAGES.entries.values()) <= set(local_offer().entries)


def test_the_english_part_of_a_mixed_message_is_left() -> None:
    assert LANGUAGES.english("سلام عليكم كيف حالك how do i get a bus pass", "ar") == "how do i get a bus pass"


@given(st.text(max_size=300))
def test_no_message_breaks_it(text: str) -> None:
    code = LANGUAGES.of(text)
    if code is not None:
        LANGUAGES.needs(text, code)
        LANGUAGES.english(text, code)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("languages: {}", "entries: is missing"),
        ("entries: {food: no-food}\nlanguages: {ar: {name: Arabic}}", r"ar\.line"),
        ("entries: {food: a}\nlanguages: {x: {name: X, script: runes, line: a, person: b}}", "script: is unknown"),
        ("entries: {food: a}\nlanguages: {x: {name: X, script: latin, line: a, person: b, needs: {gold: [au]}}}", '"gold" is unknown'),
        ("entries: [", "cannot be read"),
    ],
)  # fmt: skip
def test_a_broken_file_is_refused_with_its_place(tmp_path: Path, text: str, fault: str) -> None:
    file = tmp_path / "languages.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BrokenLanguages, match=fault):
        load_languages(file)
