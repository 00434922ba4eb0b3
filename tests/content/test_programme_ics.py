from datetime import date, time

import pytest

from content.programme_files import Reading, read
from content.recurrence import Recurrence
from content.series import Change
from tests.content.programme_cases import TODAY

EVENT = """BEGIN:VEVENT
UID:job-club@hub
SUMMARY:Job Club
LOCATION:the Hub\\, computer room
DTSTART;TZID=Europe/London:20261124T100000
DTEND;TZID=Europe/London:20261124T120000
{more}
END:VEVENT
"""


def calendar(*events: str) -> Reading:
    text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" + "".join(events).replace("\n", "\r\n") + "END:VCALENDAR\r\n"
    return read("programme.ics", text.encode(), TODAY)


def event(*more: str, **instead: str) -> str:
    lines = EVENT.format(more="\n".join(more)).replace("\n\n", "\n").splitlines()
    for name, line in instead.items():
        lines = [line if one.startswith(name) else one for one in lines]
    return "\n".join(filter(None, lines)) + "\n"


def recurrence(*more: str, **instead: str) -> Recurrence:
    reading = calendar(event(*more, **instead))
    assert not reading.faults, [*map(str, reading.faults)]
    return reading.series[0].recurrence


def only_fault(reading: Reading) -> str:
    assert len(reading.faults) == 1, [*map(str, reading.faults)]
    return str(reading.faults[0])


def test_an_event_is_read_with_its_name_place_and_english_times() -> None:
    (series,) = calendar(event()).series
    assert (series.uid, series.name, series.place) == ("job-club@hub", "Job Club", "the Hub, computer room")
    assert (series.opens, series.closes, series.recurrence) == (time(10), time(12), Recurrence("", date(2026, 11, 24)))


@pytest.mark.parametrize(
    ("starts", "ends", "opens"),
    [
        ("DTSTART:20270706T090000Z", "DTEND:20270706T110000Z", time(10)),
        ("DTSTART:20270106T090000Z", "DTEND:20270106T110000Z", time(9)),
        ("DTSTART:20270706T090000", "DTEND:20270706T110000", time(9)),
        ("DTSTART;TZID=GMT Standard Time:20270706T090000", "DTEND:20270706T110000", time(9)),
        ("DTSTART;TZID=Europe/Paris:20270706T100000", "DTEND:20270706T110000", time(9)),
        ("DTSTART:20270706T090000", "DURATION:PT1H30M", time(9)),
        ("DTSTART;TZID=Europe/London:20270328T013000", "DTEND:20270328T040000", time(1, 30)),
    ],
)
def test_times_with_a_zone_in_utc_and_without_any_are_english_time(starts: str, ends: str, opens: time) -> None:
    (series,) = calendar(event(DTSTART=starts, DTEND=ends)).series
    assert series.opens == opens
    assert series.closes > opens


def test_a_rule_its_end_and_its_exceptions_are_read() -> None:
    found = recurrence(
        "RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20261216T000000Z",
        "EXDATE;TZID=Europe/London:20261201T100000,20261208T100000",
        "RDATE:20261202T100000Z",
        "RDATE;VALUE=DATE:20261203",
    )
    assert found == Recurrence(
        "FREQ=WEEKLY;BYDAY=TU",
        date(2026, 11, 24),
        date(2026, 12, 15),
        frozenset([date(2026, 12, 1), date(2026, 12, 8)]),
        frozenset([date(2026, 12, 2), date(2026, 12, 3)]),
    )


@pytest.mark.parametrize(
    ("until", "last_day"),
    [
        ("20261215", date(2026, 12, 15)),
        ("20261215T100000Z", date(2026, 12, 15)),
        ("20261215T095900Z", date(2026, 12, 14)),
        ("20261215T235959", date(2026, 12, 15)),
    ],
)
def test_a_rule_ends_with_the_last_session_that_opens_by_its_until(until: str, last_day: date) -> None:
    assert recurrence(f"RRULE:FREQ=WEEKLY;UNTIL={until}").last_day == last_day


def test_our_own_properties_and_those_of_other_programs_fill_the_rest() -> None:
    (own,) = calendar(event("X-AGENCY:DWP", "X-CAPACITY:12", "X-BRING:your CV\\, a pen", "CATEGORIES:Work")).series
    assert (own.agency, own.capacity, own.bring, own.topic) == ("DWP", 12, "your CV, a pen", "work")
    other = event(
        "ORGANIZER;CN=Northmoor College:mailto:x@example.org",
        "DESCRIPTION:With tea.\\nBring: a friend",
        "CATEGORIES:Blue,jobs",
        "CATEGORIES:education",
    )
    (series,) = calendar(other).series
    assert (series.agency, series.bring, series.topic) == ("Northmoor College", "a friend", "education")


def test_sessions_that_were_moved_or_cancelled_by_themselves_become_changes() -> None:
    moved = event("RECURRENCE-ID:20261201T100000", DTSTART="DTSTART:20261202T100000", DTEND="DTEND:20261202T120000")
    later = event("RECURRENCE-ID:20261208T100000Z", DTSTART="DTSTART:20261208T130000", DTEND="DTEND:20261208T150000")
    off = event("RECURRENCE-ID;VALUE=DATE:20261215", "STATUS:CANCELLED")
    reading = calendar(moved, event("RRULE:FREQ=WEEKLY"), later, off)
    assert not reading.faults
    assert reading.series[0].changes == (
        Change(date(2026, 12, 1), date(2026, 12, 2)),
        Change(date(2026, 12, 8), date(2026, 12, 8), time(13), time(15)),
        Change(date(2026, 12, 15), None),
    )


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        (event(DTSTART="DTSTART;VALUE=DATE:20261124"), "DTSTART: has a day and no time."),
        (event(DTSTART="DTSTART:2026-11-24"), "DTSTART: cannot be read."),
        (event(DTSTART=""), "DTSTART: is missing."),
        (event(DTEND=""), "DTEND: is missing. Say when it closes."),
        (event(DTEND="DTEND:20261125T010000"), "DTEND: is on another day."),
        (event(DTEND="DTEND:20261124T090000"), "DTEND: it closes at 09:00, which is not after"),
        (event("DTSTART:20261125T100000"), "DTSTART: is there twice."),
        (event("RRULE:FREQ=WOBBLY"), 'RRULE, rule: "FREQ=WOBBLY" cannot be read.'),
        (event("RRULE:FREQ=SECONDLY"), "SECONDLY is more than once a day"),
        (event("RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"), "it never happens"),
        (event("RRULE:FREQ=DAILY;COUNT=3;UNTIL=20270101"), "both how many times and until when"),
        (event("RRULE:FREQ=DAILY;UNTIL=20270231"), 'RRULE: "UNTIL=20270231" is no date.'),
        (event("RRULE:FREQ=DAILY", "RRULE:FREQ=WEEKLY"), "RRULE: is there twice."),
        (event("EXDATE:tomorrow"), "EXDATE: cannot be read."),
        (event(SUMMARY=""), "name: is missing."),
        (event(LOCATION=""), "place: is missing."),
        (event("X-CAPACITY:lots"), '"lots" is not a number'),
        (event("STATUS:CANCELLED"), '"Job Club" is cancelled, so it is left out.'),
    ],
)
def test_an_event_with_a_mistake_is_told_by_its_line_and_costs_no_other(broken: str, sentence: str) -> None:
    good = event(UID="UID:other", SUMMARY="SUMMARY:Other")
    reading = calendar(broken.replace("job-club@hub", "broken"), good)
    assert [one.name for one in reading.series] == ["Other"]
    told = only_fault(reading)
    assert told.startswith("line 3")
    assert sentence in told


def test_an_event_that_is_never_ended_costs_no_other() -> None:
    reading = calendar(event(UID="UID:first").replace("END:VEVENT\n", ""), event())
    assert len(reading.series) == 1, "the second is the same session at the same time"
    assert calendar("BEGIN:VEVENT\nSUMMARY:Lost\n", event()).series


def test_notes_are_told_and_the_series_is_kept() -> None:
    for more, sentence in (
        ("NO COLON HERE", "a line of this event cannot be read"),
        ("CATEGORIES:Blue", '"Blue" is not known, so it is "other"'),
        ("RECURRENCE-ID:20261201T100000", "is not in this file"),
    ):
        reading = calendar(event(UID="UID:kept"), event(more, SUMMARY="SUMMARY:Another"))
        assert sentence in only_fault(reading)
        assert reading.series[0].uid == "kept"


def test_a_zone_that_nobody_knows_is_read_as_english_time_with_a_note() -> None:
    reading = calendar(event(DTSTART="DTSTART;TZID=Customised:20261124T100000"))
    assert reading.series[0].opens == time(10)
    assert 'the time zone "Customised" is not known' in only_fault(reading)


def test_another_name_for_one_session_is_told_because_the_series_keeps_its_own() -> None:
    renamed = event(
        "RECURRENCE-ID:20261201T100000",
        SUMMARY="SUMMARY:Job Club with cake",
        DTSTART="DTSTART:20261202T100000",
        DTEND="DTEND:20261202T120000",
    )
    reading = calendar(event("RRULE:FREQ=WEEKLY"), renamed)
    assert reading.series[0].changes
    assert "SUMMARY: differs on 1 December 2026 only." in only_fault(reading)


def test_a_change_of_all_later_sessions_is_refused_in_a_sentence() -> None:
    later = event("RECURRENCE-ID;RANGE=THISANDFUTURE:20261201T100000")
    reading = calendar(event("RRULE:FREQ=WEEKLY"), later)
    assert "End this series, and write a new one." in only_fault(reading)


def test_words_in_a_description_that_look_like_the_end_of_an_event_are_words() -> None:
    (series,) = calendar(event("DESCRIPTION:Bring: a line that is folded and has\n  END:VEVENT\n  in it")).series
    assert series.bring == "a line that is folded and has END:VEVENT in it"
