from collections.abc import Callable, Iterable
from datetime import date, time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.settings import ROOT
from content.calendar_file import write_ics
from content.programme_files import LONGEST_FILE, MOST_SERIES, Reading, read, write_csv, write_yaml
from content.recurrence import Recurrence
from content.series import Change, SeriesDraft
from tests.content.programme_cases import BREAKFAST, TODAY, drafts

COUNCILS = ROOT / "content" / "councils"
WEEKDAYS_ONLY = b"""
drop_ins:
  - name: Breakfast
    weekday: tuesday
    opens: "09:30"
    closes: "11:00"
    place: the Hub, kitchen
  - {name: Cook, weekday: thursday, opens: 14:00, closes: 16:00, place: the Hub, from: 2026-09-10, until: 2027-07-22}
"""
HEADER = "name,place,when,opens,closes,from"
WRITERS = {"csv": write_csv, "yaml": write_yaml, "ics": write_ics}


def read_csv(*lines: str, header: str = HEADER) -> Reading:
    return read("programme.csv", "\r\n".join([header, *lines]).encode(), TODAY)


def only_fault(reading: Reading) -> str:
    assert len(reading.faults) == 1, [*map(str, reading.faults)]
    return str(reading.faults[0])


@pytest.mark.parametrize("kind", WRITERS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(first=drafts(uid="first"), second=drafts(uid="second"))
def test_what_was_written_is_read_again_as_it_was(kind: str, first: SeriesDraft, second: SeriesDraft) -> None:
    series = [first] if (first.name, first.recurrence) == (second.name, second.recurrence) else [first, second]
    assert read(f"programme.{kind}", WRITERS[kind](series), TODAY) == Reading(series, [])


@pytest.mark.parametrize(("kind", "write"), WRITERS.items())
def test_everything_about_a_series_survives_a_file(kind: str, write: Callable[[Iterable[SeriesDraft]], bytes]) -> None:
    assert read(f"programme.{kind}", write([BREAKFAST]), date(2027, 5, 5)) == Reading([BREAKFAST], [])


def test_the_councils_own_programmes_read_without_a_fault() -> None:
    for path in COUNCILS.glob("*/programme.yaml"):
        reading = read(path.name, path.read_bytes(), TODAY)
        assert reading.series
        assert [*map(str, reading.faults)] == []


def test_a_programme_of_weekdays_as_councils_wrote_it_first_still_reads() -> None:
    reading = read("programme.yaml", WEEKDAYS_ONLY, TODAY)
    assert not reading.faults
    breakfast, cook = reading.series
    assert (breakfast.name, breakfast.opens, breakfast.closes) == ("Breakfast", time(9, 30), time(11))
    assert breakfast.recurrence == Recurrence("FREQ=WEEKLY;BYDAY=TU", date(2026, 11, 24))
    assert cook.recurrence == Recurrence("FREQ=WEEKLY;BYDAY=TH", date(2026, 9, 10), date(2027, 7, 22))


def test_the_uid_of_a_series_does_not_hang_on_the_day_it_is_read() -> None:
    uids = [[one.uid for one in read("p.yaml", WEEKDAYS_ONLY, day).series] for day in (TODAY, date(2027, 2, 2))]
    assert uids[0] == uids[1]
    assert len(set(uids[0])) == 2


def test_two_sessions_of_one_name_on_one_day_are_two_series() -> None:
    reading = read_csv("Job Club,Hub,every tuesday,10:00,11:00,", "Job Club,Hub,every tuesday,14:00,15:00,")
    assert not reading.faults
    assert len({one.uid for one in reading.series}) == 2


def test_a_file_with_half_its_lines_wrong_gives_the_good_half_and_a_sentence_for_each_bad_one() -> None:
    reading = read_csv(
        "Breakfast,Hub,every tuesday,9.30,11am,",
        "Jobs,Hub,every wednesday,13:00,15:00,12/24/2026",
        "Money,Hub,fortnightly on thursday,10:00,12:00,",
        'Cook,"Hub,fridays,14:00,16:00,',
        "Walk,Hub,first tuesday,noon,2pm,3/4/2027",
        ",Hub,fridays,14:00,16:00,",
        "Games,Hub,,18:00,20:00,27/11/2026",
        "Film,Hub,someday,18:00,20:00,",
    )
    assert [one.name for one in reading.series] == ["Breakfast", "Money", "Walk", "Games"]
    assert sorted(fault.line or 0 for fault in reading.faults) == [3, 5, 7, 9]
    assert reading.series[2].recurrence == Recurrence("FREQ=MONTHLY;BYDAY=1TU", date(2027, 4, 6)), "3 April: UK order"


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("A,B,fridays,14:00,16:00,12/24/2026", 'from: "12/24/2026" looks American: there is no month 24. Write the day first: 24/12/2026.'),
        ("A,B,12/24/2026,14:00,16:00,", "when: \"12/24/2026\" looks American"),
        ("A,B,fridays,14:00,16:00,31/02/2026", 'from: "31/02/2026" is not a date. Write it as 24/11/2026.'),
        ("A,B,someday,14:00,16:00,", 'when: "someday" cannot be read. Write "every Tuesday"'),
        ("A,B,,14:00,16:00,", "when: does not say on which days."),
        ("A,B,fridays,2,16:00,", 'opens: "2" may be morning or afternoon. Write 14:00 or 02:00.'),
        ("A,B,fridays,half two,16:00,", 'opens: "half two" is not a time. Write it as 14:00 or 2pm.'),
        ("A,B,fridays,14:00,25:00,", 'closes: "25:00" is not a time.'),
        ("A,B,fridays,14:00,,", "closes: is missing. Write a time such as 14:00."),
        ("A,B,fridays,,14:00,", "opens: is missing."),
        ("A,B,fridays,16:00,14:00,", "closes: it closes at 14:00, which is not after it opens at 16:00."),
        ("A,,fridays,14:00,16:00,", "place: is missing. Write it in words."),
        (f"{'A' * 90},B,fridays,14:00,16:00,", "name: has 90 characters; at most 80 fit. Shorten it."),
        ("A,B,fridays,14:00,16:00,,extra", "has 7 cells, but the first line names 6."),
        ('A,"B,fridays,14:00,16:00,', "has a quotation mark too many or too few."),
    ],
)  # fmt: skip
def test_a_mistake_names_the_line_the_field_and_what_to_do(row: str, sentence: str) -> None:
    reading = read_csv(row)
    assert not reading.series
    told = only_fault(reading)
    assert told.startswith("line 2")
    assert sentence in told


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("capacity", "lots", '"lots" is not a number from 1 to 1000'),
        ("capacity", "0", "is not a number"),
        ("capacity", "²", "is not a number"),
        ("map_url", "javascript:x", "is not a web address"),
        ("rule", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "it never happens"),
        ("rule", "FREQ=HOURLY", "more than once a day"),
        ("weekday", "caturday", "is not a day of the week"),
        ("bank_holidays", "ignore", "Write skip, move or keep."),
        ("term_time_only", "maybe", "is neither yes nor no"),
        ("changes", "next week off", 'Write "2026-12-01 cancelled"'),
        ("not_on", "2026-12-01; 12/24/2026", "looks American"),
        ("until", "1/9/2026", "is before the first"),
    ],
)
def test_a_mistake_in_a_rarer_field_is_told_too(field: str, value: str, sentence: str) -> None:
    when = {} if field in ("rule", "weekday") else {"when": "every tuesday"}
    cells = {"name": "A", "place": "B", "opens": "10:00", "closes": "11:00", "from": "1/11/2026", **when, field: value}
    reading = read_csv(",".join(cells.values()), header=",".join(cells))
    assert not reading.series
    assert sentence in only_fault(reading)


@pytest.mark.parametrize(
    ("opens", "closes", "expected"),
    [
        ("10am", "11.30", (time(10), time(11, 30))),
        ("10.30", "12 noon", (time(10, 30), time(12))),
        ("14:00-16:00", "", (time(14), time(16))),
        ("2-4pm", "", (time(14), time(16))),
        ("10-2pm", "", (time(10), time(14))),
        ("10-11pm", "", (time(22), time(23))),
        ("11-12pm", "", (time(11), time(12))),
        ("10am to noon", "", (time(10), time(12))),
        ("9", "12", (time(9), time(12))),
        ("0930", "1700", (time(9, 30), time(17))),
        ("09:00:00", "5 p.m.", (time(9), time(17))),
    ],
)
def test_times_are_read_as_people_write_them(opens: str, closes: str, expected: tuple[time, time]) -> None:
    (series,) = read_csv(f"A,B,fridays,{opens},{closes},").series
    assert (series.opens, series.closes) == expected


def test_a_column_that_nobody_knows_is_told_and_left_out() -> None:
    reading = read_csv("A,B,fridays,14:00,16:00,,red", header=f"{HEADER},colour")
    assert len(reading.series) == 1
    assert only_fault(reading).startswith("line 1, colour: is not known")


def test_columns_may_have_the_names_that_people_give_them() -> None:
    reading = read_csv("A;B;Tuesday;2-4pm;College;20", header="Title;Venue;Day;Time;Organisation;Places")
    assert not reading.faults
    (series,) = reading.series
    assert (series.name, series.place, series.agency, series.capacity) == ("A", "B", "College", 20)


def test_missing_columns_are_named_once() -> None:
    told = only_fault(read_csv("A,Tuesday", header="name,weekday"))
    assert told == "line 1: The first line must name the columns, and these are missing: place, opens."


def test_the_same_line_twice_is_taken_once() -> None:
    reading = read_csv("A,B,fridays,14:00,16:00,", "a,b,every friday,2pm,4pm,")
    assert len(reading.series) == 1
    assert only_fault(reading) == 'line 3: "a" is in the file twice. The first one is taken.'


def test_a_csv_file_from_an_old_excel_is_read_with_a_note() -> None:
    reading = read("p.csv", f"{HEADER}\nCafé,B,fridays,14:00,16:00,\n".encode("cp1252"), TODAY)
    assert reading.series[0].name == "Café"
    assert "Check letters such as é and £" in only_fault(reading)


def test_a_mark_of_utf_8_at_the_start_is_no_part_of_the_first_column() -> None:
    assert read("P.CSV", f"{HEADER}\nA,B,fridays,14:00,16:00,".encode("utf-8-sig"), TODAY).series


def test_a_cell_that_a_spreadsheet_would_calculate_is_written_as_text() -> None:
    text = write_csv([SeriesDraft("u", "=HYPERLINK(1)", "B", time(9), time(10), Recurrence("", TODAY))]).decode(
        "utf-8-sig"
    )
    assert ",'=HYPERLINK(1)," in text


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("programme.xlsx", b"PK", "save it as CSV"),
        ("programme", b"", "The file is none of .ics, .csv and .yaml."),
        ("p.csv", b"", "There is no drop-in in the file."),
        ("p.csv", b"\xff\xfen\0a\0", "is not plain text"),
        ("p.csv", b"a\x81\xe9", "Some letters of the file cannot be read"),
        ("p.yaml", "é".encode("latin-1"), "Some letters of the file cannot be read"),
        ("p.csv", b"x" * (LONGEST_FILE + 1), "at most 1 MB can be read"),
        ("p.ics", b"hello", "BEGIN:VCALENDAR is missing"),
        ("p.yaml", b"", "must hold one list, drop_ins:"),
        ("p.yaml", b"drop_ins: tuesdays", "must hold one list, drop_ins:"),
        ("p.yaml", b"drop_ins: []\nevents: []", "must hold one list, drop_ins:"),
        ("p.yaml", b"drop_ins: [", "cannot be read ("),
        ("p.yaml", b"a: &a [x]\nb: [*a, *a]", "line 2: The file uses * to repeat a part."),
        ("p.yaml", b"[" * 100_000, "lists inside lists"),
        ("p.yaml", b"drop_ins:\n" + b"- {name: A}\n" * 10_000, f"more than {MOST_SERIES:,} drop-ins"),
        ("p.csv", HEADER.encode() + b"\nA,B,fridays,14:00,16:00," * 10_000, f"more than {MOST_SERIES:,} drop-ins"),
        ("p.csv", HEADER.encode() + b'\nA,"B' * 10_000, "Too many lines cannot be read."),
        ("p.ics", b"BEGIN:VCALENDAR\n" + b"BEGIN:VEVENT\nEND:VEVENT\n" * 10_000, f"more than {MOST_SERIES:,} drop-ins"),
    ],
)
def test_a_file_of_which_nothing_can_be_read_is_refused_in_a_sentence(name: str, data: bytes, sentence: str) -> None:
    reading = read(name, data, TODAY)
    assert not reading.series
    assert sentence in str(reading.faults[-1])


def test_a_yaml_file_that_breaks_in_one_drop_in_keeps_the_others() -> None:
    good = "    place: B\n    weekday: Tuesday\n    opens: 10:00\n    closes: 11:00\n"
    text = f"drop_ins:\n  - name: First\n{good}  - name: C: D\n{good}  - name: Third\n{good}    colour: [1, 2]\n  - hello\n"
    reading = read("p.yaml", text.encode(), TODAY)
    assert [one.name for one in reading.series] == ["First", "Third"]
    assert [fault.line for fault in reading.faults] == [7, 12, 18]


def test_lists_of_dates_and_changes_are_read_from_yaml() -> None:
    text = (
        "drop_ins:\n- {name: A, place: B, when: every tuesday, from: 2026-11-24, opens: 10:00, closes: 11:00, "
        "not_on: [2026-12-01], also_on: [2/12/2026], changes: [2026-12-08 to 2026-12-09 2-4pm, 15/12/2026 cancelled]}"
    )
    (series,) = read("p.yml", text.encode(), TODAY).series
    assert series.recurrence.without == {date(2026, 12, 1)}
    assert series.recurrence.extra == {date(2026, 12, 2)}
    assert series.changes == (
        Change(date(2026, 12, 8), date(2026, 12, 9), time(14), time(16)),
        Change(date(2026, 12, 15), None),
    )


def test_a_change_of_a_day_that_the_series_does_not_have_is_told_and_left_out() -> None:
    reading = read_csv("A,B,fridays,14:00,16:00,,2026-12-01 cancelled", header=f"{HEADER},changes")
    assert reading.series[0].changes == ()
    assert "01/12/2026 is not a day of this series" in only_fault(reading)


@given(st.sampled_from(["p.csv", "p.yaml", "p.ics"]), st.binary(max_size=300))
def test_whatever_bytes_come_there_is_an_answer(name: str, data: bytes) -> None:
    reading = read(name, data, TODAY)
    assert reading.series or reading.faults


@settings(max_examples=150)
@given(
    st.sampled_from(sorted(WRITERS)),
    st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 20), st.binary(max_size=12)), max_size=4),
)
def test_a_damaged_file_still_gets_an_answer(kind: str, damages: list[tuple[int, int, bytes]]) -> None:
    data = WRITERS[kind]([BREAKFAST])
    for start, length, instead in damages:
        data = data[:start] + instead + data[start + length :]
    reading = read(f"p.{kind}", data, TODAY)
    assert reading.series or reading.faults
