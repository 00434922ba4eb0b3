import io
import unicodedata
from dataclasses import replace
from itertools import combinations

import pytest
import segno
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from content.glyphs import drawable, glyphs, tidy
from content.poster import TEMPLATES, Fact, PosterFacts, PosterFault, alt, caption, least_contrast, plan, poster
from content.poster_painting import contrast, paint
from content.poster_parts import LEAST_CONTRAST, LEAST_SIZE, SIDE, Box, Layout

FACTS = PosterFacts(
    kind="Apprenticeship",
    title="Trainee chef",
    facts=(
        Fact("Pay", "£8.20 an hour"),
        Fact("Where", "Corporation Street, 10 min from the station"),
        Fact("Hours", "30 a week"),
    ),
    closing="Closes Friday 4 December 2026",
    link="https://t.me/northmoor_offer_bot?start=o42",
    council="Northmoor Leaving Care",
)
LEAST_MARGIN = 34
WRITINGS = {
    "latin": st.characters(min_codepoint=0x20, max_codepoint=0x24F),
    "widest": st.sampled_from("WM@Ẅ—"),
    "arabic": st.sampled_from("مطلوبتدربفيالمطبخبأجرگپچٹںہ (),.0123456789\u064e"),
    "hebrew": st.sampled_from("שלוםעבודהצעירים()\u05b8 -0123456789"),
    "chinese": st.sampled_from("招聘学徒厨师 ,。"),
    "cyrillic and greek": st.sampled_from("ЖиваяРаботаΩμέγαї "),
    "emoji": st.sampled_from(["🚀", "👩🏽‍🔧", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🇬🇧", "1️⃣", "❤️", "😀", " ", "Job"]),
    "marks": st.sampled_from("aeZ\u0301\u0308\u0327\u0489\u20e3 "),
    "invisible": st.sampled_from("a \n\t\r\x00\x07\x1b\u200b\u200d\u202e\u2066\ufeff\ud800\ue000\U000e0041"),
    "fancy": st.sampled_from("𝓙𝓸𝓫Ⓐﬁﬃ½㎏ﷺ﷽…\u00ad"),
    "anything": st.characters(),
}
TITLES = st.one_of(
    *(st.lists(alphabet, max_size=300).map("".join) for alphabet in WRITINGS.values()),
    *(st.builds(lambda one, count: one * count, alphabet, st.integers(1, 300)) for alphabet in WRITINGS.values()),
)
hostile = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def boxes(layout: Layout) -> dict[str, Box]:
    return {words.role: words.box for words in layout.words} | {"code": layout.code.box}


def assert_whole(layout: Layout) -> None:
    for role, box in boxes(layout).items():
        assert box.left >= LEAST_MARGIN, role
        assert box.top >= LEAST_MARGIN, role
        assert box.right <= SIDE - LEAST_MARGIN, role
        assert box.bottom <= SIDE - 16, role
    for (one, a), (other, b) in combinations(boxes(layout).items(), 2):
        assert not a.overlaps(b), f"{one} {a} lies over {other} {b}"
    for words in layout.words:
        assert words.setting.size >= LEAST_SIZE, words.role
        for line in words.setting.lines:
            for run in line.runs:
                assert set(map(ord, run.text)) <= glyphs(run.font), ascii(run.text)


@pytest.mark.parametrize("template", TEMPLATES)
@hostile
@given(title=TITLES)
def test_no_title_is_cut_or_lies_over_anything_or_shows_a_letter_that_no_font_has(template: str, title: str) -> None:
    layout = plan(replace(FACTS, title=title[:300]), template)
    assert_whole(layout)
    assert least_contrast(layout) >= LEAST_CONTRAST


@pytest.mark.parametrize("template", TEMPLATES)
@settings(hostile, max_examples=10)
@given(texts=st.lists(TITLES, min_size=9, max_size=9))
def test_the_other_texts_may_be_as_hostile_as_the_title(template: str, texts: list[str]) -> None:
    kind, title, closing, council, *rest = texts
    facts = tuple(Fact(label, text) for label, text in zip(rest[::2], rest[1::2], strict=False))
    assert_whole(plan(PosterFacts(kind, title, facts, closing, FACTS.link, council), template))


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize(
    "title", ["Donaudampfschifffahrt" * 15, "W" * 300, "apprentice " * 27, "🎉" * 300, "عملجديد" * 42]
)
def test_three_hundred_characters_stand_whole(template: str, title: str) -> None:
    if not drawable(title, "heavy"):
        pytest.skip("This machine has no font for emoji.")
    layout = plan(replace(FACTS, title=title[:300]), template)
    (words,) = (words for words in layout.words if words.role == "title")
    assert not words.setting.shortened
    drawn = "".join(line.text for line in words.setting.lines).replace("-", "").replace(" ", "")
    assert drawn == title[:300].replace(" ", "")


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize(
    "title", ["Trainee chef", "Żółć gęś ĄĘŁ " * 12, "مطلوب متدرب (بأجر)", "🎉 Hello", "Z̈a̧ệ" * 20, "j" * 40]
)
def test_all_the_ink_of_a_text_lies_in_its_box(template: str, title: str) -> None:
    layout = plan(replace(FACTS, title=title), template)
    bare = paint(layout, with_words=False)
    for words in layout.words:
        drawn = paint(replace(layout, words=(words,)))
        ink = ImageChops.difference(bare, drawn).getbbox()
        assert ink
        left, top, right, bottom = ink
        box = words.box
        assert left >= box.left - 2, words.role
        assert top >= box.top - 2, words.role
        assert right <= box.right + 2, words.role
        assert bottom <= box.bottom + 2, words.role


def test_a_title_that_is_too_long_ends_at_a_word_and_stands_whole_in_caption_and_alt_text() -> None:
    title = "Warehouse operative with forklift training " * 30
    facts = replace(FACTS, title=title)
    (words,) = (words for words in plan(facts, "night").words if words.role == "title")
    assert words.setting.shortened
    shown = " ".join(line.text for line in words.setting.lines)
    assert shown.endswith("…")
    assert title.startswith(shown.removesuffix("…") + " ")
    assert tidy(title) in caption(facts)
    assert tidy(title) in alt(facts)


@pytest.mark.parametrize(
    "link", ["https://t.me/b", FACTS.link, "https://example.org/" + "a" * 150, "https://example.org/" + "a" * 280]
)
@pytest.mark.parametrize("template", TEMPLATES)
def test_the_code_is_drawn_exactly_with_room_to_scan(template: str, link: str) -> None:
    picture = Image.open(io.BytesIO(poster(replace(FACTS, link=link), template).png)).convert("L")
    code = plan(replace(FACTS, link=link), template).code
    symbol, box, module = code.symbol, code.box, code.module
    expected = segno.make_qr(link, error="m" if len(link) <= 200 else "l", version=2 if len(link) < 15 else None).matrix
    drawn = [
        [
            picture.getpixel((symbol.left + x * module + module // 2, symbol.top + y * module + module // 2)) == 0
            for x in range(len(expected))
        ]
        for y in range(len(expected))
    ]
    assert drawn == [[bool(dark) for dark in row] for row in expected]
    assert symbol.width >= 220
    assert (
        min(symbol.left - box.left, symbol.top - box.top, box.right - symbol.right, box.bottom - symbol.bottom)
        >= 4 * module
    )
    rim = picture.crop((box.left, box.top, box.right, symbol.top)).getextrema()
    assert rim == (255, 255)


@pytest.mark.parametrize("template", TEMPLATES)
def test_the_same_facts_give_the_same_bytes(template: str) -> None:
    assert poster(FACTS, template) == poster(FACTS, template)


def test_a_poster_is_a_square_of_1080_pixels() -> None:
    assert Image.open(io.BytesIO(poster(FACTS, "night").png)).size == (1080, 1080)


def photo(colour: tuple[int, int, int], size: tuple[int, int] = (900, 1600), form: str = "JPEG") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, form)
    return file.getvalue()


@pytest.mark.parametrize("colour", [(255, 255, 255), (0, 0, 0), (124, 245, 196), (128, 128, 128)])
@pytest.mark.parametrize("title", ["Chef", "A long title for a job with a great many words " * 6])
def test_words_stand_out_whatever_the_photo(colour: tuple[int, int, int], title: str) -> None:
    bright = photo(colour)
    assert least_contrast(plan(replace(FACTS, title=title), "photo"), bright) >= LEAST_CONTRAST


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("size", [(1, 1), (3000, 40), (40, 3000)])
def test_a_photo_of_any_shape_is_cropped_to_its_place(form: str, size: tuple[int, int]) -> None:
    shown = Image.open(io.BytesIO(poster(replace(FACTS, photo=photo((200, 0, 0), size, form)), "photo").png))
    red, green, blue = shown.convert("RGB").resize((1, 1), box=(0, 200, 1080, 300)).getpixel((0, 0))  # type: ignore[misc]
    assert red > 150
    assert green < 20
    assert blue < 20


@pytest.mark.parametrize("broken", [b"", b"not a picture", photo((1, 2, 3))[:200], b"GIF89a" + b"\0" * 50])
def test_a_photo_that_cannot_be_opened_is_said_so(broken: bytes) -> None:
    with pytest.raises(PosterFault, match="JPEG, PNG or WebP"):
        poster(replace(FACTS, photo=broken), "photo")


def test_a_photo_that_is_too_big_is_said_so() -> None:
    with pytest.raises(PosterFault, match="too big"):
        poster(replace(FACTS, photo=b"\0" * 20_000_001), "photo")


def test_a_fourth_fact_no_link_an_endless_link_and_an_unknown_template_are_said_so() -> None:
    for facts, template, said in [
        (replace(FACTS, facts=FACTS.facts * 2), "night", "room for 3 facts, and this one has 6"),
        (replace(FACTS, link=" "), "night", "needs a link"),
        (replace(FACTS, link="https://example.org/" + "a" * 500), "night", "too long"),
        (replace(FACTS, link="https://example.org/" + "a" * 5000), "night", "too long"),
        (FACTS, "sepia", "no poster template called “sepia”"),
    ]:
        with pytest.raises(PosterFault, match=said):
            poster(facts, template)


def test_the_kind_takes_the_place_of_a_title_that_no_font_can_draw_and_staff_are_told() -> None:
    facts = replace(FACTS, title="\U00012000\U00012001\U00012002")
    (words,) = (words for words in plan(facts, "night").words if words.role == "title")
    assert words.setting.lines[0].text.startswith("Apprentice")
    made = poster(facts, "night")
    assert made.left_out == (facts.title,)
    assert facts.title in made.alt


def test_nothing_is_said_to_be_left_out_when_nothing_is() -> None:
    assert poster(replace(FACTS, title="Kelner(ka) – 5 zł 🎉 مطلوب"), "tiles").left_out == ()


def test_a_word_with_a_letter_that_no_font_has_is_left_out_whole() -> None:
    assert drawable("Warehouse assistant wanted \U00012000s today", "heavy") == "Warehouse assistant wanted today"


def test_letters_dressed_up_as_symbols_are_read_as_letters() -> None:
    assert drawable("𝓙𝓸𝓫 of ｔｈｅ week", "heavy") == "Job of the week"


def test_brackets_open_the_right_way_in_text_that_reads_from_the_right() -> None:
    (words,) = (words for words in plan(replace(FACTS, title="שלום (8)"), "night").words if words.role == "title")
    assert words.from_right
    assert "".join(run.text for line in words.setting.lines for run in line.runs) == "(8) םולש"


def test_arabic_letters_are_joined() -> None:
    (words,) = (words for words in plan(replace(FACTS, title="عمل"), "night").words if words.role == "title")
    drawn = "".join(run.text for run in words.setting.lines[0].runs)
    assert [unicodedata.name(letter).split()[-2:] for letter in drawn] == [
        ["FINAL", "FORM"],
        ["MEDIAL", "FORM"],
        ["INITIAL", "FORM"],
    ]


def test_the_caption_holds_every_fact_and_the_link_a_line_each() -> None:
    assert caption(FACTS) == (
        "Apprenticeship: Trainee chef\n\nPay: £8.20 an hour\nWhere: Corporation Street, 10 min from the station\n"
        "Hours: 30 a week\nCloses Friday 4 December 2026\n\nhttps://t.me/northmoor_offer_bot?start=o42\nNorthmoor Leaving Care"
    )


def test_the_alt_text_says_what_the_poster_says() -> None:
    assert alt(FACTS) == (
        "A poster. Apprenticeship: Trainee chef. Pay: £8.20 an hour. Where: Corporation Street, 10 min from the station. "
        "Hours: 30 a week. Closes Friday 4 December 2026. Northmoor Leaving Care. "
        "A square code opens https://t.me/northmoor_offer_bot?start=o42"
    )


def test_contrast_is_counted_as_wcag_does() -> None:
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert contrast((255, 255, 255), (118, 118, 118)) == pytest.approx(4.54, abs=0.01)
