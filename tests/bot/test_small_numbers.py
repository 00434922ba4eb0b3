"""Nobody can be worked out from reports: an attacker who has them all tries, on every small council there is."""

from __future__ import annotations

from collections import defaultdict
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.small_numbers import SMALLEST, Table, falling, rounded, said

COUNTS = st.lists(st.integers(0, 60), min_size=1, max_size=14)
Told = tuple[tuple[int, ...], ...]
OFFSETS = st.integers(0, SMALLEST - 1)


@given(COUNTS, OFFSETS)
def test_every_number_is_a_multiple_of_five_and_less_than_five_off_for_every_period(
    counts: list[int], offset: int
) -> None:
    shown = rounded(counts, offset)
    for first in range(len(counts)):
        for end in range(first + 1, len(counts) + 1):
            told, truth = sum(shown[first:end]), sum(counts[first:end])
            assert told % SMALLEST == 0
            assert abs(told - truth) < SMALLEST


@given(COUNTS, OFFSETS)
def test_what_is_said_is_true_and_no_number_under_five_is_ever_told(counts: list[int], offset: int) -> None:
    for told, truth in zip(rounded(counts, offset), counts, strict=True):
        words = said(told)
        number = int(words.split()[-1])
        if words.startswith("fewer than"):
            assert truth < number
            assert number in (5, 10)
        else:
            assert truth > SMALLEST
            assert number == told


@given(COUNTS, OFFSETS, st.data())
def test_for_every_period_other_numbers_give_the_same_reports(
    counts: list[int], offset: int, data: st.DataObject
) -> None:
    """Whatever periods are subtracted: for any of them there is another truth with the very same reports."""
    first = data.draw(st.integers(0, len(counts) - 1))
    end = data.draw(st.integers(first + 1, len(counts)))
    shown = rounded(counts, offset)
    told = sum(shown[first:end])
    possible = {
        sum(other[first:end])
        for start, later in product(range(SMALLEST), repeat=2)
        if (other := _with(shown, first, end, start, later)) is not None and rounded(other, start) == shown
    }
    assert possible == set(range(max(0, told - SMALLEST + 1), told + SMALLEST))


def _with(shown: list[int], first: int, end: int, start: int, later: int) -> list[int] | None:
    """Counts whose running total is `start` over the rounded one before the period's last rise, and `later` over it after."""
    rises = [place for place in range(first, end) if shown[place]]
    turn = rises[-1] if rises else end - 1
    other = list(shown)
    other[turn] += later - start
    return other if other[turn] >= 0 else None


def published(stages: list[list[int]], offset: int) -> Told:
    """All reports of all periods about one kind: how many came to each stage, as /uptake tells them."""
    months = tuple(f"2026-{number + 1:02}" for number in range(len(stages[0])))
    table = Table(months, {str(place): tuple(rounded(counts, offset)) for place, counts in enumerate(stages)})
    periods = [months[first:end] for first in range(len(months)) for end in range(first + 1, len(months) + 1)]
    return tuple(tuple(table.of(period).values()) for period in periods)


@pytest.mark.parametrize(("months", "most"), [(1, 12), (2, 9)])
def test_an_attacker_with_every_report_works_out_no_small_number(months: int, most: int) -> None:
    """Every council with so many months and two stages, every offset: whatever is told fits several truths.

    The kinds need no part in it: they have nobody in common, and a total is the sum of what is told of them.
    """
    truths: dict[Told, list[set[int]]] = defaultdict(lambda: [set() for _ in range(3 * months)])
    for cells in product(range(most + 1), repeat=2 * months):
        only_interested, started = cells[:months], cells[months:]
        interested = [one + other for one, other in zip(only_interested, started, strict=True)]
        for offset in range(SMALLEST):
            fits = truths[published([interested, list(started)], offset)]
            for place, number in enumerate((*cells, *interested)):
                fits[place].add(number)
    whole = [fits for told, fits in truths.items() if _largest(told) + SMALLEST <= most + 1]
    assert len(whole) > 1
    assert not [numbers for fits in whole for numbers in fits if len(numbers) == 1 and 0 < min(numbers) < SMALLEST]


def _largest(told: Told) -> int:
    """The largest number told: what could be larger than what was tried tells nothing about the rest."""
    return max(number for period in told for number in period)


def test_a_total_is_the_sum_of_what_is_told_of_its_parts_and_names_no_limit_it_might_break() -> None:
    table = Table(("2026-10", "2026-11"), {"job": (0, 5), "course": (0, 0)})
    assert table.of(["2026-10", "2026-11"]) == {"job": 5, "course": 0}
    assert said(0, parts=2) == said(5, parts=2) == "a handful"
    assert (said(0), said(5), said(10)) == ("fewer than 5", "fewer than 10", "about 10")


@given(COUNTS)
def test_no_later_stage_is_told_larger_than_an_earlier_one(counts: list[int]) -> None:
    shown = falling(counts)
    assert shown == sorted(shown, reverse=True)
    assert all(told <= truth for told, truth in zip(shown, counts, strict=True))


def test_a_negative_count_or_a_wrong_offset_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="not negative"):
        rounded([-1], 0)
    with pytest.raises(ValueError, match="offset"):
        rounded([1], SMALLEST)
