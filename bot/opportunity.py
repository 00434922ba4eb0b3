"""Opportunities: the guided form's next step, which are shown to whom, and what becomes of what the listing says."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.message import Message, bold, join, plain, written
from bot.models import Lane, OpportunityState
from bot.reaching import Reached, reach
from bot.store import forms, opportunities, people
from bot.store.forms import Form
from bot.store.opportunities import Stored
from bot.turn import Speech
from bot.vacancies import NO_WAGE, Vacancy
from content import opportunity as content
from content.opportunity import FIELDS, Opportunity, OpportunityKind, Value
from content.texts import jobs as texts
from content.texts import opportunity_form as form_texts

if TYPE_CHECKING:
    from content.poster import PosterFacts

FORM: Final = "opportunity"
"""The kind of form, in the table of forms."""
PHOTO, POST, PREVIEW = "photo", "post", "preview"
STEPS: Final = (*FIELDS, PHOTO)
"""The questions of the form, in order."""
_NOT_ASKED: Final[Mapping[OpportunityKind, frozenset[str]]] = {
    OpportunityKind.SUCCESS_STORY: frozenset({"pay_hours", "help", "needed", "closes_on", "for_whom"}),
}

ASKED_AFTER: Final = timedelta(days=3)
DROPPED_AFTER: Final = timedelta(days=30)
CLOSING_SOON: Final = timedelta(days=7)
VERY_NEAR_MILES: Final = 2
BUS_RIDE_MILES: Final = 8
"""Half an hour on a town's bus; further than that needs a train or two buses."""
FAILED_DAYS: Final = 3
"""So many days in a row may the listing fail before staff hear of it."""
MOST_PHOTO_BYTES: Final = 20_000_000
POSTER_FACTS: Final = 3
HELP_ENTRIES: Final = (
    "apprenticeship-bursary-3000", "bursary-16-to-19", "help-with-travel", "railcard", "free-travel-pass",
    "help-with-an-interview", "birthday-clothes-and-other-allowances", "help-paying-for-childcare", "apprentice-pay",
)  # fmt: skip
"""The entries that the form offers as help; the order is part of its buttons, so add at the end."""


# --- the form


@dataclass(frozen=True, slots=True)
class Filling:
    """What was filled in so far. `answered` are the steps that a person confirmed; the rest was only found."""

    facts: Opportunity = field(default_factory=Opportunity)
    photo: str | None = None
    answered: frozenset[str] = frozenset()
    source: str = "form"
    opportunity_id: int | None = None
    """The row that it changes; None until it was first looked at."""
    another: bool = False
    """Staff said that it is another one than that which looks like it."""
    fault: str = ""
    """Why a closing date in the post was not taken."""

    def with_answer(self, step: str, value: Value) -> Filling:
        """The same with one step answered."""
        answered = self.answered | {step}
        if step == PHOTO:
            return replace(self, photo=str(value) if value else None, answered=answered)
        fault = "" if step == "closes_on" else self.fault
        facts = replace(self.facts, **{step: value})  # type: ignore[arg-type]
        return replace(self, facts=facts, answered=answered, fault=fault)

    def confirmed(self, step: str) -> Filling:
        """The same, and what stands there is right."""
        return replace(self, answered=self.answered | {step})

    def value(self, step: str) -> Any:
        """What stands in a step; empty or None where nothing does."""
        return self.photo if step == PHOTO else getattr(self.facts, step)

    def as_fields(self) -> dict[str, Any]:
        """How it is kept: JSON."""
        facts = asdict(self.facts)
        facts["closes_on"] = self.facts.closes_on.isoformat() if self.facts.closes_on else None
        return {**asdict(self), "facts": facts, "answered": sorted(self.answered)}

    @classmethod
    def from_fields(cls, fields: Mapping[str, Any]) -> Filling:
        """What was kept."""
        facts = dict(fields["facts"])
        facts["kind"] = OpportunityKind(facts["kind"]) if facts["kind"] else None
        facts["closes_on"] = date.fromisoformat(facts["closes_on"]) if facts["closes_on"] else None
        facts["help"] = tuple(facts["help"])
        return cls(**{**fields, "facts": Opportunity(**facts), "answered": frozenset(fields["answered"])})


def of_stored(stored: Stored, *, answered: bool) -> Filling:
    """The form of one that is there already; `answered`: nothing of it has to be confirmed."""
    steps = frozenset(STEPS) if answered else frozenset()
    return Filling(stored.facts, stored.photo, steps, stored.source, stored.id, another=answered)


def steps(kind: OpportunityKind | None) -> list[str]:
    """The questions for this kind, in order."""
    left_out = _NOT_ASKED.get(kind, frozenset()) if kind else frozenset()
    return [step for step in STEPS if step not in left_out]


def next_step(filling: Filling) -> str:
    """The first question that nobody answered; PREVIEW when all are."""
    return next((step for step in steps(filling.facts.kind) if step not in filling.answered), PREVIEW)


def step_before(filling: Filling, step: str) -> str | None:
    """The question before this one; None for the first."""
    order = steps(filling.facts.kind)
    place = order.index(step) if step in order else len(order)
    return order[place - 1] if place > 0 else None


def may_stay_empty(step: str, kind: OpportunityKind | None) -> bool:
    """Whether a step can be left empty."""
    return step == PHOTO or not FIELDS[step].is_needed(kind)


def said(step: str) -> str:
    """A step's name in words."""
    return form_texts.PHOTO_NAME if step == PHOTO else form_texts.POST_NAME if step == POST else FIELDS[step].said


def twin(facts: Opportunity, others: Iterable[Stored], but: int | None) -> Stored | None:
    """One that is open and is probably the same."""
    return next((other for other in others if other.id != but and content.same(facts, other.facts)), None)


@dataclass(frozen=True, slots=True)
class AskWhetherWanted:
    """It was left three days ago: whoever began it is asked once."""


@dataclass(frozen=True, slots=True)
class Drop:
    """It was left for a month: it is thrown away."""


def what_of_form(changed_at: datetime, asked_at: datetime | None, now: datetime) -> AskWhetherWanted | Drop | None:
    """What is to be done about a form that nobody touched since."""
    left = now - changed_at
    if left >= DROPPED_AFTER:
        return Drop()
    return AskWhetherWanted() if left >= ASKED_AFTER and asked_at is None else None


# --- what young people see


class Distance(StrEnum):
    """How far, in words; the value is a filter of /jobs."""

    NEAR = "near"
    BUS = "bus"
    FAR = "far"


SOON: Final = "soon"
ALL: Final = "all"


def distance(miles: int | None) -> Distance | None:
    """How far that is from the Hub, where the miles are known."""
    if miles is None:
        return None
    return Distance.NEAR if miles <= VERY_NEAR_MILES else Distance.BUS if miles <= BUS_RIDE_MILES else Distance.FAR


def is_open(stored: Stored | None, today: date) -> bool:
    """Whether it can be taken up on this local day; its closing date is included."""
    if stored is None or stored.state is not OpportunityState.OPEN:
        return False
    return stored.facts.closes_on is None or stored.facts.closes_on >= today


def fits(stored: Stored, wanted: str, today: date) -> bool:
    """Whether it belongs under a filter of /jobs: ALL, SOON, a distance, or a kind's name in small letters."""
    if wanted == SOON:
        return stored.facts.closes_on is not None and stored.facts.closes_on - today <= CLOSING_SOON
    if wanted in set(Distance):
        return distance(stored.miles) == wanted
    kind = stored.facts.kind
    return wanted == ALL or (kind is not None and kind.name.lower() == wanted)


def filters(shown: Sequence[Stored], today: date) -> dict[str, str]:
    """The filters under which something stands, with their words; none that would keep everything."""
    words = {kind.name.lower(): kind.plural for kind in OpportunityKind} | {SOON: texts.SOON} | texts.DISTANCES
    counts = {wanted: sum(fits(one, wanted, today) for one in shown) for wanted in words}
    return {wanted: words[wanted] for wanted, count in counts.items() if 0 < count < len(shown)}


def message(stored: Stored, today: date, titles: Mapping[str, str]) -> Message:
    """What is read of one, by everybody alike: in /jobs, in the preview and in a notice. `titles`: of entries, by id."""
    title, *lines = content.announcement(stored.facts, today, titles) or [""]
    if (far := distance(stored.miles)) is not None:
        lines.append(texts.DISTANCE_LINE[far].format(miles=BUS_RIDE_MILES))
    return join([bold(title), *([plain("\n".join(lines))] if lines else [])], "\n")


def titles(facts: Opportunity, entries: Mapping[str, Any]) -> dict[str, str]:
    """The titles of the help that is linked, as far as the library has it."""
    return {name: entries[name].title for name in facts.help if name in entries}


# --- the poster


def poster_facts(stored: Stored, council: str, link: str, photo: bytes | None) -> PosterFacts:
    """What the poster tells: the three facts that matter most of those that are known. `link` is used where it has none."""
    from content.poster import Fact, PosterFacts

    facts = stored.facts
    known = [Fact(label, " ".join(getattr(facts, name).split())) for name, label in form_texts.FACT_LABELS.items()]
    day = facts.closes_on
    closing = form_texts.POSTER_CLOSES.format(day=f"{day:%A} {day.day} {day:%B} {day.year}") if day else ""
    return PosterFacts(
        kind=facts.kind.label if facts.kind else "", title=facts.title, closing=closing, link=facts.link or link,
        facts=tuple(fact for fact in known if fact.text)[:POSTER_FACTS], council=council, photo=photo,
    )  # fmt: skip


# --- the public listing


def from_vacancy(vacancy: Vacancy) -> Opportunity:
    """An advert of the listing as a draft. Where it is silent, the draft is too."""
    places = [", ".join(part for part in (*place.lines, place.postcode) if part) for place in vacancy.where]
    pay = [part for part in (vacancy.wage if vacancy.wage != NO_WAGE else "", vacancy.hours) if part]
    return Opportunity(
        kind=OpportunityKind.APPRENTICESHIP,
        title=shortened(vacancy.title, FIELDS["title"].longest),
        who=shortened(vacancy.employer, FIELDS["who"].longest),
        what=shortened(vacancy.description, FIELDS["what"].longest),
        pay_hours=shortened(". ".join(pay), FIELDS["pay_hours"].longest),
        where=shortened(places[0] if places else vacancy.national_details, FIELDS["where"].longest),
        closes_on=vacancy.closes_on,
        link=vacancy.link if vacancy.link and len(vacancy.link) <= FIELDS["link"].longest else "",
    )


def shortened(text: str, longest: int) -> str:
    """At most so many characters, cut at a word."""
    return text if len(text) <= longest else text[: longest - 1].rsplit(" ", 1)[0].rstrip(" .,;:-")[: longest - 1] + "…"


def failed_long_enough(failed: Collection[date], today: date) -> bool:
    """Whether staff are told on this day: it is the third in a row on which the listing could not be read."""
    in_a_row = all(today - timedelta(days=ago) in failed for ago in range(FAILED_DAYS))
    return in_a_row and today - timedelta(days=FAILED_DAYS) not in failed


# --- throwing a form away


async def throw_away(connection: AsyncConnection, now: datetime, form: Form) -> None:
    """The form goes, with the draft that it made; what came from the listing waits to be looked at again."""
    await forms.remove(connection, form.id)
    number = Filling.from_fields(form.fields).opportunity_id
    stored = await opportunities.get(connection, number) if number is not None else None
    if stored is None or stored.state is not OpportunityState.DRAFT:
        return
    if stored.reference is None:
        await opportunities.remove_draft(connection, stored.id)
    else:
        await opportunities.move(connection, stored.id, now, OpportunityState.PROPOSED, OpportunityState.DRAFT)


async def withdraw(speech: Speech, stored: Stored, by: int | None) -> int | None:
    """It is gone before its date: whoever is interested is told once. Returns how many; None when it was not open."""
    to, since = OpportunityState.WITHDRAWN, OpportunityState.OPEN
    if not await opportunities.move(speech.connection, stored.id, speech.now, to, since):
        return None
    await speech.event("opportunity", stored.id, "withdrawn", actor=by)
    said, told = written(texts.WITHDRAWN, {"title": stored.facts.title}), 0
    for account in await opportunities.interested(speech.connection, stored.id):
        person = await people.actor(speech.connection, account)
        told += isinstance(await reach(speech, person, said, lane=Lane.NOTICE), Reached)
    return told
