"""Sessions are made sixty days ahead, follow their series, and whoever said they would come is told once."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from bot import timetabling
from bot.models import PlaceState, Role, SeriesState
from bot.store import drop_ins, series
from bot.store.engine import Store
from content.series import Change
from scheduler import programme
from tests.conftest import NOW
from tests.scheduler.programme_part import MONDAY, NORTHMOOR, Part, Settings, draft

JADE, KAI = 21, 22


@pytest.fixture
async def part(store: Store) -> Part:
    made = Part(store)
    await made.enrol(JADE, "Jade Marlow", Role.YOUNG_PERSON)
    await made.enrol(KAI, "Kai Odell", Role.YOUNG_PERSON)
    return made


def at(local: str) -> datetime:
    return datetime.fromisoformat(local).replace(tzinfo=UTC)


async def test_sessions_are_made_sixty_days_ahead_and_once(part: Part) -> None:
    await part.add(draft())
    await part.ticks()
    await part.ticks()
    held = await part.held()
    assert held[:2] == ["Tue 24 Nov 14:00", "Tue 01 Dec 14:00"]
    assert len(held) == len(set(held)) == 8
    assert "Tue 29 Dec 14:00" not in held  # the council is closed


async def test_a_failure_of_one_series_stops_no_other(part: Part, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = await part.add(draft()), await part.add(draft(uid="nurse", name="Nurse"))
    real = timetabling.keep_up

    async def fails_once(speech: object, council: object, series_id: int) -> int:
        if series_id == first:
            raise RuntimeError
        return await real(speech, council, series_id)  # type: ignore[arg-type]

    monkeypatch.setattr(timetabling, "keep_up", fails_once)
    await part.ticks()
    assert {row.series_id for row in await part.rows()} == {second}
    monkeypatch.undo()
    await part.ticks()
    assert {row.series_id for row in await part.rows()} == {first, second}


async def test_a_series_at_another_time_re_times_its_sessions_and_tells_who_comes(part: Part) -> None:
    number = await part.add(draft())
    await part.ticks()
    rows = await part.rows()
    await part.comes(JADE, rows[0].id)
    await part.comes(KAI, rows[0].id, PlaceState.WAITING)
    async with part.speaking() as speech:
        one = await part.get(number)
        await timetabling.change(speech, part.council, one, draft(opens=time(15), closes=time(17)), None)
    await part.ticks()
    assert (await part.held())[0] == "Tue 24 Nov 15:00"
    assert [row.id for row in await part.rows()] == [row.id for row in rows]
    assert [who for who, _ in await part.said()] == [JADE, KAI]


async def test_what_staff_moved_by_hand_stays_when_the_series_changes(part: Part) -> None:
    number = await part.add(draft())
    await part.ticks()
    first = (await part.rows())[0]
    async with part.speaking() as speech:
        await timetabling.move(speech, part.council, first.id, at("2026-11-26T10:00"), at("2026-11-26T12:00"), 1)
        one = await part.get(number)
        await timetabling.change(speech, part.council, one, draft(opens=time(15), closes=time(17)), None)
    assert (await part.held())[:2] == ["Thu 26 Nov 10:00", "Tue 01 Dec 15:00"]


async def test_what_falls_away_is_gone_and_told_as_cancelled_only_where_somebody_comes(part: Part) -> None:
    number = await part.add(draft())
    await part.ticks()
    rows = await part.rows()
    await part.comes(JADE, rows[1].id)
    async with part.speaking() as speech:
        one = await part.get(number)
        await timetabling.change(speech, part.council, one, draft("FREQ=WEEKLY;BYDAY=WE"), None)
    await part.ticks()
    assert await part.held(cancelled=True) == ["Tue 01 Dec 14:00"]
    assert (await part.held())[0] == "Wed 25 Nov 14:00"
    said = await part.said()
    assert [who for who, _ in said] == [JADE]
    assert "Cancelled: DWP" in said[0][1]


async def test_a_day_that_comes_back_is_the_same_session_again(part: Part) -> None:
    number = await part.add(draft())
    await part.ticks()
    row = (await part.rows())[0]
    await part.comes(JADE, row.id)
    for state in (SeriesState.PAUSED, SeriesState.ACTIVE):
        async with part.speaking() as speech:
            await timetabling.set_state(speech, part.council, await part.get(number), state, None)
    assert (await part.rows())[0].id == row.id
    assert (await part.held())[0] == "Tue 24 Nov 14:00"
    assert ["Cancelled" in words for _, words in await part.said()] == [True, False]


async def test_a_session_that_has_begun_stays_as_it_was(part: Part) -> None:
    number = await part.add(draft())
    await part.ticks()
    part.clock.moment = at("2026-11-24T14:30")
    async with part.speaking() as speech:
        await timetabling.set_state(speech, part.council, await part.get(number), SeriesState.ENDED, None)
    assert await part.held() == ["Tue 24 Nov 14:00"]


async def test_a_bank_holiday_is_left_out_moved_or_kept_as_the_series_says(part: Part) -> None:
    part.clock.moment = at("2027-03-20T09:00")
    for what in ("skip", "move", "keep"):
        monday = draft("FREQ=WEEKLY;BYDAY=MO", date(2027, 3, 22), last_day=date(2027, 3, 29), bank_holidays=what)
        await part.add(replace(monday, uid=what, name=what))
    await part.ticks()
    assert await part.held() == [
        "Mon 22 Mar 14:00",
        "Mon 22 Mar 14:00", "Tue 30 Mar 14:00",
        "Mon 22 Mar 14:00", "Mon 29 Mar 14:00",
    ]  # fmt: skip


async def test_a_series_in_term_time_follows_the_councils_terms(part: Part) -> None:
    await part.add(draft(term_time_only=True))
    await part.ticks()
    assert await part.held() == [
        "Tue 24 Nov 14:00", "Tue 01 Dec 14:00", "Tue 08 Dec 14:00", "Tue 15 Dec 14:00", "Tue 05 Jan 14:00",
        "Tue 12 Jan 14:00", "Tue 19 Jan 14:00",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("day", "starts", "ends"),
    [
        (date(2027, 3, 28), "2027-03-28T01:30+00:00", "2027-03-28T02:15+00:00"),
        (date(2027, 10, 31), "2027-10-31T00:30+00:00", "2027-10-31T02:15+00:00"),
    ],
)
async def test_at_half_past_one_both_clock_changes_are_right(part: Part, day: date, starts: str, ends: str) -> None:
    part.clock.moment = datetime(day.year, day.month, 1, 9, tzinfo=UTC)
    await part.add(draft("", day, opens=time(1, 30), closes=time(2, 15)))
    await part.ticks()
    row = (await part.rows())[0]
    assert (row.starts_at, row.ends_at) == (datetime.fromisoformat(starts), datetime.fromisoformat(ends))


async def test_more_places_let_the_waiting_list_in(part: Part) -> None:
    number = await part.add(draft(capacity=1))
    await part.ticks()
    row = (await part.rows())[0]
    await part.comes(JADE, row.id)
    await part.comes(KAI, row.id, PlaceState.WAITING)
    async with part.speaking() as speech:
        await timetabling.set_capacity(speech, part.council, await part.get(number), 2, None)
    async with part.store.reading() as connection:
        there = await drop_ins.get(connection, row.id)
    assert there is not None
    assert (there.capacity, there.coming, there.waiting) == (2, 2, 0)


async def test_another_place_is_told_once_together_with_another_time(part: Part) -> None:
    number = await part.add(draft())
    await part.ticks()
    await part.comes(JADE, (await part.rows())[0].id)
    async with part.speaking() as speech:
        one = await part.get(number)
        await timetabling.change(speech, part.council, one, draft(place="the library"), None)
        one = await part.get(number)
        moved = draft(place="the Hub", opens=time(15), closes=time(17))
        await timetabling.change(speech, part.council, replace(one, draft=draft(place="the library")), moved, None)
    said = await part.said()
    assert len(said) == 2
    assert "the library" in said[0][1]
    assert "15:00" in said[1][1]


async def test_changes_of_single_sessions_in_a_file_are_carried_out_once_however_far_off(part: Part) -> None:
    changes = (
        Change(date(2026, 11, 24), date(2026, 11, 25), time(10), time(11)),
        Change(date(2026, 12, 1), None),
        Change(date(2027, 9, 7), date(2027, 9, 8)),
    )
    given = replace(draft(), changes=changes)
    for _ in range(2):
        async with part.speaking() as speech:
            await timetabling.take_over(speech, part.council, [given], 1)
    await part.ticks()
    held = await part.held()
    assert held[0] == "Wed 25 Nov 10:00"
    assert held[-1] == "Wed 08 Sep 14:00"
    assert await part.held(cancelled=True) == ["Tue 01 Dec 14:00"]
    async with part.speaking() as speech:
        found = await timetabling.difference(speech, part.council, [given])
        assert await timetabling.export(speech, part.council) == [given]
    assert len(found.same) == 1


async def test_ending_what_a_file_does_not_have_needs_to_be_asked_for(part: Part) -> None:
    await part.add(draft())
    other = draft(uid="nurse", name="Nurse")
    async with part.speaking() as speech:
        found = await timetabling.take_over(speech, part.council, [other], None)
    assert [one.draft.uid for one in found.missing] == ["dwp"]
    assert (await part.get(1)).state is SeriesState.ACTIVE
    async with part.speaking() as speech:
        await timetabling.take_over(speech, part.council, [other], None, end_missing=True)
    assert (await part.get(1)).state is SeriesState.ENDED


async def test_a_file_without_a_first_day_goes_on_as_the_series_began(part: Part) -> None:
    fortnightly = draft("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", MONDAY)
    await part.add(fortnightly)
    async with part.speaking() as speech:
        part.clock.moment = speech.now + timedelta(days=7)
        later = replace(fortnightly, recurrence=replace(fortnightly.recurrence, first_day=MONDAY + timedelta(days=7)))
    async with part.speaking() as speech:
        found = await timetabling.difference(speech, part.council, [later])
    assert len(found.same) == 1


async def test_the_first_programme_is_read_once_and_not_after_staff_ended_it(part: Part) -> None:
    await programme.begin(part.service)
    async with part.store.reading() as connection:
        names = [one.draft.name for one in await series.all_(connection)]
    assert "Breakfast club" in names
    assert await part.held()
    made = len(await part.rows())
    await programme.begin(part.service)
    assert len(await part.rows()) == made


async def test_the_good_half_of_a_first_programme_is_taken(
    part: Part, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    part.settings = Settings(tmp_path / "council.yaml")
    (tmp_path / "programme.yaml").write_text(
        "drop_ins:\n"
        "- {name: Nurse, when: every monday, opens: '10:00', closes: '11:00', place: the Hub}\n"
        "- {name: Lost, when: never, opens: '10:00', closes: '11:00', place: the Hub}\n"
    )
    await programme.begin(part.service)
    async with part.store.reading() as connection:
        assert [one.draft.name for one in await series.all_(connection)] == ["Nurse"]
    assert "programme.yaml: line 3" in caplog.text


async def test_a_council_without_a_programme_has_none(part: Part, tmp_path: Path) -> None:
    part.settings = Settings(tmp_path / "council.yaml")
    await programme.begin(part.service)
    assert await part.rows() == []
    assert NORTHMOOR.exists()
    assert part.clock.now() == NOW
