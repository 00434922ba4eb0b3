"""Reads apprenticeships near the Hub from Find an Apprenticeship (its Display Advert API, version 2), to be proposed to staff.

What is known about the API, and from where. From the government's own source (SkillsFundingAgency/das-apim-endpoints,
src/Vacancies/SFA.DAS.Vacancies.Api: SearchVacancyRequestV2, GetVacanciesListResponseV2 and its items): every name that is asked or
read here; `addresses` is one list, nearest first, and version 1's `address`, `location` and `NationWideOnly` are gone; wage units are
Unspecified, Weekly, Monthly and Annually; a page leaves out adverts without a course, so it may be short while more pages follow;
`closingDate` is the last second of its day, whatever the season. From the developer hub, as others quote it: 150 requests within five
minutes, then 429; pages of at most 100; 401 for a wrong key, 404 without `X-Version`.

Not verified, for want of a key: anything against the live service; that a 429 says how long to wait; that `total` counts all
of England; whether adverts for all of England come up in a search around a place.
Never read: the contact's name, telephone and email (a person's), and `applicationUrl` (it leads anywhere).
"""

from __future__ import annotations

import hashlib
import json
import re
import time
import unicodedata
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import unescape
from typing import Any

import aiohttp

from bot.errors import BotError

REQUESTS_AT_MOST = 150
WINDOW_SECONDS = 300.0
PAGE_SIZE_AT_MOST = 100
MAX_PAGES = 30
"""Pages of one reading: 3,000 adverts, and a fifth of the requests that five minutes allow."""
MAX_BYTES = 8_000_000
"""Far more than a page of 100 summaries, which have at most 350 characters each and some names and addresses."""
LONGEST_WAIT_SECONDS = 86_400.0

NO_WAGE = "The advert does not say what it pays"
WAGE_TYPES = {
    "apprenticeshipminimum": "The minimum wage for apprentices",
    "nationalminimum": "The national minimum wage",
    "competitivesalary": "The advert says “competitive” and gives no figure",
}
WAGE_UNITS = {"hourly": "an hour", "weekly": "a week", "monthly": "a month", "annually": "a year"}

_LINK = re.compile(r"https://(?:[a-z0-9-]+\.)*gov\.uk(?:[/?][\w.~/?&=%+,:;-]*)?", re.ASCII | re.IGNORECASE)
_REFERENCE = re.compile(r"[a-z0-9-]{1,50}", re.ASCII | re.IGNORECASE)
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:T.*)?", re.ASCII | re.DOTALL)
_UNSEEN = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.DOTALL | re.IGNORECASE)
_BLOCK = re.compile(r"</?(?:br|p|div|li|ul|ol|tr|td|h[1-6])\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z][^<>]*(?:>|\Z)", re.IGNORECASE)
_JOINER = "\u200d"
"""Holds an emoji of several people together; other characters that can't be seen are dropped."""


class VacanciesUnavailable(BotError):
    """Find an Apprenticeship can't be read now. `retry_after`: seconds to wait, where it or our own count says so."""

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(f"Find an Apprenticeship can't be read now: {reason}")
        self.reason = reason
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Place:
    """Where the apprentice would work."""

    lines: tuple[str, ...]
    postcode: str


@dataclass(frozen=True, slots=True)
class Vacancy:
    """One advert, cleaned: plain text of bounded length. A text that the advert lacks is empty; a number or a link is None.

    `reference` is its key, without "VAC". `wage` and `hours` are words for people. `where` begins with the nearest place and is empty
    when it `is_national`; `national_details` then says where one would work. `miles` is as the crow flies from the point asked for.
    """

    reference: str
    title: str
    employer: str
    description: str
    wage: str
    hours: str
    duration: str
    where: tuple[Place, ...]
    national_details: str
    miles: float | None
    closes_on: date
    starts_on: date | None
    course: str
    route: str
    level: int | None
    is_foundation: bool
    positions: int | None
    link: str | None
    is_national: bool
    disability_confident: bool

    @property
    def digest(self) -> str:
        """The same for the same advert; another when anything but its distance from us changed."""
        said = [getattr(self, name) for name in self.__slots__ if name not in ("miles", "where")]
        places = sorted((*place.lines, place.postcode) for place in self.where)
        return hashlib.sha256(json.dumps([*said, places], default=str).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Fault:
    """An advert that was left out. `what` is a sentence without its words; `reference` is None when that is what can't be read."""

    page: int
    position: int
    reference: str | None
    what: str


@dataclass(frozen=True, slots=True)
class Page:
    """One answer. The totals are the service's: adverts altogether, adverts and pages that fit the search."""

    vacancies: tuple[Vacancy, ...]
    faults: tuple[Fault, ...]
    total: int
    total_filtered: int
    total_pages: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What was listed. `doubt` says why it may not be everything that is listed; empty means that it is."""

    vacancies: tuple[Vacancy, ...]
    faults: tuple[Fault, ...] = ()
    doubt: str = ""

    @property
    def complete(self) -> bool:
        """Whether what is missing here is missing there."""
        return not self.doubt

    @property
    def listed(self) -> frozenset[str]:
        """Every reference that was seen, also of adverts that could not be read."""
        faulty = {fault.reference for fault in self.faults if fault.reference is not None}
        return frozenset({vacancy.reference for vacancy in self.vacancies} | faulty)


@dataclass(frozen=True, slots=True)
class Changes:
    """What is different since the last reading; `gone` are references."""

    new: tuple[Vacancy, ...]
    changed: tuple[Vacancy, ...]
    gone: tuple[str, ...]


def changes(known: Mapping[str, str], reading: Reading) -> Changes:
    """Compare a reading with the digests that are known by reference. Only a complete reading makes anything gone."""
    return Changes(
        tuple(one for one in reading.vacancies if one.reference not in known),
        tuple(one for one in reading.vacancies if known.get(one.reference, one.digest) != one.digest),
        tuple(one for one in known if one not in reading.listed) if reading.complete else (),
    )


class VacancyClient:
    """Asks for adverts, and never faster than allowed. It does not wait: it says how long, and whoever calls comes again.

    The count begins anew with each client, so a program keeps one. `seconds` is a steady clock. `timeout_seconds` is for each page.
    The key goes into one header of requests to `base_url` and nowhere else; redirects are not followed, as they would carry it along.
    """

    def __init__(
        self,
        base_url: str,
        key: str,
        session: aiohttp.ClientSession,
        *,
        max_pages: int = MAX_PAGES,
        timeout_seconds: float = 20.0,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        if not re.fullmatch(r"[!-~]+", key):
            raise ValueError("The key for Find an Apprenticeship is empty or has a space or a strange character in it")
        self._url = f"{base_url.rstrip('/')}/vacancy"
        self._headers = {"Ocp-Apim-Subscription-Key": key, "X-Version": "2", "Accept": "application/json"}
        self._session = session
        self._max_pages = max_pages
        self._timeout = aiohttp.ClientTimeout(total=timeout_seconds)
        self._counts_for = WINDOW_SECONDS + timeout_seconds  # it may have arrived as late as that
        self._seconds = seconds
        self._sent: deque[float] = deque()
        self._not_before = 0.0

    async def near(self, latitude: float, longitude: float, miles: int, page_size: int = PAGE_SIZE_AT_MOST) -> Reading:
        """Everything listed within so many miles of a point (degrees), page by page.

        When it breaks off after the first page, what was read until then is returned, in doubt.
        Raises VacanciesUnavailable when not even the first page can be read, and ValueError for a page size that is not 1 to 100.
        """
        if not 1 <= page_size <= PAGE_SIZE_AT_MOST:
            raise ValueError(f"A page holds 1 to {PAGE_SIZE_AT_MOST} adverts, not {page_size}")
        asked = {
            "Lat": latitude,
            "Lon": longitude,
            "DistanceInMiles": miles,
            "PageSize": page_size,
            "Sort": "DistanceAsc",
        }
        query = {name: str(value) for name, value in asked.items()}
        pages: list[Page] = []
        while not pages or len(pages) < min(pages[-1].total_pages, self._max_pages):
            number = len(pages) + 1
            try:
                pages.append(_page(await self._ask({**query, "PageNumber": str(number)}), number))
            except VacanciesUnavailable as why:
                if not pages:
                    raise
                return _reading(pages, f"it stopped at page {number}: {why.reason}")
        return _reading(pages)

    async def _ask(self, query: Mapping[str, str]) -> Any:
        self._take_a_turn()
        try:
            async with self._session.get(
                self._url, params=query, headers=self._headers, timeout=self._timeout, allow_redirects=False
            ) as answer:
                if answer.status != 200:
                    raise self._refused(answer.status, answer.headers.get("Retry-After"))
                return _json(await _body(answer))
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise VacanciesUnavailable(f"it did not answer ({type(error).__name__})") from None

    def _take_a_turn(self) -> None:
        now = self._seconds()
        while self._sent and self._sent[0] <= now - self._counts_for:
            self._sent.popleft()
        if now < self._not_before:
            raise VacanciesUnavailable("it asked us to wait", self._not_before - now)
        if len(self._sent) >= REQUESTS_AT_MOST:
            wait = self._sent[0] + self._counts_for - now
            raise VacanciesUnavailable(
                f"we have asked {REQUESTS_AT_MOST} times in five minutes, which is all it allows", wait
            )
        self._sent.append(now)

    def _refused(self, status: int, header: str | None) -> VacanciesUnavailable:
        wait = float(header) if header and re.fullmatch(r"\d{1,9}", header.strip(), re.ASCII) else None
        if status == 429 and wait is None:
            wait = WINDOW_SECONDS
        if wait is not None:
            wait = min(wait, LONGEST_WAIT_SECONDS)
            self._not_before = self._seconds() + wait
        return VacanciesUnavailable(_why(status), wait)


def _why(status: int) -> str:
    if status == 429:
        return "it asks us to wait (429)"
    if status in (401, 403):
        return f"it does not accept our key ({status})"
    if status == 404:
        return "it does not know this address or version 2 of it (404)"
    if status >= 500:
        return f"it has a fault of its own ({status})"
    return f"it gave an answer that we don't know ({status})"


async def _body(answer: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in answer.content.iter_chunked(65_536):
        body += chunk
        if len(body) > MAX_BYTES:
            raise VacanciesUnavailable("its answer is far too long")
    return bytes(body)


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise VacanciesUnavailable("its answer is not JSON, or only half of it") from None


def _page(answer: Any, number: int) -> Page:
    items = answer.get("vacancies") if isinstance(answer, dict) else None
    totals = (
        [_count(answer.get(name), 0) for name in ("total", "totalFiltered", "totalPages")] if items is not None else []
    )
    if not isinstance(items, list) or None in totals:
        raise VacanciesUnavailable("its answer does not look like a list of adverts")
    vacancies, faults = [], []
    for position, item in enumerate(items, 1):
        try:
            vacancies.append(_vacancy(item))
        except ValueError as why:
            reference = _reference(item) if isinstance(item, dict) else None
            faults.append(Fault(number, position, reference, str(why)))
    total, filtered, last = (one or 0 for one in totals)
    return Page(tuple(vacancies), tuple(faults), total, filtered, last)


def _reading(pages: Sequence[Page], stopped: str = "") -> Reading:
    found: dict[str, Vacancy] = {}
    for page in pages:
        for vacancy in page.vacancies:
            found.setdefault(vacancy.reference, vacancy)
    faults = tuple(fault for page in pages for fault in page.faults)
    return Reading(tuple(found.values()), faults, stopped or _doubt(pages, faults))


def _doubt(pages: Sequence[Page], faults: Sequence[Fault]) -> str:
    """Why what is missing from these pages may still be listed."""
    if not pages[-1].total:
        return "its whole list is empty, which can't be right"
    if len({(page.total_filtered, page.total_pages) for page in pages}) > 1:
        return "the list changed while it was read, so an advert may have slipped from page to page"
    if pages[-1].total_pages > len(pages):
        return f"only the first {len(pages)} of {pages[-1].total_pages} pages were read"
    if any(page.total_filtered and not page.vacancies and not page.faults for page in pages):
        return "a page that should have adverts had none"
    if any(fault.reference is None for fault in faults):
        return "an advert had no reference that can be read"
    return ""


def _vacancy(item: Any) -> Vacancy:
    """Raises ValueError with a sentence when it lacks what nobody can do without."""
    if not isinstance(item, dict):
        raise ValueError("It is not an advert.")
    reference, closes_on = _reference(item), _day(item.get("closingDate"))
    title, employer = _text(item, "title", 150), _text(item, "employerName", 150)
    if reference is None:
        raise ValueError("It has no reference that can be read (vacancyReference).")
    if not title or not employer:
        raise ValueError("It does not say what or who with (title, employerName).")
    if closes_on is None:
        raise ValueError("It has no closing date that can be read (closingDate).")
    course, wage = _part(item, "course"), _part(item, "wage")
    level = _count(course.get("level"), 1)
    miles = _number(item.get("distance"), 0, 1_000)
    link = item.get("vacancyUrl")
    return Vacancy(
        reference=reference,
        title=title,
        employer=employer,
        description=_text(item, "description", 1_000),
        wage=_wage(wage),
        hours=_hours(item.get("hoursPerWeek"), _text(wage, "workingWeekDescription", 250)),
        duration=_text(item, "expectedDuration", 60),
        where=_places(item.get("addresses")),
        national_details=_text(item, "isNationalVacancyDetails", 500),
        miles=None if miles is None else round(miles, 1),
        closes_on=closes_on,
        starts_on=_day(item.get("startDate")),
        course=_text(course, "title", 150),
        route=_text(course, "route", 100),
        level=level if level is not None and level <= 8 else None,
        is_foundation=_text(course, "type", 50).casefold() == "foundationapprenticeship",
        positions=_count(item.get("numberOfPositions"), 1),
        link=link if isinstance(link, str) and len(link) <= 500 and _LINK.fullmatch(link) else None,
        is_national=item.get("isNationalVacancy") is True,
        disability_confident=item.get("isDisabilityConfident") is True,
    )


def _reference(item: Mapping[str, Any]) -> str | None:
    value = item.get("vacancyReference")
    text = str(value) if isinstance(value, str) or _count(value, 1) else ""
    reference = text.strip().upper().removeprefix("VAC")
    return reference if _REFERENCE.fullmatch(reference) else None


def _wage(wage: Mapping[str, Any]) -> str:
    """The pay in words; the advert's own words after a figure, unless they say the same."""
    figure = _figure(wage) or WAGE_TYPES.get(_text(wage, "wageType", 50).casefold(), "")
    more = _text(wage, "wageAdditionalInformation", 250)
    if not more or more.casefold() in figure.casefold():
        return figure or NO_WAGE
    return more if figure in more else f"{figure}. {more}"


def _figure(wage: Mapping[str, Any]) -> str:
    """An amount is only a wage with its unit: £350 a week and £350 a month are not the same job."""
    unit = WAGE_UNITS.get(_text(wage, "wageUnit", 50).casefold())
    names = ("wageAmount", "wageAmountLowerBound", "wageAmountUpperBound")
    amount, low, high = (_number(wage.get(name), 0.01, 1_000_000) for name in names)
    if unit is None:
        return ""
    if amount:
        return f"{_pounds(amount)} {unit}"
    return f"{_pounds(low)} to {_pounds(high)} {unit}" if low and high else ""


def _pounds(amount: float) -> str:
    return f"£{amount:,.2f}".removesuffix(".00")


def _hours(value: Any, more: str) -> str:
    hours = _number(value, 1, 100)
    return ". ".join(part for part in (f"{hours:g} hours a week" if hours else "", more) if part)


def _places(value: Any) -> tuple[Place, ...]:
    places = []
    for address in (value if isinstance(value, list) else [])[:20]:
        if isinstance(address, dict):
            lines = tuple(line for number in range(1, 5) if (line := _text(address, f"addressLine{number}", 100)))
            if lines or _text(address, "postcode", 10):
                places.append(Place(lines, _text(address, "postcode", 10)))
    return tuple(places)


def _part(item: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = item.get(name)
    return part if isinstance(part, dict) else {}


def _count(value: Any, low: int) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and low <= value < 10**12 else None


def _number(value: Any, low: float, high: float) -> float | None:
    """A number within bounds; not a number (NaN) is within none."""
    return (
        float(value)
        if isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high
        else None
    )


def _day(value: Any) -> date | None:
    """The day as it is written: the last second of a summer's day in UTC is already the next day in England."""
    match = _DAY.fullmatch(value) if isinstance(value, str) else None
    try:
        day = date(*map(int, match.groups())) if match else None
    except ValueError:
        return None
    return day if day and 2000 <= day.year < 2100 else None


def _text(item: Mapping[str, Any], name: str, limit: int) -> str:
    value = item.get(name)
    return clean(value, limit) if isinstance(value, str) else ""


def clean(text: str, limit: int) -> str:
    """Plain text on one line of at most so many characters: no tags, no entities, nothing that can't be seen."""
    text = text[: limit * 10]
    for _ in range(5):  # tags may be written as entities, and those as entities again
        text = _TAG.sub("", _BLOCK.sub(" ", _UNSEEN.sub(" ", unescape(text))))
    text = "".join(one if one == _JOINER or unicodedata.category(one) not in ("Cf", "Cs", "Co") else "" for one in text)
    text = " ".join("".join(" " if unicodedata.category(one) == "Cc" else one for one in text).split())
    if len(text) <= limit:
        return text
    return text[: limit - 1].rsplit(" ", 1)[0].rstrip(" .,;:-") + "…"
