"""The safety case as one page that can be read, printed and signed: HTML that needs nothing from anywhere else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path
from typing import Final

from bot.escalation import ALARM_AGAIN
from bot.markup import Html, items, join, pairs, table, tag
from bot.reviewing import ONE_IN, WORKING_DAYS
from bot.safety_case import AGES, Case, Shown, Situation, kinds
from content.checks import LONGEST_CHECK, TOLD_CHECK
from content.council import WEEKDAYS
from content.safety import Group
from content.texts import safety
from content.texts import safety_case as texts

STYLE: Final = Path(__file__).with_suffix(".css")
BOLD: Final = re.compile(r"\*\*(.+?)\*\*")
PARTS: Final = (
    ("does", "What the bot does, and what it does not"),
    ("cards", "What a young person reads"),
    ("paged", "Who is told, and when"),
    ("phrases", "What the bot listens for"),
    ("model", "The learned part, and its figures"),
    ("reviewed", "What is looked at again"),
    ("hazards", "The hazard log"),
    ("sign", "Signatures"),
)


def page(case: Case) -> str:
    """The whole page."""
    bodies = (_does(), _cards(case), _paged(case), _phrases(case), _model(case), _reviewed(), _hazards(case), _sign())
    head = tag(
        "head", tag("meta", charset="utf-8"), tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", f"{texts.TITLE}, {case.council.name}"), tag("style", Html(STYLE.read_text(encoding="utf-8"))),
    )  # fmt: skip
    sections = [
        tag("section", tag("h2", f"{number}. {title}", id=name), body)
        for number, ((name, title), body) in enumerate(zip(PARTS, bodies, strict=True), start=1)
    ]
    body = tag(
        "body", tag("a", "Skip to the text", class_="skip", href="#does"), _opening(case), tag("main", *sections), _foot(case)
    )  # fmt: skip
    return f"<!DOCTYPE html>\n{tag('html', head, body, lang='en-GB')}\n"


def _opening(case: Case) -> Html:
    lead = texts.LEAD.format(council=case.council.name, day=_day(case.today))
    links = (tag("a", title, href=f"#{name}") for name, title in PARTS)
    notices = [tag("p", texts.WARNING, class_="notice")]
    if case.council.demonstration:
        notices.insert(0, tag("p", tag("strong", texts.DEMONSTRATION), class_="notice"))
    contents = tag("nav", items(links, "ol"), aria_label="Contents")
    return tag("header", tag("h1", texts.TITLE), tag("p", lead), *notices, contents)


def _foot(case: Case) -> Html:
    return tag(
        "footer", tag("p", texts.VERSION), pairs((name, tag("code", one)) for name, one in case.versions.items())
    )


# --- what it does; the cards


def _does() -> Html:
    return join((tag("h3", "It does this"), items(texts.DOES), tag("h3", "It does not do this"), items(texts.DOES_NOT)))


def _cards(case: Case) -> Html:
    after = ((safety.SAFE, safety.AFTER_SAFE), (safety.NOT_SAFE, safety.AFTER_NOT_SAFE), (safety.MISTAKE, safety.AFTER_MISTAKE),
             (safety.DONT_TELL, safety.NOT_TOLD))  # fmt: skip
    bubbles = [_figure(f"After “{button}”", _bubble(text)) for button, text in after]
    return join(
        [
            tag("p", texts.CARDS_INTRO),
            table("The situations on the cards", ("Situation", "Moment", "What the card then says"), map(_situation, case.situations)),
            *(_card(case, kind) for kind in kinds()),
            tag("h3", "After a press"),
            tag("p", texts.AFTER_A_PRESS),
            tag("div", *bubbles, class_="cards"),
        ]
    )  # fmt: skip


def _situation(one: Situation) -> tuple[str, str, str]:
    return one.name, f"{one.at:%A} {one.at.day} {one.at:%B}, {one.at:%H:%M}", _bold(one.told)


def _card(case: Case, kind: str) -> Html:
    file = case.safety.card_files[kind]
    rows = [(number.label, number.number, number.grade, _day(number.checked_on)) for number in file.numbers]
    facts = pairs(
        (
            ("Owner", file.owner),
            ("Approved text of", _day(file.checked_on)),
            ("To be reviewed by", _due(file.review_by, case.today)),
        )
    )
    parts = [
        tag("h3", f"Card: {kind}"), facts, table(f"Numbers on the card “{kind}”", ("Who", "Number", "Grade", "Checked on"), rows),
    ]  # fmt: skip
    for same in _by_words(list(case.cards(kind))):
        ages = ", ".join(_age(age) for age in AGES if any(one.age == age for one in same))
        first = [one for one in same if one.age == same[0].age]
        figures = [
            _figure(f"{kind}, {one.situation.name.lower()}", _bubble(one.card.text), _buttons(one)) for one in first
        ]
        folded = tag(
            "details", tag("summary", "The same card in the other situations"), tag("div", *figures[1:], class_="cards")
        )
        parts += [tag("h4", f"{kind}: {ages}"), tag("div", figures[0], class_="cards"), folded]
    return join(parts)  # fmt: skip


def _by_words(every: Sequence[Shown]) -> list[list[Shown]]:
    """The ages that read the same words in every situation, together."""
    words: dict[tuple[str, ...], list[Shown]] = {}
    for _, group in groupby(every, key=lambda one: one.age):
        of_age = list(group)
        words.setdefault(tuple(one.card.text for one in of_age), []).extend(of_age)
    return list(words.values())


def _age(age: int | None) -> str:
    if age is None:
        return "age not known"
    return "under 18" if age < 18 else f"{age} years old"


def _figure(caption: str, *parts: str) -> Html:
    return tag("figure", tag("figcaption", caption), *parts, class_="card")


def _bubble(text: str) -> Html:
    return tag("div", *(tag("p", _bold(block)) for block in text.split("\n\n")), class_="bubble")


def _bold(text: str) -> Html:
    pieces = [tag("strong", piece) if place % 2 else piece for place, piece in enumerate(BOLD.split(text))]
    return Html(join(pieces).replace("\n", "<br>"))


def _buttons(one: Shown) -> Html:
    return items(one.buttons, class_="buttons")


# --- who is told; the phrases


def _paged(case: Case) -> Html:
    clocks, council = case.council.clocks, case.council
    _, second, third, fourth = (_minutes(step) for step in clocks.urgent)
    days = [_counted(count, "working day") for count in clocks.ordinary_working_days]
    urgent = [
        ("At once", "The young person's adviser, or whoever covers; duty, where they have none", "Whoever is on call, and the adviser"),
        (f"After {second}", "The duty worker", "The duty worker"),
        (f"After {third}", "A manager", "A manager"),
        (f"After {fourth}, and every {_minutes(ALARM_AGAIN)}", "The alarm: duty, managers, on call and the adviser", "The same"),
    ]  # fmt: skip
    ordinary = [
        ("When the office is open", "The adviser"),
        (f"After {_counted(_hours(clocks.ordinary_reminder), 'working hour')}", "The adviser, once more"),
        (f"After {days[0]}", "The duty worker"),
        (f"After {days[1]}", "A manager"),
        (f"After {days[2]}, and each working day", "The alarm"),
    ]
    hours = [
        (
            day.capitalize(),
            ", ".join(f"{period.opens:%H:%M} to {period.closes:%H:%M}" for period in periods) or "closed",
        )
        for day, periods in zip(WEEKDAYS, council.office_hours, strict=True)
    ]
    contacts = [(c.name, c.phone, c.source, _day(c.checked_on)) for c in council.contacts.values()]
    closed = [(_day(day), why) for day, why in sorted(council.closed_days.items())]
    taken = (
        f"Where nobody can be reached at a step, it goes on at once. After “I've got this” something has to follow within "
        f"{_minutes(clocks.urgent_answer)}, or it goes on to the next."
    )
    return join(
        [
            table("Urgent: a card was sent", ("When", "In office hours", "Out of hours"), urgent),
            tag("p", taken),
            table(
                "Not urgent: somebody asked for a person, or did not answer the gentle card", ("When", "Who"), ordinary
            ),
            table("Office hours", ("Day", "Open"), hours),
            table("Closed besides weekends and bank holidays", ("Day", "Why"), closed) if closed else "",
            table("The council's numbers", ("Who", "Number", "Source", "Checked on"), contacts),
        ]
    )


def _phrases(case: Case) -> Html:
    content = case.safety
    parts = [tag("p", texts.PHRASES_INTRO), items(f"{name}: {what}" for name, what in texts.OUTCOMES.items())]
    for kind, groups in groupby(
        sorted(content.groups, key=lambda group: _place(group.kind)), key=lambda group: group.kind
    ):
        parts += [tag("h3", f"Phrases: {kind}"), *(_group(group, case.today) for group in groups)]
    parts += [tag("h3", "Everyday sayings"), tag("p", texts.IDIOMS_INTRO)]
    for idiom in content.idioms:
        facts = pairs((("Source", idiom.source), ("To be reviewed by", _due(idiom.review_by, case.today))))
        parts.append(
            tag(
                "details",
                tag("summary", f"{idiom.id} ({len(idiom.phrases)})"),
                facts,
                items(idiom.phrases, class_="phrases"),
            )
        )
    lists = [(f"{{{name}}}", ", ".join(choices)) for name, choices in content.slots.items()]
    parts += [
        tag("h3", "The lists behind the brackets"), tag("details", tag("summary", f"{len(lists)} lists"), table("Lists", ("Name", "Words"), lists)),
    ]  # fmt: skip
    return join(parts)


def _group(group: Group, today: date) -> Html:
    softened = [f"{name}: {texts.SHORT_OUTCOMES[getattr(group.soften, key)]}" for key, name in texts.SOFTENED.items()]
    facts = pairs(
        (
            ("Outcome", f"{group.outcome}: {texts.SHORT_OUTCOMES[group.outcome]}"),
            ("An adviser reads", group.because),
            ("Of somebody else", group.because_other),
            ("When it is", "; ".join(softened)),
            ("Source", group.source),
            ("To be reviewed by", _due(group.review_by, today)),
        )
    )
    folded = tag("details", tag("summary", f"{len(group.phrases)} phrases"), items(group.phrases, class_="phrases"))
    return join((tag("h4", group.id), facts, folded))


def _place(kind: str) -> int:
    return kinds().index(kind)


# --- the learned part, the reviews, the hazards, the signatures


def _model(case: Case) -> Html:
    card = _markdown(case.model_card) if case.model_card else [tag("p", texts.NO_MODEL)]
    return join([tag("p", texts.MODEL_INTRO), *card, tag("h3", "Figures"), *_markdown(case.figures)])


def _markdown(text: str) -> Iterator[Html]:
    """Headings, lists, tables and paragraphs of a file of ours."""
    for block in re.split(r"\n\s*\n|\n(?=#)|(?<=\n)(?=#)", text.strip()):
        lines = [line.strip() for line in block.strip().splitlines()]
        if not lines:
            continue
        if lines[0].startswith("#"):
            yield tag("h4" if lines[0].startswith("##") else "h3", lines[0].lstrip("# "))
            lines = lines[1:]
        if lines and all(line.startswith("|") for line in lines):
            rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
            yield table("", rows[0], [row for row in rows[1:] if set("".join(row)) - set("-: ")])
        elif lines and all(line.startswith("- ") for line in lines):
            yield items(_bold(line[2:]) for line in lines)
        elif lines:
            yield tag("p", _bold(" ".join(lines)))


def _reviewed() -> Html:
    days = _counted(WORKING_DAYS, "working day")
    return items(
        text.format(one_in=ONE_IN, days=days, told=TOLD_CHECK.days, limit=LONGEST_CHECK.days) for text in texts.REVIEWED
    )


def _hazards(case: Case) -> Html:
    return join((tag("p", texts.HAZARDS_INTRO), *(_hazard(case, number) for number in range(len(case.hazards)))))


def _hazard(case: Case, number: int) -> Html:
    one = case.hazards[number]
    facts = pairs(
        (
            ("Who is harmed, and how", one.harm),
            ("What stands against it", items(_code(control) for control in one.controls)),
            ("Tested by", items(_test(test) for test in one.tests)),
            ("What remains", one.remaining),
            ("Owner", one.owner),
            ("To be reviewed by", _due(one.review_by, case.today)),
        )
    )
    return tag("article", tag("h3", f"{one.id}. {one.hazard}"), facts, class_="hazard")


def _test(node: str) -> Html:
    """A test's name is a sentence; the file is where it stands."""
    file, _, name = node.partition("::")
    sentence = name.rpartition("::")[2].removeprefix("test_").replace("_", " ")
    return join((f"{sentence} (", tag("code", file), ")"))


def _code(text: str) -> Html:
    return join(tag("code", piece) if place % 2 else piece for place, piece in enumerate(text.split("`")))


def _sign() -> Html:
    blank = tag("span", Html("&nbsp;"))
    rows = [(signer, blank, blank, blank) for signer in texts.SIGNERS]
    return join(
        (tag("p", texts.SIGN_INTRO), table("Signatures", ("Role", "Name", "Date", "Signature"), rows, class_="sign"))
    )


def _due(day: date, today: date) -> Html:
    return tag("span", f"{_day(day)}: passed", class_="passed") if day < today else tag("span", _day(day))


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _minutes(length: timedelta) -> str:
    return _counted(int(length.total_seconds() // 60), "minute")


def _hours(length: timedelta) -> int:
    return int(length.total_seconds() // 3600)


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
