"""Invented series for the tests of programme files, and any that people could write."""

from __future__ import annotations

from datetime import date, time, timedelta

from hypothesis import strategies as st

from content.recurrence import WEEKDAYS, BrokenRecurrence, Recurrence, falls_on, first_by_rule
from content.series import TOPICS, Change, SeriesDraft, one_line

TODAY = date(2026, 11, 22)
BREAKFAST = SeriesDraft(
    uid="breakfast@hub",
    name="Breakfast at the Hub",
    place="the Hub, kitchen",
    opens=time(9, 30),
    closes=time(11),
    recurrence=Recurrence("FREQ=WEEKLY;BYDAY=TU", date(2026, 9, 1), date(2026, 12, 15)),
    agency="Northmoor College",
    topic="social",
    map_url="https://maps.example/hub",
    bring="a friend; an appetite",
    capacity=12,
    changes=(
        Change(date(2026, 11, 24), None),
        Change(date(2026, 12, 1), date(2026, 12, 2)),
        Change(date(2026, 12, 8), date(2026, 12, 8), time(10), time(12)),
    ),
)

_DATES = st.dates(date(2026, 1, 1), date(2028, 12, 31))
_RULES = st.sampled_from(
    [
        "",
        "FREQ=DAILY",
        "FREQ=WEEKLY",
        *(f"FREQ=WEEKLY;BYDAY={day}" for day in WEEKDAYS),
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR",
        "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
        "FREQ=MONTHLY;BYDAY=1TU",
        "FREQ=MONTHLY;BYDAY=-1FR",
        "FREQ=MONTHLY;BYMONTHDAY=31",
        "FREQ=MONTHLY;BYDAY=TU;BYSETPOS=1",
        "FREQ=WEEKLY;COUNT=5;BYDAY=WE",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
    ]
)
# icalendar 7.3 writes a backslash before a capital N as a line break, whatever it is given.
_TEXT = st.text(max_size=60).map(one_line).filter(lambda text: "\\N" not in text)
_SOME_TEXT = _TEXT.filter(bool)
_TRICKY = st.sampled_from(
    ["=1+1", "'=1", "-5", "@home", "a, b; c\\n", 'say "hi"', "C: D # e", "null", "yes", "☕ Café"]
)


@st.composite
def _recurrences(draw: st.DrawFn) -> Recurrence:
    rule, first = draw(_RULES), draw(_DATES)
    ends = rule and "COUNT" not in rule and draw(st.booleans())
    last = first + timedelta(days=draw(st.integers(1500, 2000))) if ends else None
    try:
        return Recurrence(
            rule,
            first,
            last,
            draw(st.frozensets(_DATES, max_size=3)),
            draw(st.frozensets(_DATES, max_size=3)),
            draw(st.sampled_from(["skip", "move", "keep"])),
            draw(st.booleans()),
        )
    except BrokenRecurrence:
        return Recurrence(rule, first, last)


@st.composite
def drafts(draw: st.DrawFn, uid: str = "") -> SeriesDraft:
    """Any series that a file can hold."""
    opens = draw(st.times(max_value=time(22)).map(lambda at: at.replace(second=0, microsecond=0)))
    recurrence = draw(_recurrences())
    first = first_by_rule(recurrence)
    changes: tuple[Change, ...] = ()
    if falls_on(recurrence, first):
        one_hour = (opens.replace(hour=opens.hour // 2), time(23, 59))
        choices = [Change(first, None), Change(first, first + timedelta(days=3)), Change(first, first, *one_hour)]
        changes = draw(st.sampled_from([(), *((one,) for one in choices)]))
    return SeriesDraft(
        uid=uid or draw(_SOME_TEXT),
        name=draw(_SOME_TEXT | _TRICKY),
        place=draw(_SOME_TEXT | _TRICKY),
        opens=opens,
        closes=time(23),
        recurrence=recurrence,
        agency=draw(_TEXT | _TRICKY),
        topic=draw(st.sampled_from(TOPICS)),
        map_url=draw(st.sampled_from(["", "https://maps.example/?q=1,2&x=y;z", "http://hub.example/a#b"])),
        bring=draw(_TEXT | _TRICKY),
        capacity=draw(st.none() | st.integers(1, 1000)),
        changes=changes,
    )
