from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from content.calendar_file import calendar_file, write_ics
from tests.content.programme_cases import BREAKFAST

STARTS_AT = datetime(2027, 7, 6, 10, tzinfo=ZoneInfo("Europe/London"))


def one_session(sequence: int = 0, *, cancelled: bool = False) -> str:
    ends_at = STARTS_AT + timedelta(hours=2)
    data = calendar_file("Job Club", "the Hub, room 2", STARTS_AT, ends_at, "drop-in-7", sequence, cancelled=cancelled)
    return data.decode()


def test_a_session_is_written_in_utc_so_that_no_zone_has_to_travel_with_it() -> None:
    text = one_session()
    assert "DTSTART:20270706T090000Z\r\nDTEND:20270706T110000Z\r\n" in text
    assert "TZID" not in text


def test_a_session_has_what_rfc_5545_requires() -> None:
    text = one_session()
    for line in (
        "VERSION:2.0",
        "PRODID:",
        "UID:drop-in-7",
        "DTSTAMP:",
        "SEQUENCE:0",
        "STATUS:CONFIRMED",
        "METHOD:PUBLISH",
    ):
        assert f"\r\n{line}" in text
    assert "LOCATION:the Hub\\, room 2" in text


def test_a_cancelled_session_takes_the_place_of_the_one_before() -> None:
    text = one_session(3, cancelled=True)
    assert "UID:drop-in-7\r\n" in text
    assert "SEQUENCE:3\r\n" in text
    assert "STATUS:CANCELLED\r\n" in text


def test_other_programs_see_the_zone_the_rule_and_the_changes() -> None:
    text = write_ics([BREAKFAST]).decode()
    assert text.count("BEGIN:VTIMEZONE") == 1
    series, cancelled, moved, later = text.split("BEGIN:VEVENT")[1:]
    assert "DTSTART;TZID=Europe/London:20260901T093000\r\n" in series
    assert "RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20261215T235959Z\r\n" in series
    assert "DESCRIPTION:With Northmoor College\\nBring: a friend\\; an appetite\r\n" in series
    assert "STATUS:CANCELLED" in cancelled
    assert "RECURRENCE-ID;TZID=Europe/London:20261201T093000" in moved
    assert "DTSTART;TZID=Europe/London:20261202T093000" in moved
    assert "DTSTART;TZID=Europe/London:20261208T100000" in later
    assert "DTEND;TZID=Europe/London:20261208T120000" in later
