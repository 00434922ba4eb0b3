from collections import defaultdict
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.models import Lane
from bot.pace import GROUP_AT_MOST, Pace

SENDS = st.lists(
    st.tuples(st.sampled_from([1, 2, 3, 4, -10, -11]), st.sampled_from(list(Lane)), st.floats(0, 0.4)), max_size=300
)


@settings(max_examples=50)
@given(SENDS)
def test_whatever_is_asked_for_telegrams_limits_are_kept(wishes: list[tuple[int, Lane, float]]) -> None:
    pace, now = Pace(5), 100.0
    sent: list[tuple[float, int]] = []
    for chat, lane, pause in wishes:
        now += pause
        if pace.allows(lane, now, pace.room(now)) and pace.chat_free_at(chat, now) <= now:
            pace.remember(chat, now)
            sent.append((now, chat))
    by_chat = defaultdict(list)
    for at, chat in sent:
        by_chat[chat].append(at)
        assert sum(at - 1 < other <= at for other, _ in sent) <= 5
    for chat, times in by_chat.items():
        assert all(later - earlier >= 1 for earlier, later in pairwise(times))
        if chat < 0:
            assert max(sum(t - 60 < other <= t for other in times) for t in times) <= GROUP_AT_MOST


def test_notices_and_broadcasts_are_spread_over_the_second_and_leave_places_for_whoever_cannot_wait() -> None:
    pace, now, starts = Pace(28), 0.0, []
    while now < 1.0:
        if pace.allows(Lane.BROADCAST, now, pace.room(now)):
            pace.started(now)
            pace.ended(None, now)
            starts.append(now)
        assert pace.allows(Lane.CRISIS, now, pace.room(now))
        now += 0.001
    assert len(starts) == 25
    assert min(later - earlier for earlier, later in pairwise(starts)) >= 0.9 / 28 - 1e-9


def test_what_is_under_way_takes_its_place_until_a_second_after_its_answer() -> None:
    pace = Pace(2)
    pace.started(0.0)
    pace.started(0.0)
    assert pace.room(30.0) == 0
    pace.ended(1, 30.0)
    assert pace.room(30.5) == 0
    assert pace.room(31.1) == 1
    pace.dropped()
    assert pace.room(31.1) == 2


def test_a_chat_that_is_told_to_wait_waits_and_nobody_else_does() -> None:
    pace = Pace(25)
    pace.told_to_wait(7, 30, now=0.0)
    assert pace.chat_free_at(7, 1.0) == 30.0
    assert pace.chat_free_at(8, 1.0) <= 1.0
    assert pace.allows(Lane.BROADCAST, 1.0, pace.room(1.0))


def test_when_several_chats_are_told_to_wait_the_lower_lanes_pause_and_a_crisis_goes_on() -> None:
    pace = Pace(25)
    for chat in (1, 2, 3):
        pace.told_to_wait(chat, 30, now=0.0)
    assert not pace.allows(Lane.BROADCAST, 1.0, pace.room(1.0))
    assert pace.allows(Lane.CRISIS, 1.0, pace.room(1.0))
    assert pace.allows(Lane.BROADCAST, 31.0, pace.room(31.0))


def test_quiet_chats_are_forgotten_so_that_memory_stays_flat() -> None:
    pace = Pace(1000)
    for chat in range(500):
        pace.remember(-chat - 1, 0.0)
    assert len(pace.busy_chats(0.5)) == 500
    pace.busy_chats(1000.0)
    assert not pace._last
    assert not pace._groups
    assert not pace._recent
