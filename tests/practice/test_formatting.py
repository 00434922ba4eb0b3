"""Markup is read as Telegram reads it, with offsets in UTF-16 units."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice import entities, html_text, keyboards, markdown_text
from practice.errors import ApiError

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


def spans(text: str, found: list[dict[str, Any]]) -> list[tuple[str, str]]:
    raw = text.encode("utf-16-le")
    return [(e["type"], raw[2 * e["offset"] : 2 * (e["offset"] + e["length"])].decode("utf-16-le")) for e in found]


@pytest.mark.parametrize(
    ("markup", "text", "expected"),
    [
        ("<b>a</b> <i>b</i>", "a b", [("bold", "a"), ("italic", "b")]),
        ("😀<b>x😀</b>", "😀x😀", [("bold", "x😀")]),
        ("<b>a<i>b</i></b>", "ab", [("italic", "b"), ("bold", "ab")]),
        ("<STRONG>a</strong>", "a", [("bold", "a")]),
        ("<u>a</u><ins>b</ins><s>c</s><del>d</del>", "abcd",
         [("underline", "a"), ("underline", "b"), ("strikethrough", "c"), ("strikethrough", "d")]),
        ('<span class="tg-spoiler">a</span><tg-spoiler>b</tg-spoiler>', "ab", [("spoiler", "a"), ("spoiler", "b")]),
        ("<blockquote expandable>a</blockquote>", "a", [("expandable_blockquote", "a")]),
        ("&lt;b&gt; &amp; &quot;&#128512;&#x41;&nbsp;", '<b> & "😀A&nbsp;', []),
        ("<b></b>x", "x", []),
        ("<a>example.org</a>", "example.org", [("text_link", "example.org")]),
    ],
)  # fmt: skip
def test_html_becomes_text_and_entities(markup: str, text: str, expected: list[tuple[str, str]]) -> None:
    got, found = html_text.parse(markup)
    assert (got, spans(got, found)) == (text, expected)


def test_links_and_languages_keep_what_they_name() -> None:
    _, [link] = html_text.parse('<a href="https://example.org/?a=1&amp;b=2">x</a>')
    assert link["url"] == "https://example.org/?a=1&b=2"
    _, [block] = html_text.parse('<pre><code class="language-python">x</code></pre>')
    assert (block["type"], block["language"]) == ("pre", "python")


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("é<script>", 'Unsupported start tag "script" at byte offset 2'),
        ("<br>", 'Unsupported start tag "br" at byte offset 0'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
def test_broken_html_is_refused(markup: str, words: str) -> None:
    with pytest.raises(ApiError) as refusal:
        html_text.parse(markup)
    assert refusal.value.description == f"Bad Request: can't parse entities: {words}"


@given(TEXT)
def test_escaped_text_comes_back_from_html_as_it_was(text: str) -> None:
    assert html_text.parse(html.escape(text, quote=False)) == (text, [])


@given(TEXT)
def test_escaped_text_comes_back_from_markdown_as_it_was(text: str) -> None:
    escaped = re.sub(r"([_*\[\]()~`>#+\-=|{}.!\\])", r"\\\1", text)
    assert markdown_text.parse(escaped) == (text, [])


@given(st.text(alphabet='<>/abi &;"=é😀', max_size=30))
def test_any_html_is_either_refused_or_fits_its_text(markup: str) -> None:
    try:
        text, found = html_text.parse(markup)
    except ApiError:
        return
    assert entities.checked(text, found) == found


@given(st.text(alphabet="*_~|`[]()>!\\\nab😀", max_size=30))
def test_any_markdown_is_either_refused_or_fits_its_text(markup: str) -> None:
    try:
        text, found = markdown_text.parse(markup)
    except ApiError:
        return
    assert entities.checked(text, found) == found


@pytest.mark.parametrize(
    ("markup", "text", "expected"),
    [
        ("*a* _b_ __c__ ~d~ ||e||", "a b c d e",
         [("bold", "a"), ("italic", "b"), ("underline", "c"), ("strikethrough", "d"), ("spoiler", "e")]),
        ("*a _b_*", "a b", [("italic", "b"), ("bold", "a b")]),
        ("`a_b` ```py\nx*y\n```", "a_b x*y\n", [("code", "a_b"), ("pre", "x*y\n")]),
        (r"1\. \*", "1. *", []),
        (">a\n>b\nc", "a\nb\nc", [("blockquote", "a\nb\n")]),
        ("[a](https://example.org)", "a", [("text_link", "a")]),
    ],
)  # fmt: skip
def test_markdown_becomes_text_and_entities(markup: str, text: str, expected: list[tuple[str, str]]) -> None:
    got, found = markdown_text.parse(markup)
    assert (got, spans(got, found)) == (text, expected)


@pytest.mark.parametrize("markup", ["a.", "(a)", "*a", "_a", "`a", "```a", "[a", "[a](b", "a-b", "*a_b*_", "|a|", "!"])
def test_broken_markdown_is_refused(markup: str) -> None:
    with pytest.raises(ApiError, match="can't parse entities"):
        markdown_text.parse(markup)


@given(TEXT)
def test_units_are_those_of_utf_16(text: str) -> None:
    assert entities.units(text) == len(text.encode("utf-16-le")) // 2


@given(TEXT, st.integers(0, 40), st.integers(1, 40))
def test_trimming_keeps_what_an_entity_marks(text: str, offset: int, length: int) -> None:
    try:
        marks = entities.checked(text, [{"type": "bold", "offset": offset, "length": length}])
    except ApiError:
        return
    first, last = entities.units(text) - entities.units(text.lstrip()), entities.units(text.rstrip())
    start, end = max(offset, first), min(offset + length, last)
    expected = text.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le")
    trimmed, kept = entities.trimmed(text, marks)
    assert trimmed == text.strip()
    assert [part for _, part in spans(trimmed, kept)] == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see www.gov.uk/care, ok", [("url", "www.gov.uk/care")]),
        ("mail a.b@example.org now", [("email", "a.b@example.org")]),
        ("/start code", [("bot_command", "/start")]),
        ("and/or a/b", []),
        ("#one @ab @abcd", [("hashtag", "#one"), ("mention", "@abcd")]),
        ("1.5 e.g. etc.", []),
    ],
)
def test_telegram_marks_links_and_commands_by_itself(text: str, expected: list[tuple[str, str]]) -> None:
    assert spans(text, entities.merged(text, [])) == expected


def test_nothing_is_marked_inside_code() -> None:
    text, found = html_text.parse("<code>/start gov.uk</code>")
    assert [mark["type"] for mark in entities.merged(text, found)] == ["code"]


@pytest.mark.parametrize(
    ("url", "given_back"),
    [
        ("https://example.org", "https://example.org/"),
        ("example.org/a", "http://example.org/a"),
        ("tg://user?id=1", "tg://user?id=1"),
        ("https://t.me/compass_practice_bot?start=a", "https://t.me/compass_practice_bot?start=a"),
    ],
)
def test_a_button_link_comes_back_as_telegram_gives_it(url: str, given_back: str) -> None:
    markup = keyboards.inline({"inline_keyboard": [[{"text": "x", "url": url}]]})
    assert markup is not None
    assert markup["inline_keyboard"][0][0]["url"] == given_back


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=80))
def test_button_data_passes_exactly_from_1_to_64_bytes(data: str) -> None:
    markup = {"inline_keyboard": [[{"text": "x", "callback_data": data}]]}
    if 1 <= len(data.encode()) <= 64:
        assert keyboards.inline(markup) == markup
    else:
        with pytest.raises(ApiError, match="BUTTON_DATA_INVALID"):
            keyboards.inline(markup)


@pytest.mark.parametrize(
    "markup",
    [
        [],
        {"inline_keyboard": {}},
        {"inline_keyboard": [{}]},
        {"inline_keyboard": [[{"text": ""}]]},
        {"inline_keyboard": [[{"text": "x", "url": "https://[broken"}]]},
        {"inline_keyboard": [[{"text": "x", "copy_text": {"text": "y" * 257}}]]},
        {"keyboard": [[{"text": " "}]]},
        {"keyboard": [[{"text": "x", "request_contact": True, "request_location": True}]]},
        {"surprise": True},
    ],
)
def test_a_keyboard_that_telegram_would_refuse(markup: Any) -> None:
    with pytest.raises(ApiError):
        keyboards.checked(markup, private=True)


def test_in_a_group_no_key_may_ask_for_a_phone_number() -> None:
    markup = {"keyboard": [[{"text": "x", "request_contact": True}]]}
    assert keyboards.checked(markup, private=True) is not None
    with pytest.raises(ApiError):
        keyboards.checked(markup, private=False)
