"""Where opportunities are taken up and where people are lost: counts by stage, kind, month and reason, protected."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.interest import ORDER
from bot.models import Reason, Stage
from bot.small_numbers import SMALLEST, Table, falling, rounded, said
from content.texts import uptake as texts

PERIODS: Final = (1, 3, 12)
"""Months that a report can look back on, the running one included."""
VIEWS: Final = ("funnel", "kind", "month")


@dataclass(frozen=True, slots=True)
class Counted:
    """One interest, as reports count it. `month`: the local month in which it began, as "2026-11"."""

    month: str
    kind: str
    reached: Stage
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """One number of a report, and how it is said."""

    name: str
    shown: int
    said: str


@dataclass(frozen=True, slots=True)
class Pair:
    """How many were interested and how many started, of a kind or in a month."""

    name: str
    interested: Bar
    started: Bar


@dataclass(frozen=True, slots=True)
class Report:
    """What /uptake shows; whatever stands in it is protected already."""

    view: str
    period: str
    finding: str
    lost_at: int | None
    """The bar of the funnel after which most are lost."""
    funnel: tuple[Bar, ...] = ()
    reasons: tuple[Bar, ...] = ()
    pairs: tuple[Pair, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not (self.funnel or self.pairs)


def counted(rows: Iterable[tuple[datetime, str, Stage, Reason | None]], zone: ZoneInfo) -> list[Counted]:
    """What the store counted, by local month."""
    return [Counted(f"{began.astimezone(zone):%Y-%m}", kind, reached, reason) for began, kind, reached, reason in rows]


def months_to(last: date, first: str) -> list[str]:
    """Every month from `first` ("2026-01") to that of `last`."""
    year, month = map(int, first.split("-"))
    made = []
    while (year, month) <= (last.year, last.month):
        made.append(f"{year}-{month:02}")
        year, month = divmod(year * 12 + month, 12)
        month += 1
    return made


@dataclass(frozen=True, slots=True)
class Tables:
    """The protected counts of all months: every report is read from these, so no two reports say more than they do."""

    months: tuple[str, ...]
    stages: Mapping[Stage, Table]
    reasons: Table
    smallest: int


def protect(rows: Sequence[Counted], today: date, offset: Callable[[str], int], smallest: int = SMALLEST) -> Tables:
    """Make the tables. `offset` gives each kind and reason its secret beginning of the rounding, 0 to `smallest` - 1."""
    this_month = f"{today:%Y-%m}"
    months = months_to(today, min([one.month for one in rows], default=this_month))

    def table(chosen: Sequence[Counted], part_of: Callable[[Counted], str], parts: Iterable[str]) -> Table:
        def series(name: str) -> tuple[int, ...]:
            mine = [one.month for one in chosen if part_of(one) == name]
            return tuple(rounded([mine.count(month) for month in months], offset(name), smallest))

        return Table(tuple(months), {name: series(name) for name in parts})

    stages = {}
    for place, stage in enumerate(ORDER):
        so_far = [one for one in rows if ORDER.index(one.reached) >= place]
        stages[stage] = table(so_far, lambda one: one.kind, texts.KINDS)
    gave_up = [one for one in rows if one.reason is not None]
    return Tables(tuple(months), stages, table(gave_up, lambda one: str(one.reason), map(str, Reason)), smallest)


def report(tables: Tables, view: str, count: int) -> Report:
    """The report of the last `count` months."""
    months = tables.months[-count:]
    period = _period(months)
    totals = [_total(tables.stages[stage], months) for stage in ORDER]
    funnel = falling(totals)
    if not any(funnel):
        return Report(view, period, texts.TOO_FEW, None)
    match view:
        case "kind":
            pairs = _kinds(tables, months)
            return Report(view, period, _best(pairs), None, pairs=pairs)
        case "month":
            return Report(view, period, texts.MONTHS, None, pairs=_months(tables, months))
    finding, lost_at = _finding(funnel, tables.smallest)
    bars = tuple(
        _bar(texts.STAGES[stage], number, tables.smallest, parts=len(texts.KINDS))
        for stage, number in zip(ORDER, funnel, strict=True)
    )
    return Report(view, period, finding, lost_at, bars, _reasons(tables, months))


def _total(table: Table, months: Sequence[str]) -> int:
    return sum(table.of(months).values())


def _bar(name: str, shown: int, smallest: int, *, parts: int = 1) -> Bar:
    return Bar(name, shown, said(shown, smallest, parts=parts))


def _pair(name: str, interested: int, started: int, smallest: int, *, parts: int = 1) -> Pair:
    began, stayed = falling([interested, started])
    return Pair(
        name, _bar(texts.INTERESTED, began, smallest, parts=parts), _bar(texts.STARTED, stayed, smallest, parts=parts)
    )


def _kinds(tables: Tables, months: Sequence[str]) -> tuple[Pair, ...]:
    began = tables.stages[Stage.INTERESTED].of(months)
    started = tables.stages[Stage.STARTED].of(months)
    pairs = [
        _pair(words, began[kind], started[kind], tables.smallest) for kind, words in texts.KINDS.items() if began[kind]
    ]
    return tuple(sorted(pairs, key=lambda pair: -pair.interested.shown))


def _months(tables: Tables, months: Sequence[str]) -> tuple[Pair, ...]:
    began, started = tables.stages[Stage.INTERESTED], tables.stages[Stage.STARTED]
    return tuple(
        _pair(_month(one), _total(began, [one]), _total(started, [one]), tables.smallest, parts=len(texts.KINDS))
        for one in months
    )


def _reasons(tables: Tables, months: Sequence[str]) -> tuple[Bar, ...]:
    parts = tables.reasons.of(months)
    if not any(parts.values()):
        return ()
    found = [_bar(texts.REASONS[name], shown, tables.smallest) for name, shown in parts.items()]
    return tuple(sorted(found, key=lambda bar: -bar.shown))


def _finding(funnel: Sequence[int], smallest: int) -> tuple[str, int | None]:
    """The sentence over the picture, made from what it shows: the step after which most are lost."""
    until = ORDER.index(Stage.STARTED)
    drops = [funnel[place] - funnel[place + 1] for place in range(until)]
    if funnel[0] <= smallest:
        return texts.TOO_FEW, None
    largest = max(drops)
    if largest <= smallest and sum(drops) <= smallest:
        return texts.HARDLY_LOST, None
    if drops.count(largest) > 1:
        return texts.TWO_LOSSES, None
    place = drops.index(largest)
    text = texts.MOST_LOST if 2 * largest > sum(drops) else texts.LARGEST_LOSS
    names = [texts.STAGES[ORDER[at]] for at in (place, place + 1)]
    return text.format(first=names[0], second=names[1]), place


def _best(pairs: Sequence[Pair]) -> str:
    most = max((pair.started.shown for pair in pairs), default=0)
    best = [pair for pair in pairs if pair.started.shown == most]
    return texts.BEST_KIND.format(kind=best[0].name) if most and len(best) == 1 else texts.KIND_OPEN


def _month(month: str) -> str:
    return f"{date.fromisoformat(f'{month}-01'):%B %Y}"


def _period(months: Sequence[str]) -> str:
    if len(months) == 1:
        return _month(months[0])
    return texts.PERIOD.format(first=_month(months[0]), last=_month(months[-1]))


def words(report: Report) -> list[str]:
    """The report in words, part by part, for whoever can't see the picture. Light Markdown."""
    parts = [texts.WORDS.format(finding=report.finding, period=report.period)]
    if report.funnel:
        parts.append("\n".join([texts.FUNNEL_HEAD, *(_line(bar) for bar in report.funnel)]))
        reasons = [_line(bar) for bar in report.reasons] or [texts.NO_REASONS]
        parts.append("\n".join([texts.REASON_HEAD, *reasons]))
    if report.pairs:
        head = texts.KIND_HEAD if report.view == "kind" else texts.MONTH_HEAD
        parts.append("\n".join([head, *(_two(pair) for pair in report.pairs)]))
    return [*parts, texts.HOW] if not report.is_empty else parts


def _line(bar: Bar) -> str:
    return texts.LINE.format(name=bar.name, count=bar.said)


def _two(pair: Pair) -> str:
    return texts.LINE_TWO.format(name=pair.name, count=pair.interested.said, started=pair.started.said)
