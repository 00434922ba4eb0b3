"""What is remembered of groups, on both databases."""

from datetime import timedelta

from bot.models import Audience
from bot.store import chats, groups
from bot.store.engine import Store
from tests.conftest import NOW


async def registered(store: Store, chat_id: int, title: str = "Lounge") -> int:
    async with store.transaction() as connection:
        group = await groups.note(connection, NOW, chat_id, title, 7)
        await groups.register(connection, NOW, group.id, Audience.YOUNG_PEOPLE, 1)
    return group.id


async def test_a_group_is_registered_once_somebody_said_who_is_in_it(store: Store) -> None:
    number = await registered(store, -5)
    async with store.reading() as connection:
        found = await groups.of_chat(connection, -5)
        assert found == await groups.get(connection, number)
        assert found is not None
        assert (found.title, found.audience, found.is_registered) == ("Lounge", Audience.YOUNG_PEOPLE, True)
        assert await groups.with_audience(connection, Audience.DUTY) == []
        assert await groups.here(connection) == [found]


async def test_coming_again_begins_anew(store: Store) -> None:
    number = await registered(store, -5)
    async with store.transaction() as connection:
        await groups.left(connection, NOW, -5)
        assert await groups.here(connection) == []
        again = await groups.note(connection, NOW, -5, "Lounge 2", None)
        assert (again.id, again.title, again.is_registered) == (number, "Lounge 2", False)
        assert await groups.of_chat(connection, -5) == again


async def test_topics_end_when_the_group_is_the_duty_teams_no_more(store: Store) -> None:
    number = await registered(store, -5)
    async with store.transaction() as connection:
        await groups.register(connection, NOW, number, Audience.DUTY, 1)
        await groups.set_topics(connection, number, True)
        await groups.register(connection, NOW, number, Audience.STAFF, 1)
        found = await groups.get(connection, number)
    assert found is not None
    assert not found.topics


async def test_a_move_takes_the_registration_along_even_if_the_new_id_was_noted_before(store: Store) -> None:
    number = await registered(store, -5)
    async with store.transaction() as connection:
        await groups.left(connection, NOW, -5)
        await groups.note(connection, NOW, -1005, "Lounge", None)
        await chats.move(connection, -5, -1005)
        await groups.came_over(connection, -1005)
        found = await groups.of_chat(connection, -1005)
        assert await groups.of_chat(connection, -5) is None
    assert found is not None
    assert (found.id, found.is_registered) == (number, True)


async def test_a_move_of_a_group_that_nobody_knows_loses_nothing(store: Store) -> None:
    number = await registered(store, -1005)
    async with store.transaction() as connection:
        await chats.heard_from(connection, -1005, "supergroup", NOW)
        await chats.move(connection, -5, -1005)
        found = await groups.of_chat(connection, -1005)
        assert await chats.is_reachable(connection, -1005)
    assert found is not None
    assert found.id == number


async def test_only_an_old_group_of_the_same_name_may_turn_into_a_supergroup(store: Store) -> None:
    await registered(store, -5, "Lounge")
    await registered(store, -1_000_000_000_005, "Forum")
    async with store.transaction() as connection:
        assert await groups.may_become(connection, "Lounge", NOW)
        assert not await groups.may_become(connection, "Forum", NOW)
        assert not await groups.may_become(connection, "Other", NOW)
        await groups.left(connection, NOW, -5)
        assert await groups.may_become(connection, "Lounge", NOW - timedelta(hours=1))
        assert not await groups.may_become(connection, "Lounge", NOW + timedelta(hours=1))


async def test_a_title_of_anything_is_kept_as_it_is_and_sealed(store: Store) -> None:
    title = "**x** {team} 🦊 " + "y" * 240
    await registered(store, -5, title)
    async with store.transaction() as connection:
        found = await groups.of_chat(connection, -5)
        assert found is not None
        assert found.title == title
        await groups.rename(connection, found, "Kitchen")
        renamed = await groups.of_chat(connection, -5)
    assert renamed is not None
    assert renamed.title == "Kitchen"
