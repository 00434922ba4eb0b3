"""A new phone takes over what somebody said of drop-ins and opportunities."""

from __future__ import annotations

from sqlalchemy import insert, select

from bot.models import Interest, Place, PlaceState, Receipt, ReceiptState, Stage
from bot.store import new_phone
from bot.store.engine import Store
from tests.conftest import NOW

OLD, NEW = 41, 42


def _place(drop_in: int, account: int) -> dict[str, object]:
    return {"drop_in_id": drop_in, "telegram_id": account, "state": PlaceState.COMING, "turn": account, "said_at": NOW}


async def test_what_was_said_with_the_old_phone_goes_on_and_what_the_new_one_said_counts(store: Store) -> None:
    async with store.transaction() as connection:
        await connection.execute(insert(Place), [_place(1, OLD), _place(2, OLD), _place(2, NEW)])
        await connection.execute(
            insert(Interest).values(
                opportunity_id=7, telegram_id=OLD, stage=Stage.APPLIED, reached=Stage.APPLIED, began_at=NOW, changed_at=NOW
            )
        )  # fmt: skip
        await connection.execute(
            insert(Receipt).values(
                thing="opportunity:7", firing_id=1, chat_id=OLD, state=ReceiptState.DELIVERED, at=NOW
            )
        )
        await new_phone.move_plans(connection, OLD, NEW)
        places = (
            await connection.execute(select(Place.drop_in_id, Place.telegram_id).order_by(Place.drop_in_id))
        ).all()
        assert [tuple(row) for row in places] == [(1, NEW), (2, NEW)]
        assert list(await connection.scalars(select(Interest.telegram_id))) == [NEW]
        assert list(await connection.scalars(select(Receipt.chat_id))) == [NEW]


async def test_what_somebody_said_before_they_joined_becomes_theirs_and_no_other_name_is_kept(store: Store) -> None:
    async with store.transaction() as connection:
        await connection.execute(insert(Place).values(**_place(1, NEW), name=b"sealed"))
        await new_phone.adopt(connection, 5, NEW)
        row = (await connection.execute(select(Place.person_id, Place.name))).one()
        assert tuple(row) == (5, None)
