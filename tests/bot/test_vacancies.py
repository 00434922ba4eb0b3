"""Adverts from Find an Apprenticeship: what is read of them, what goes wrong on the way, and what counts as gone."""

from __future__ import annotations

import json
import logging
import traceback
import unicodedata
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date
from html import escape
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import vacancies
from bot.vacancies import Place, Reading, VacanciesUnavailable, Vacancy, VacancyClient, changes, clean
from tests.vacancy_server import KEY, Answer, VacancyServer, advert, listening, lists, page_of, refuses, says

MISSING = object()


@pytest.fixture
async def vacancy_server() -> AsyncIterator[VacancyServer]:
    async with listening(VacancyServer()) as server:
        yield server


@dataclass
class Steady:
    """A steady clock that a test moves."""

    at: float = 1_000.0

    def __call__(self) -> float:
        return self.at


@asynccontextmanager
async def _client(server: VacancyServer, steady: Steady | None = None, **options: Any) -> AsyncIterator[VacancyClient]:
    async with aiohttp.ClientSession() as session:
        yield VacancyClient(server.address, options.pop("key", KEY), session, seconds=steady or Steady(), **options)


async def _near(server: VacancyServer, page_size: int = 100, **options: Any) -> Reading:
    async with _client(server, **options) as client:
        return await client.near(52.408056, -1.510556, 20, page_size)


def _read(**changed: Any) -> Vacancy:
    """The one advert with these changes, as it is read; MISSING takes a field away."""
    item = {name: value for name, value in advert(1, **changed).items() if value is not MISSING}
    page = vacancies._page(json.loads(json.dumps(page_of([item]))), 1)
    assert page.faults == ()
    return page.vacancies[0]


def _wage(**changed: Any) -> str:
    nothing = {"wageAmount": None, "wageAdditionalInformation": None, "wageUnit": "Unspecified", "wageType": "Custom"}
    return _read(wage={**nothing, **changed}).wage


async def test_an_advert_is_read_with_all_that_people_need_to_know(vacancy_server: VacancyServer) -> None:
    reading = await _near(vacancy_server)
    assert reading.complete
    assert reading.vacancies[0] == Vacancy(
        reference="1000000001",
        title="Bakery apprentice 1",
        employer="Crumb and Sons",
        description="Learn to bake bread and cakes with a small team.",
        wage="£16,640 a year",
        hours="37.5 hours a week. Monday to Friday, 7am to 3pm",
        duration="15 months",
        where=(Place(("3 Mill Lane", "Harrowfield"), "ZZ1 1AA"),),
        national_details="",
        miles=2.3,
        closes_on=date(2027, 6, 30),
        starts_on=date(2027, 9, 6),
        course="Baker (level 2)",
        route="Catering and hospitality",
        level=2,
        is_foundation=False,
        positions=2,
        link="https://www.findapprenticeship.service.gov.uk/apprenticeship/reference/1000000001",
        is_national=False,
        disability_confident=True,
    )


async def test_it_asks_for_the_place_and_the_miles_page_by_page(vacancy_server: VacancyServer) -> None:
    reading = await _near(vacancy_server, page_size=2)
    assert [vacancy.reference for vacancy in reading.vacancies] == ["1000000001", "1000000002", "1000000003"]
    asked = {"Lat": "52.408056", "Lon": "-1.510556", "DistanceInMiles": "20", "PageSize": "2", "Sort": "DistanceAsc"}
    assert vacancy_server.asked == [{**asked, "PageNumber": "1"}, {**asked, "PageNumber": "2"}]


async def test_the_name_and_telephone_of_the_person_to_ask_are_not_kept(vacancy_server: VacancyServer) -> None:
    kept = repr((await _near(vacancy_server)).vacancies)
    assert "Jo Example" not in kept
    assert "01632" not in kept
    assert "crumbandsons.example" not in kept


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"wageAmount": 28000, "wageUnit": "Annually"}, "£28,000 a year"),
        ({"wageAmount": 8.2, "wageUnit": "Hourly"}, "£8.20 an hour"),
        ({"wageAmount": 320.5, "wageUnit": "Weekly"}, "£320.50 a week"),
        ({"wageAmountLowerBound": 900, "wageAmountUpperBound": 1100, "wageUnit": "Monthly"}, "£900 to £1,100 a month"),
        ({"wageType": "ApprenticeshipMinimum"}, "The minimum wage for apprentices"),
        (
            {"wageType": "NationalMinimum", "wageAdditionalInformation": "£16,640 a year"},
            "The national minimum wage. £16,640 a year",
        ),
        (
            {"wageType": "CompetitiveSalary", "wageAdditionalInformation": "Competitive"},
            "The advert says “competitive” and gives no figure",
        ),
        (
            {"wageAmount": 300, "wageUnit": "Weekly", "wageAdditionalInformation": "£300 a week and a bus pass"},
            "£300 a week and a bus pass",
        ),
        ({"wageAdditionalInformation": "Pay is agreed with you"}, "Pay is agreed with you"),
    ],
)
def test_the_wage_is_said_in_words(changed: dict[str, Any], words: str) -> None:
    assert _wage(**changed) == words


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"wageAmount": 28000, "wageUnit": "Unspecified"},
        {"wageAmount": 28000, "wageUnit": "Fortnightly"},
        {"wageAmount": 0, "wageUnit": "Weekly"},
        {"wageAmount": -5, "wageUnit": "Weekly"},
        {"wageAmount": "a lot", "wageUnit": "Weekly"},
        {"wageAmount": True, "wageUnit": "Weekly"},
        {"wageAmount": float("nan"), "wageUnit": "Weekly"},
        {"wageType": 0},
        {"wageAmountLowerBound": 5, "wageUnit": "Weekly"},
    ],
)
def test_where_the_wage_cannot_be_told_it_says_so_and_never_guesses(changed: dict[str, Any]) -> None:
    assert _wage(**changed) == vacancies.NO_WAGE


@pytest.mark.parametrize("wage", [MISSING, None, "£300", [300]])
def test_an_advert_without_a_wage_is_still_an_advert(wage: Any) -> None:
    assert _read(wage=wage).wage == vacancies.NO_WAGE


def test_a_closing_date_in_summer_stays_the_day_that_is_written() -> None:
    assert _read(closingDate="2027-07-01T23:59:59Z").closes_on == date(2027, 7, 1)


@pytest.mark.parametrize("start", [MISSING, None, "0001-01-01T00:00:00", "soon", "2027-02-30T00:00:00Z", 20270901])
def test_a_start_that_cannot_be_read_is_not_known(start: Any) -> None:
    assert _read(startDate=start).starts_on is None


def test_a_national_advert_says_in_words_where_one_would_work() -> None:
    read = _read(isNationalVacancy=True, isNationalVacancyDetails="From home", addresses=[], distance=None)
    assert (read.is_national, read.national_details, read.where, read.miles) == (True, "From home", (), None)


def test_a_foundation_apprenticeship_is_known_as_one() -> None:
    assert _read(course={"title": "Hospitality", "level": 2, "type": "foundationApprenticeship"}).is_foundation


@pytest.mark.parametrize(
    "field",
    [
        "description", "numberOfPositions", "startDate", "wage", "hoursPerWeek", "expectedDuration", "addresses", "distance", "course",
        "isDisabilityConfident", "vacancyUrl", "isNationalVacancy", "isNationalVacancyDetails",
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "value", [MISSING, None, [], {}, [None, 3, "x"], {"level": {}}, "\ud800", -1, 10**400, 1.5, True]
)
def test_no_field_that_one_can_do_without_loses_an_advert(field: str, value: Any) -> None:
    read = _read(**{field: value})
    assert (read.reference, read.title) == ("1000000001", "Bakery apprentice 1")
    assert repr(read).encode()


def test_fields_that_nobody_knows_yet_change_nothing() -> None:
    assert _read(anything={"new": [1, 2]}) == _read()


@pytest.mark.parametrize("reference", ["VAC1000000001", "vac1000000001", 1000000001, " 1000000001 "])
def test_one_advert_has_one_reference_however_it_is_written(reference: Any) -> None:
    assert _read(vacancyReference=reference) == _read()


@pytest.mark.parametrize(
    "link",
    [
        "http://www.findapprenticeship.service.gov.uk/apprenticeship/1",
        "https://gov.uk.bad.example/1",
        "https://badgov.uk/1",
        "https://www.gov.uk@bad.example/1",
        "https://bad.example/www.gov.uk",
        "https://bad.example\\.gov.uk/1",
        "https://bad.example#.gov.uk",
        "https://www.gov.uk:8443/1",
        "https://www.gov.uk/1\n",
        "https://www.ɡov.uk/1",
        "javascript:alert(1)//.gov.uk",
        "https://www.gov.uk/" + "x" * 600,
        7,
    ],
)
def test_a_link_that_leads_elsewhere_than_to_the_government_is_dropped(link: Any) -> None:
    assert _read(vacancyUrl=link).link is None


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("<p>Bake&nbsp;bread</p><ul><li>early</li><li>often</li></ul>", "Bake bread early often"),
        ("&lt;p&gt;Fish &amp;amp; chips&lt;/p&gt;", "Fish & chips"),
        ("<script>steal()</script>Bake<!-- no --> bread", "Bake bread"),
        ("<b>Ba</b>ker", "Baker"),
        ("I <3 maths, 5 < 7 > 2", "I <3 maths, 5 < 7 > 2"),
        ("Ba\u202eker\u200b\x00 \r\n wanted", "Baker wanted"),
        ("Ba\ud800ker", "Baker"),
        ("The 👩‍🍳 team", "The 👩‍🍳 team"),
        ("word " * 50, "word word word word word word word…"),
    ],
)
def test_text_from_outside_becomes_plain_words(said: str, read: str) -> None:
    assert clean(said, 36) == read


@given(
    st.lists(st.one_of(st.text(max_size=30), st.sampled_from(["<b>", "</p>", "<a href='x'>", "<br/>", "<script>"]))),
    st.integers(0, 2),
    st.integers(20, 200),
)
def test_whatever_is_said_no_tag_and_no_control_character_is_left_and_the_length_is_kept(
    parts: list[str], times: int, limit: int
) -> None:
    said = "".join(parts)
    for _ in range(times):
        said = escape(said)
    read = clean(said, limit)
    assert len(read) <= limit
    assert not any(tag in read for tag in ("<b>", "</p>", "<a href", "<br/>", "<script>"))
    assert all(letter == "\u200d" or unicodedata.category(letter) not in ("Cc", "Cf", "Cs") for letter in read)


@pytest.mark.parametrize(
    ("item", "what"),
    [
        (advert(2, title=""), "title"),
        (advert(2, title=None), "title"),
        (advert(2, title="<b></b>"), "title"),
        (advert(2, employerName=["x"]), "employerName"),
        (advert(2, closingDate="tomorrow"), "closingDate"),
        (advert(2, closingDate="2027-13-01T00:00:00Z"), "closingDate"),
        (advert(2, closingDate=None), "closingDate"),
    ],
)
async def test_one_bad_advert_is_told_and_loses_none_of_the_others(
    vacancy_server: VacancyServer, item: Any, what: str
) -> None:
    vacancy_server.vacancies[1] = item
    reading = await _near(vacancy_server)
    assert [vacancy.reference for vacancy in reading.vacancies] == ["1000000001", "1000000003"]
    [fault] = reading.faults
    assert (fault.page, fault.position, fault.reference) == (1, 2, "1000000002")
    assert what in fault.what
    assert reading.complete
    assert changes({"1000000002": "as it was"}, reading).gone == ()


@pytest.mark.parametrize(
    "item", [None, 7, "advert", [], advert(2, vacancyReference=None), advert(2, vacancyReference="../x")]
)
async def test_while_an_advert_cannot_be_told_apart_nothing_is_gone(vacancy_server: VacancyServer, item: Any) -> None:
    vacancy_server.vacancies[1] = item
    reading = await _near(vacancy_server)
    assert len(reading.vacancies) == 2
    assert reading.faults[0].reference is None
    assert changes({"1000000002": "as it was"}, reading).gone == ()


UNREADABLE = {
    "not JSON": says(b"garbage"),
    "a web page": says(b"<!DOCTYPE html><html><body>Sorry</body></html>", "text/html"),
    "nothing": says(b""),
    "half of it": lambda: says(json.dumps(page_of([advert(1)])).encode()[:400])(),
    "not text": says(b"\xff\xfe\x00"),
    "a list": lists([advert(1)]),
    "null": lists(None),
    "no vacancies": lists({"total": 3, "totalFiltered": 3, "totalPages": 1}),
    "vacancies that are no list": lists({**page_of([]), "vacancies": {"1": advert(1)}}),
    "no count of pages": lists({"vacancies": [advert(1)], "total": 3, "totalFiltered": 3}),
    "a count in words": lists({**page_of([advert(1)]), "totalPages": "one"}),
    "a count below nothing": lists({**page_of([advert(1)]), "totalPages": -1}),
    "too deep": says(b"[" * 200_000),
    "far too long": lambda: says(json.dumps(page_of([])).encode().ljust(vacancies.MAX_BYTES + 1))(),
    "elsewhere": refuses(302, Location="https://bad.example/"),
    "a fault": refuses(500),
    "busy": refuses(503),
    "not asked well": refuses(400),
}


@pytest.mark.parametrize("answer", UNREADABLE.values(), ids=UNREADABLE)
async def test_an_answer_that_cannot_be_used_is_said_to_be_so(vacancy_server: VacancyServer, answer: Answer) -> None:
    vacancy_server.instead[1] = answer
    with pytest.raises(VacanciesUnavailable, match="Find an Apprenticeship can't be read now: it") as caught:
        await _near(vacancy_server)
    assert caught.value.retry_after is None
    assert len(vacancy_server.asked) == 1


@pytest.mark.parametrize("answer", [*UNREADABLE.values(), refuses(429)], ids=[*UNREADABLE, "to wait"])
async def test_a_reading_that_breaks_off_keeps_what_it_has_and_makes_nothing_gone(
    vacancy_server: VacancyServer, answer: Answer
) -> None:
    vacancy_server.instead[2] = answer
    reading = await _near(vacancy_server, page_size=2)
    found = changes({"1000000003": "as it was", "gone": "long ago"}, reading)
    assert [vacancy.reference for vacancy in found.new] == ["1000000001", "1000000002"]
    assert found.gone == ()
    assert "page 2" in reading.doubt


async def test_a_service_that_does_not_answer_is_not_waited_for(vacancy_server: VacancyServer) -> None:
    vacancy_server.silent.add(1)
    with pytest.raises(VacanciesUnavailable, match="did not answer"):
        await _near(vacancy_server, timeout_seconds=0.1)


async def test_a_service_that_is_not_there_is_said_to_be_so() -> None:
    with pytest.raises(VacanciesUnavailable, match="did not answer"):
        await _near(VacancyServer(address="http://127.0.0.1:9/vacancies"))


async def test_a_wrong_key_is_said_in_a_sentence(vacancy_server: VacancyServer) -> None:
    with pytest.raises(VacanciesUnavailable, match="does not accept our key"):
        await _near(vacancy_server, key="another")


@pytest.mark.parametrize("answer", [refuses(401), refuses(302, Location="https://bad.example/"), says(b"garbage")])
async def test_the_key_is_in_no_error_and_no_log(
    vacancy_server: VacancyServer, answer: Answer, caplog: pytest.LogCaptureFixture
) -> None:
    vacancy_server.instead[1] = answer
    with caplog.at_level(logging.DEBUG), pytest.raises(VacanciesUnavailable) as caught:
        await _near(vacancy_server)
    told = "".join(traceback.format_exception(caught.value)) + repr(caught.value.__dict__) + caplog.text
    assert KEY not in told


async def test_the_key_is_not_carried_to_another_address(vacancy_server: VacancyServer) -> None:
    async with listening(VacancyServer()) as other:
        vacancy_server.instead[1] = refuses(307, Location=f"{other.address}/vacancy")
        with pytest.raises(VacanciesUnavailable, match="307"):
            await _near(vacancy_server)
        assert other.asked == []


@pytest.mark.parametrize("key", ["", " ", "with a space", "new\nline", "ünusual"])
async def test_a_key_that_can_be_none_is_refused_without_being_repeated(key: str) -> None:
    with pytest.raises(ValueError) as caught:
        await _near(VacancyServer(), key=key)
    assert "The key" in str(caught.value)
    assert not key.strip() or key not in str(caught.value)


async def test_it_stays_away_as_long_as_it_is_asked_to(vacancy_server: VacancyServer) -> None:
    steady = Steady()
    vacancy_server.instead[1] = refuses(429, Retry_After="40")
    async with _client(vacancy_server, steady) as client:
        assert await _wait(client) == 40
        del vacancy_server.instead[1]
        steady.at += 39
        assert await _wait(client) == 1
        assert len(vacancy_server.asked) == 1
        steady.at += 1
        assert (await client.near(52.4, -1.5, 20)).complete


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ({}, 300),
        ({"Retry_After": "Wed, 21 Oct 2026 07:28:00 GMT"}, 300),
        ({"Retry_After": "-1"}, 300),
        ({"Retry_After": "999999999"}, 86_400),
    ],
)
async def test_a_429_that_does_not_say_how_long_means_five_minutes_and_never_more_than_a_day(
    vacancy_server: VacancyServer, header: dict[str, str], seconds: float
) -> None:
    vacancy_server.instead[1] = refuses(429, **header)
    async with _client(vacancy_server) as client:
        assert await _wait(client) == seconds


async def _wait(client: VacancyClient) -> float | None:
    with pytest.raises(VacanciesUnavailable) as caught:
        await client.near(52.4, -1.5, 20)
    return caught.value.retry_after


async def test_it_never_asks_more_than_150_times_in_five_minutes(vacancy_server: VacancyServer) -> None:
    steady = Steady()
    vacancy_server.vacancies = [advert(number) for number in range(1, 61)]
    async with _client(vacancy_server, steady, max_pages=60, timeout_seconds=20.0) as client:
        for _ in range(2):
            assert (await client.near(52.4, -1.5, 20, 1)).complete
        third = await client.near(52.4, -1.5, 20, 1)
        assert (len(third.vacancies), third.complete) == (30, False)
        assert await _wait(client) == 320
        assert vacancy_server.allowed == 0
        steady.at += 319
        assert await _wait(client) == 1
        steady.at += 1
        vacancy_server.allowed = 150
        assert (await client.near(52.4, -1.5, 20, 1)).complete


@given(st.lists(st.floats(0, 30), max_size=400))
def test_however_it_is_called_no_five_minutes_hold_more_than_150_requests(pauses: list[float]) -> None:
    steady = Steady()
    client = VacancyClient("http://127.0.0.1", KEY, None, seconds=steady)  # type: ignore[arg-type]
    sent: list[float] = []
    for pause in pauses:
        steady.at += pause / 30
        try:
            client._take_a_turn()
        except VacanciesUnavailable as why:
            steady.at += (why.retry_after or 0) + 0.001
            continue
        sent.append(steady.at)
        assert sum(at > steady.at - 300 for at in sent) <= 150


async def test_more_pages_than_it_may_read_are_left_and_said_to_be(vacancy_server: VacancyServer) -> None:
    reading = await _near(vacancy_server, page_size=1, max_pages=2)
    assert len(vacancy_server.asked) == 2
    assert reading.doubt == "only the first 2 of 3 pages were read"


async def test_a_short_page_is_not_the_last_one(vacancy_server: VacancyServer) -> None:
    vacancy_server.instead[1] = lists({**page_of(vacancy_server.vacancies, 2), "vacancies": [advert(1)]})
    reading = await _near(vacancy_server, page_size=2)
    assert [vacancy.reference for vacancy in reading.vacancies] == ["1000000001", "1000000003"]
    assert reading.complete


@pytest.mark.parametrize(
    ("answer", "doubt"),
    [
        (page_of([advert(3)], 2, 1) | {"totalFiltered": 4, "totalPages": 2}, "changed while it was read"),
        (page_of([advert(1)], 2, 1) | {"vacancies": [], "totalFiltered": 3, "totalPages": 2}, "had none"),
        (page_of([], 2, 1) | {"total": 0, "totalFiltered": 3, "totalPages": 2}, "empty"),
    ],
)
async def test_a_list_that_moved_or_lost_its_adverts_makes_nothing_gone(
    vacancy_server: VacancyServer, answer: dict[str, Any], doubt: str
) -> None:
    vacancy_server.instead[2] = lists(answer)
    reading = await _near(vacancy_server, page_size=2)
    assert doubt in reading.doubt
    assert changes({"gone": "long ago"}, reading).gone == ()


async def test_nothing_near_is_believed_while_there_are_adverts_elsewhere(vacancy_server: VacancyServer) -> None:
    vacancy_server.vacancies = []
    assert changes({"gone": "long ago"}, await _near(vacancy_server)).gone == ("gone",)
    vacancy_server.instead[1] = lists(page_of([]) | {"total": 0})
    assert changes({"gone": "long ago"}, await _near(vacancy_server)).gone == ()


async def test_an_advert_that_is_listed_twice_is_one_advert(vacancy_server: VacancyServer) -> None:
    vacancy_server.vacancies = [advert(1), advert(1, vacancyReference="VAC1000000001"), advert(2)]
    assert len((await _near(vacancy_server, page_size=2)).vacancies) == 2


@pytest.mark.parametrize("size", [0, -1, 101])
async def test_a_page_size_that_the_service_does_not_have_is_refused(vacancy_server: VacancyServer, size: int) -> None:
    with pytest.raises(ValueError, match="1 to 100"):
        await _near(vacancy_server, page_size=size)
    assert vacancy_server.asked == []


@pytest.mark.parametrize(
    "changed",
    [
        {"title": "Head baker"},
        {"closingDate": "2027-07-01T23:59:59Z"},
        {"wage": None},
        {"addresses": []},
        {"numberOfPositions": 1},
    ],
)
def test_an_advert_that_says_something_else_has_changed(changed: dict[str, Any]) -> None:
    now = _read(**changed)
    assert changes({now.reference: _read().digest}, Reading((now,))).changed == (now,)


def test_another_point_to_measure_from_changes_no_advert() -> None:
    places = [{"postcode": "ZZ1 1AA"}, {"postcode": "ZZ2 2BB"}]
    here, there = _read(distance=1, addresses=places), _read(distance=9, addresses=places[::-1])
    assert here != there
    assert changes({there.reference: here.digest}, Reading((there,))).changed == ()


REFERENCES = st.lists(st.sampled_from("ABCDEFGH"), unique=True)


@given(st.dictionaries(st.sampled_from("ABCDEFGH"), st.booleans()), REFERENCES, st.sampled_from(["", "it broke off"]))
def test_each_advert_is_new_changed_the_same_or_gone_and_only_a_complete_reading_makes_it_gone(
    same: dict[str, bool], listed: list[str], doubt: str
) -> None:
    reading = Reading(tuple(replace(_read(), reference=reference) for reference in listed), (), doubt)
    digests = {vacancy.reference: vacancy.digest for vacancy in reading.vacancies}
    known = {reference: digests.get(reference, "?") if kept else "other" for reference, kept in same.items()}
    found = changes(known, reading)
    assert {vacancy.reference for vacancy in found.new} == set(listed) - set(known)
    assert {vacancy.reference for vacancy in found.changed} == {one for one in listed if not same.get(one, True)}
    assert set(found.gone) == (set() if doubt else set(known) - set(listed))
    assert changes(digests, reading).new == changes(digests, reading).changed == ()
