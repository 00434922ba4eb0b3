"""Every command and every signed button, pressed by everybody: who may do it, and that nobody else sees or changes anything.

The attacker here is the strongest there is: the press is really signed, for their own chat, about somebody else's matter.
The table below is written from the issue, not from `bot/permission.py`; a new handler without a row fails.
"""

from __future__ import annotations

import random
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, select
from telegram.ext import CommandHandler

from bot import escalating, learning
from bot.audience import Audience
from bot.models import (
    Approval,
    Draft,
    DropIn,
    EnrolmentState,
    Escalation,
    Event,
    Firing,
    Form,
    Gap,
    GapSource,
    GateOutcome,
    Interest,
    Kind,
    Notice,
    NoticeKind,
    Opportunity,
    OpportunityState,
    Person,
    Phrasing,
    Place,
    PlaceState,
    Review,
    ReviewOf,
    Role,
    Rung,
    Series,
    Side,
)
from bot.opportunity import Filling
from bot.press import button
from bot.store import (
    approvals,
    drafts,
    drop_ins,
    escalations,
    forms,
    gaps,
    interests,
    lines,
    notices,
    people,
    phrasings,
    reviews,
    series,
)
from bot.store.outbox import Outgoing
from bot.store.people import Actor
from content.opportunity import Opportunity as Facts
from handlers.pressed import VERBS
from tests.conftest import NOW, VAULT
from tests.desk import Desk, open_desk, texts
from tests.scheduler.programme_part import draft as series_draft

SECRET_NAME, SECRET_WORDS, SECRET_BECAUSE = "Jadecanary", "wordscanary", "becausecanary"
SECRETS = (SECRET_NAME, SECRET_WORDS, SECRET_BECAUSE)
IDS = {
    "priya": 11, "omar": 12, "tom": 13, "ruth": 14, "nadia": 15, "eva": 16, "pat": 17, "jade": 18, "kai": 19, "una": 20, "wes": 21,
    "stranger": 22,
}  # fmt: skip
"""Priya is Jade's adviser; Omar is Kai's; Tom duty; Ruth and Nadia managers; Eva employment; Pat participation; Una is not
confirmed; Wes has left, and his role's row was forgotten."""

ADVISER = frozenset({"priya"})
MANAGERS = frozenset({"ruth", "nadia"})
DUTY = frozenset({"tom"})
STAFF = frozenset({"priya", "omar", "tom", "ruth", "nadia", "eva", "pat"})
NOBODY: frozenset[str] = frozenset()
SELF = frozenset({"jade"})
KEEPERS = frozenset({"pat", *MANAGERS})
PROGRAMMERS = frozenset({"eva", *KEEPERS})
"""Who may change the programme of drop-ins."""
FOLLOWS = ADVISER | {"eva"}
ANNOUNCERS = frozenset({"priya", "omar", "eva", *KEEPERS})
ANNOUNCERS = STAFF - {"tom"}
MAKER = frozenset({"priya", *MANAGERS})
"""Whoever made the notice of the table, and managers."""
BUS = learning.mark("railcard")


@dataclass(frozen=True)
class Row:
    """Who may, by where the escalation is; about which thing; and what a button may carry besides."""

    allowed: frozenset[str]
    on_duty: frozenset[str] | None = None
    on_manager: frozenset[str] | None = None
    thing: str = "escalation"
    more: tuple[str, ...] = ("",)

    def who(self, rung: Rung) -> frozenset[str]:
        if rung is Rung.DUTY and self.on_duty is not None:
            return self.on_duty
        if rung is Rung.MANAGER and self.on_manager is not None:
            return self.on_manager
        return self.allowed


WITH_IT = Row(ADVISER, ADVISER | DUTY, ADVISER | DUTY | MANAGERS)


def with_it(*more: str) -> Row:
    return Row(WITH_IT.allowed, WITH_IT.on_duty, WITH_IT.on_manager, more=more)


PRESSES: dict[str, Row] = {
    "callme": Row(SELF), "callat": Row(SELF, more=("soon",)), "noneed": Row(SELF),
    "got": WITH_IT, "duty": WITH_IT, "open": WITH_IT, "finish": WITH_IT, "outcome": with_it("answered", "ANSWERED", "mistake"),
    "lacks": with_it("answered-yes", "answered/yes", "yes", "no"), "rang": WITH_IT, "pass": with_it("", "0"), "passto": with_it("113"),
    "again": WITH_IT, "older": with_it("", "1", "20"), "note": WITH_IT, "quick": WITH_IT, "canmore": WITH_IT,
    "canpick": with_it("1"), "cansend": with_it("1-x", "1"),
    "for": Row(ADVISER, thing="draft", more=("501",)), "insist": Row(ADVISER, thing="draft", more=("501", "")),
    "resend": Row(ADVISER, thing="draft", more=("501",)), "drop": Row(ADVISER, thing="draft"), "forbot": Row(ADVISER, thing="draft"),
    "yp": Row(ADVISER, thing="jade", more=("0", "")), "writefirst": Row(ADVISER, thing="jade"),
    "phonehow": Row(ADVISER | MANAGERS, thing="jade"), "newphone": Row(ADVISER | MANAGERS, thing="jade"),
    "howho": Row(ADVISER | MANAGERS, thing="priya", more=("", "0")), "hoto": Row(ADVISER | MANAGERS, thing="jade"),
    "hosure": Row(ADVISER | MANAGERS, thing="jade", more=("111/112", "/112")),
    "hodo": Row(ADVISER | MANAGERS, thing="jade", more=("111/112", "/112")),
    "cases": Row(ADVISER, thing="zero"),
    "isthem": Row(ADVISER | MANAGERS, thing="jade", more=("yes", "no")), "adviseris": Row(ADVISER | MANAGERS, thing="jade", more=("112",)),
    "approve": Row(frozenset({"nadia"}), thing="approval", more=("yes", "no")),
    "staffone": Row(MANAGERS, thing="priya"), "staffcall": Row(MANAGERS, thing="priya", more=("on", "off")),
    "stafftake": Row(MANAGERS, thing="priya", more=("adviser",)), "staffend": Row(MANAGERS, thing="priya", more=("ask", "yes")),
    "roleof": Row(MANAGERS, thing="priya", more=("duty",)),
    "invrole": Row(MANAGERS, thing="zero", more=("duty", "DUTY")), "invback": Row(ADVISER | MANAGERS, thing="invitation"),
    "why": Row(DUTY | MANAGERS, thing="jade"),
    "discreet": Row(SELF, thing="jade", more=("on",)), "stopback": Row(SELF, thing="jade"),
    "stopleave": Row(SELF, thing="jade", more=("yes", "ask")), "week": Row(SELF, thing="jade", more=("next", "1", "stop", "no")),
    "joinnext": Row(NOBODY, thing="jade", more=("1",)), "joinseen": Row(NOBODY, thing="jade", more=("yes",)),
    "joinyes": Row(NOBODY, thing="jade", more=("yes", "no")),
    "grp": Row(MANAGERS, thing="group"), "grps": Row(MANAGERS, thing="group"), "grpwho": Row(MANAGERS, thing="group", more=("staff",)),
    "grptopic": Row(MANAGERS, thing="group", more=("on",)), "grpleave": Row(MANAGERS, thing="group"),
    # These show nothing of anybody and change only what is the presser's own, or belongs to all staff of these roles.
    "whatson": Row(NOBODY, thing="zero", more=("", "1", "t-work")), "dropin": Row(SELF, thing="zero"), "coming": Row(SELF, thing="zero", more=("", "w")),
    "notcoming": Row(SELF, thing="zero", more=("", "w")), "gotthere": Row(SELF, thing="zero", more=("yes", "no", "not")),
    "never": Row(STAFF), "queue": Row(ADVISER | DUTY | MANAGERS, thing="zero"), "hono": Row(ADVISER | MANAGERS, thing="zero"),
    "away": Row(STAFF, thing="zero", more=("20261125",)), "awayno": Row(STAFF, thing="zero"),
    "show": Row(SELF, thing="veiled"), "staffpage": Row(MANAGERS, thing="zero", more=("staffone", "roleof")),
    "mycopy": Row(SELF, thing="zero"), "mywrong": Row(SELF, thing="zero"), "mydelete": Row(SELF, thing="zero"),
    "mysure": Row(SELF, thing="zero"), "mykeep": Row(SELF, thing="zero"),
    "can": Row(STAFF - {"eva"}, thing="canned"), "canchange": Row(STAFF - {"eva"}, thing="canned"),
    "candel": Row(STAFF - {"eva"}, thing="canned"), "candelyes": Row(STAFF - {"eva"}, thing="canned"),
    "cankeep": Row(STAFF - {"eva"}, thing="canned"),
    "gap": Row(KEEPERS, thing="gap"), "gapnext": Row(KEEPERS, thing="gap"), "gappick": Row(KEEPERS, thing="gap", more=(BUS,)),
    "gapadd": Row(KEEPERS, thing="gap", more=(BUS,)), "gapother": Row(KEEPERS, thing="gap"), "gapwords": Row(KEEPERS, thing="gap"),
    "gaplacks": Row(KEEPERS, thing="gap"), "gapnot": Row(KEEPERS, thing="gap"), "phradd": Row(KEEPERS, thing="phrasing"),
    "phrno": Row(KEEPERS, thing="phrasing"), "phrback": Row(KEEPERS, thing="phrasing"),
    "review": Row(MANAGERS, thing="review"), "revskip": Row(MANAGERS, thing="review"), "revright": Row(MANAGERS, thing="review"),
    "revfalse": Row(MANAGERS, thing="review"), "revmissed": Row(MANAGERS, thing="review"),
    "revkind": Row(MANAGERS, thing="review", more=("SUICIDE",)), "revas": Row(MANAGERS, thing="review", more=("SUICIDE/immediate",)),
    "interested": Row(frozenset(IDS) - STAFF, thing="offer"), "upt": Row(KEEPERS | {"eva"}, thing="zero", more=("kind", "")),
    "app": Row(SELF, thing="interest"), "applist": Row(SELF, thing="interest"), "appno": Row(SELF, thing="interest"),
    "appmove": Row(SELF, thing="interest", more=("applied", "still_4_weeks", "x")), "appquiet": Row(SELF, thing="interest"),
    "appday": Row(SELF, thing="interest", more=("interview/20261203", "start/none", "start/typed")),
    "appwhy": Row(SELF, thing="interest", more=("pay",)), "appstill": Row(SELF, thing="interest", more=("4/yes", "4/no", "4/hand")),
    "intone": Row(FOLLOWS, thing="interest"), "intlist": Row(FOLLOWS, thing="zero"), "intno": Row(FOLLOWS, thing="interest"),
    "intmove": Row(FOLLOWS, thing="interest", more=("talked", "interested")), "intwhy": Row(FOLLOWS, thing="interest", more=("pay",)),
    "intstep": Row(FOLLOWS, thing="interest"), "intdate": Row(FOLLOWS, thing="interest", more=("due", "interview")),
    "intday": Row(FOLLOWS, thing="interest", more=("due/20261203", "due/typed")),
    "job": Row(NOBODY, thing="offer"), "jobs": Row(NOBODY, thing="zero", more=("", "soon", "job")),
    "jobnot": Row(SELF | {"kai"} | STAFF, thing="offer"), "opshown": Row(ANNOUNCERS, thing="zero"),
    "opnew": Row(ANNOUNCERS, thing="zero", more=("form", "post", "resume", "over-form")), "oplist": Row(ANNOUNCERS, thing="zero"),
    "opset": Row(ADVISER, thing="form", more=("kind/1", "help/2", "title/keep", "closes_on/none")),
    "opstep": Row(ADVISER, thing="form", more=("title", "preview", "")), "opleave": Row(ADVISER, thing="form"),
    "opagain": Row(ADVISER, thing="form", more=("", "drop", "yes")), "opdup": Row(ADVISER, thing="form", more=("other", "same")),
    "opone": Row(ANNOUNCERS, thing="offer"), "opopen": Row(ANNOUNCERS, thing="offer"), "opchange": Row(ANNOUNCERS, thing="offer", more=("", "over")),
    "opend": Row(ANNOUNCERS, thing="offer", more=("close", "close/yes", "withdraw/yes")), "opposter": Row(ANNOUNCERS, thing="offer", more=("", "night")),
    "oppick": Row(ANNOUNCERS, thing="zero"), "opuse": Row(ANNOUNCERS, thing="offer", more=("", "over")), "opnot": Row(ANNOUNCERS, thing="offer"),
    "opgone": Row(ANNOUNCERS, thing="offer", more=("withdraw", "keep")),
    "sess": Row(STAFF, thing="zero", more=("", "1")), "ses": Row(STAFF, thing="session"),
    "sesmove": Row(PROGRAMMERS, thing="session"), "sesmoveyes": Row(PROGRAMMERS, thing="session", more=("6a157a00/6a158810", "x")),
    "sesplace": Row(PROGRAMMERS, thing="session"), "sesoff": Row(PROGRAMMERS, thing="session"),
    "sesplaces": Row(PROGRAMMERS, thing="session"), "seson": Row(PROGRAMMERS, thing="session"),
    "seswho": Row(STAFF, thing="session", more=("", "1")), "sescame": Row(STAFF, thing="place", more=("1/0", "0/0")),
    "sesplus": Row(STAFF, thing="session"), "sesminus": Row(STAFF, thing="session"), "sesdone": Row(STAFF, thing="session"),
    "prog": Row(PROGRAMMERS, thing="zero"), "ser": Row(PROGRAMMERS, thing="series"), "serend": Row(PROGRAMMERS, thing="series"),
    "serstate": Row(PROGRAMMERS, thing="series", more=("paused", "ended", "active")),
    "serhol": Row(PROGRAMMERS, thing="series", more=("move", "keep")), "serplaces": Row(PROGRAMMERS, thing="series"),
    "progexp": Row(PROGRAMMERS, thing="zero", more=("csv", "yaml", "ics")),
    "progtake": Row(frozenset({"eva"}), thing="programme", more=("", "end")), "progleave": Row(PROGRAMMERS, thing="programme"),
    "nwho": Row(ANNOUNCERS, thing="offer"), "ndrop": Row(ANNOUNCERS, thing="zero"), "ncard": Row(MAKER, thing="notice"),
    "ntest": Row(MAKER, thing="notice"), "nsee": Row(MAKER | KEEPERS | {"eva"}, thing="notice"), "nask": Row(MAKER, thing="notice"),
    "nend": Row(MAKER, thing="notice"), "nback": Row(MAKER, thing="firing"), "nstop": Row(MAKER, thing="firing"),
    "nagain": Row(MAKER, thing="firing"), "naud": Row(MAKER, thing="notice", more=("", "g", "c")),
    "ntog": Row(MAKER, thing="notice", more=("y", "a/0", "t/adviser")), "nwhen": Row(MAKER, thing="notice"),
    "nat": Row(MAKER, thing="notice", more=("now", "tomorrow", "other")), "nlate": Row(MAKER, thing="notice", more=("drop",)),
    "nplan": Row(ANNOUNCERS, thing="zero"), "npone": Row(MAKER, thing="notice"), "npause": Row(MAKER, thing="notice", more=("on", "off")),
    "npnow": Row(MAKER, thing="firing"), "npmove": Row(MAKER, thing="firing"), "npcan": Row(MAKER, thing="notice", more=("ask", "yes")),
    "choose": Row(SELF, thing="jade", more=("home", "kinds", "topics", "area", "parent", "gets", "write", "done")),
    "chosen": Row(SELF, thing="jade", more=("gets/0", "kinds/0", "topics/0", "parent/yes", "area/none")),
    "break": Row(SELF, thing="jade", more=("on", "off")), "mute": Row(SELF, thing="jade", more=("0", "leave")),
    "fewer": Row(SELF, thing="zero"), "newssee": Row(ANNOUNCERS, thing="zero"), "newspdf": Row(ANNOUNCERS, thing="zero"),
    "newswords": Row(ANNOUNCERS, thing="zero"), "newsask": Row(ANNOUNCERS, thing="zero"),
    "lackwrite": Row(STAFF - {"eva", "pat"}, thing="zero"), "lackskip": Row(STAFF - {"eva", "pat"}, thing="zero"),
}  # fmt: skip
"""Every signed button."""
OWN_STATE = {"away", "awayno", "show", "mysure", "mydelete", "mycopy", "mykeep", "mywrong"}
"""Buttons that act on whoever presses them: for these only the secrets are looked for."""

COMMANDS: dict[str, tuple[frozenset[str], frozenset[str] | None]] = {
    "/open 501": (ADVISER, ADVISER | DUTY), "/caseload": (ADVISER, None), "/queue": (NOBODY, NOBODY),
    "/handover": (ADVISER | MANAGERS, None), "/newphone": (ADVISER | MANAGERS, None), "/export 118": (MANAGERS, None),
    "/erase 118": (MANAGERS, None), "/breakglass 501 they rang us": (DUTY | MANAGERS, None), "/breakglass 118 they rang us": (NOBODY, None),
    "/staff": (MANAGERS, None), "/role": (MANAGERS, None), "/oncall": (MANAGERS, None), "/groups": (MANAGERS, None),
    "/invite Newcanary Name": (frozenset({"priya", "omar", *MANAGERS}), None), "/awayfor Priya until tomorrow": (MANAGERS, None),
    "/away until tomorrow": (STAFF, None), "/back": (STAFF, None), "/canned": (STAFF, None), "/note hello": (ADVISER, None),
    "/mydata": (SELF, None), "/status": (SELF, None), "/name Other": (SELF, None), "/delete": (SELF, None), "/ask hi": (SELF, None),
    "/hide": (SELF, None), "/stop": (SELF, None), "/discreet on": (SELF, None), "/codeword zebrafish": (SELF, None),
    "/privacy": (NOBODY, None), "/help": (NOBODY, None), "/menu": (NOBODY, None), "/person": (NOBODY, None), "/start": (NOBODY, None),
    "/join 7KQM-4XPD-9TRV": (NOBODY, None), "/staffhelp": (NOBODY, None), "/whatson": (NOBODY, None), "/dropins": (NOBODY, None), "/programme": (NOBODY, None),
    "/jobs": (NOBODY, None), "/opportunity": (ADVISER, None),
    "/applications": (SELF, None), "/interested": (FOLLOWS, None), "/uptake": (KEEPERS | {"eva"}, None),
    "/announce": (ANNOUNCERS, None), "/planned": (MAKER, None), "/interests": (SELF, None), "/pause": (SELF, None), "/newsletter": (ANNOUNCERS, None),
    "/review": (MANAGERS, None), "/gaps": (KEEPERS, None), "/phrasings": (KEEPERS, None), "/phrasing railcard some other words": (STAFF, None), "/reload": (KEEPERS, None),
}  # fmt: skip
"""Every command: who may see one of Jade's secrets by it while it is with the adviser, and while it is with duty."""


@dataclass
class Team:
    desk: Desk
    people: dict[str, Actor] = field(default_factory=dict)
    things: dict[str, int] = field(default_factory=dict)


async def make_team(desk: Desk, rung: Rung) -> Team:
    """The council of the table, with Jade's escalation on a rung."""
    team = Team(desk)
    async with desk.store.transaction() as connection:
        await _numbers_from(connection, Person, 110)
    roles = {
        "priya": (Role.ADVISER,), "omar": (Role.ADVISER,), "tom": (Role.DUTY,), "ruth": (Role.MANAGER,), "nadia": (Role.MANAGER,),
        "eva": (Role.EMPLOYMENT,), "pat": (Role.PARTICIPATION,),
    }  # fmt: skip
    for name, held in roles.items():
        team.people[name] = await desk.enrol(IDS[name], name.title(), *held)
    jade = await desk.enrol(IDS["jade"], f"{SECRET_NAME} Marlow", Role.YOUNG_PERSON, adviser_id=team.people["priya"].id)
    team.people["jade"] = jade
    team.people["kai"] = await desk.enrol(IDS["kai"], "Kai Odell", Role.YOUNG_PERSON, adviser_id=team.people["omar"].id)
    team.people["una"] = await desk.enrol(IDS["una"], "Una", Role.ADVISER, state=EnrolmentState.UNCONFIRMED)
    team.people["wes"] = await desk.enrol(IDS["wes"], "Wes", Role.ADVISER, state=EnrolmentState.WITHDRAWN)
    async with desk.speech() as speech:
        connection, council = speech.connection, desk.service.council
        await _numbers_from(connection, Escalation, 500)
        standing = await escalating.open_(speech, council, jade, kind=Kind.ASKED, about={"because": SECRET_BECAUSE})
        await lines.add(connection, standing.id, Side.YOUNG_PERSON, jade.id, NOW, body=SECRET_WORDS)
        if rung is not Rung.ADVISER:
            await escalating.pass_on(speech, council, standing, to=rung)
        await speech.keep()
        await _numbers_from(connection, Draft, 900)
        draft = await drafts.add(
            connection, NOW, team.people["priya"].id or 0, text=SECRET_WORDS, file=None, chat_id=11, message_id=5
        )
        await _numbers_from(connection, Approval, 800)
        asked = {"person_id": team.people["priya"].id, "role": Role.DUTY}
        await _numbers_from(connection, Gap, 700)
        gap = await gaps.add(connection, NOW, SECRET_WORDS, GapSource.NONE)
        await _numbers_from(connection, Phrasing, 600)
        phrasing = await phrasings.propose(connection, "railcard", SECRET_WORDS, team.people["priya"].id)
        await _numbers_from(connection, Review, 550)
        review = await reviews.add(
            connection, {"words": SECRET_WORDS, "because": SECRET_BECAUSE}, update_id=1, telegram_id=IDS["jade"], person_id=jade.id,
            at=NOW, what=ReviewOf.CONCERN, outcome=GateOutcome.IMMEDIATE,
        )  # fmt: skip
        await _numbers_from(connection, Opportunity, 400)
        offer = {"kind": "job", "title": "Chef", "source": "form", "state": OpportunityState.OPEN, "made_at": NOW}
        await connection.execute(insert(Opportunity).values(id=401, **offer))
        await _numbers_from(connection, Form, 350)
        half = Filling(Facts(title=SECRET_WORDS)).as_fields()
        form = await forms.begin(connection, NOW, team.people["priya"].id or 0, "opportunity", "who", half)
        await _numbers_from(connection, Interest, 450)
        programme = await forms.begin(connection, NOW, team.people["eva"].id or 0, "programme", "preview", {})
        for table, before in ((Series, 200), (DropIn, 300), (Place, 320)):
            await _numbers_from(connection, table, before)
        soon = NOW + timedelta(minutes=20)
        await series.add(connection, NOW, series_draft(), None)
        await series.add_sessions(connection, 201, [(soon.date(), soon, soon + timedelta(hours=1))], 1, moved=True)
        await drop_ins.say(connection, NOW, 301, IDS["jade"], PlaceState.COMING, person_id=jade.id)
        interest = await interests.add(connection, NOW, 401, IDS["jade"], jade.id) or 0
        await interests.change(connection, interest, plan=interests.Plan(SECRET_WORDS))
        await _numbers_from(connection, Notice, 300)
        notice = await notices.add(
            connection, NOW, NoticeKind.MESSAGE, Audience(people=True), NOW.date(), "10:00", text=SECRET_WORDS,
            made_by=team.people["priya"].id,
        )  # fmt: skip
        await _numbers_from(connection, Firing, 250)
        firing = await notices.add_firing(connection, notice, NOW.date(), NOW)
        approval = await approvals.ask(connection, NOW, "give role", asked, team.people["ruth"].id or 0)
        for model, number in (
            (Person, 110),
            (Escalation, 500),
            (Draft, 900),
            (Approval, 800),
            (Gap, 700),
            (Phrasing, 600),
            (Review, 550),
            (Opportunity, 400),
            (Form, 350),
            (Interest, 450),
            (Notice, 300),
            (Firing, 250),
            (Series, 200),
            (DropIn, 300),
            (Place, 320),
        ):
            await connection.execute(delete(model).where(model.id == number))
    team.things = {
        "escalation": standing.id, "jade": jade.id or 0, "priya": team.people["priya"].id or 0, "draft": draft, "approval": approval,
        "zero": 0, "group": 1, "invitation": 1, "veiled": 1, "canned": 1, "gap": gap or 0, "phrasing": phrasing,
        "review": review, "interest": interest, "offer": 401, "form": form, "notice": notice,
        "firing": firing or 0, "programme": programme,
        "series": 201, "session": 301, "place": 321,
    }  # fmt: skip
    assert (standing.id, jade.id) == (501, 118)
    return team


async def _numbers_from(connection: Any, model: Any, number: int) -> None:
    """The next row gets the number after this one, so that no two nouns share a number."""
    fillers = {"Moment": NOW, "LargeBinary": b"x", "Boolean": False, "String": "resolved"}
    values = {
        column.name: fillers.get(type(column.type).__name__, 0)
        for column in model.__table__.columns
        if not column.nullable and column.default is None
    }
    values["id"] = number
    await connection.execute(insert(model).values(**values))


@pytest.fixture
async def team(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Team]:
    async with open_desk(tmp_path) as desk:
        yield await make_team(desk, request.param)


def test_every_button_and_every_command_has_a_row(bot_handlers: list[Any]) -> None:
    assert set(VERBS) == set(PRESSES)
    names = {name for handler in bot_handlers if isinstance(handler, CommandHandler) for name in handler.commands}
    assert names == {command.split()[0].removeprefix("/") for command in COMMANDS}


def test_no_two_modules_share_a_verb() -> None:
    modules = {handler.__module__: sys.modules[handler.__module__] for handler in VERBS.values()}
    assert sum(len(module.PRESSES) for module in modules.values()) == len(VERBS)


def test_every_handler_says_which_action_it_is(bot_handlers: list[Any]) -> None:
    from handlers import pressed

    silent = [
        h.callback for h in bot_handlers if not hasattr(h.callback, "action") and h.callback is not pressed.pressed
    ]
    assert silent == []
    assert [verb for verb, handler in VERBS.items() if not hasattr(handler, "action")] == []


@pytest.fixture
async def bot_handlers(tmp_path: Path) -> AsyncIterator[list[Any]]:
    async with open_desk(tmp_path) as desk:
        yield [handler for group in desk.bot._application.handlers.values() for handler in group]


@pytest.mark.parametrize("team", [Rung.ADVISER, Rung.DUTY, Rung.MANAGER], indirect=True, ids=str)
async def test_nobody_presses_what_is_not_theirs(team: Team, request: pytest.FixtureRequest) -> None:
    rung = request.node.callspec.params["team"]
    desk, wrong = team.desk, []
    before = await desk.state()
    for verb, row in PRESSES.items():
        tried = [(name, more) for name in sorted(set(IDS) - row.who(rung)) for more in row.more]
        bodies = [desk.press(IDS[n], desk.signed(verb, team.things[row.thing], IDS[n], more)) for n, more in tried]
        for (name, more), sent in zip(tried, await desk.handle(bodies), strict=True):
            wrong += [(verb, name, more, secret) for secret in leaked(sent, to=IDS[name])]
        after = await desk.state()
        if verb not in OWN_STATE:
            wrong += [(verb, "somebody", "changed", table) for table in after if after[table] != before[table]]
        before = after
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize("team", [Rung.ADVISER, Rung.DUTY], indirect=True, ids=str)
async def test_no_command_tells_a_secret_to_anybody_else(team: Team, request: pytest.FixtureRequest) -> None:
    rung = request.node.callspec.params["team"]
    wrong = []
    for command, (allowed, on_duty) in COMMANDS.items():
        may = on_duty if rung is Rung.DUTY and on_duty is not None else allowed
        for name in sorted(set(IDS) - may - {"jade"}):
            sent = await team.desk.says(IDS[name], command)
            if leak := leaked(sent, to=IDS[name]):
                wrong.append((command, name, leak))
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize("team", [Rung.ADVISER], indirect=True, ids=str)
async def test_no_command_of_a_group_tells_anything(team: Team) -> None:
    for command in COMMANDS:
        name = command.split()[0]
        sent = await team.desk.says(IDS["priya"], command.replace(name, f"{name}@compass_practice_bot"), chat=-1001)
        assert not leaked(sent, to=-1001), command


@pytest.mark.parametrize("team", [Rung.DUTY], indirect=True, ids=str)
async def test_who_may_really_can(team: Team) -> None:
    desk = team.desk
    opened = await desk.presses(IDS["tom"], desk.signed("open", 501, IDS["tom"]))
    assert SECRET_WORDS in texts(opened)
    await desk.presses(IDS["tom"], desk.signed("got", 501, IDS["tom"]))
    async with desk.store.reading() as connection:
        standing = await escalations.get(connection, 501)
    assert standing is not None
    assert standing.owner_id == team.people["tom"].id
    assert not leaked(await desk.presses(IDS["omar"], desk.signed("open", 501, IDS["omar"])), to=IDS["omar"])


@pytest.mark.parametrize("team", [Rung.DUTY], indirect=True, ids=str)
async def test_a_role_that_was_taken_away_grants_nothing_at_the_next_press(team: Team) -> None:
    desk = team.desk
    press = desk.signed("open", 501, IDS["tom"])
    async with desk.store.transaction() as connection:
        await people.take_role(connection, team.people["tom"].id or 0, Role.DUTY)
    assert not leaked(await desk.presses(IDS["tom"], press), to=IDS["tom"])


@pytest.mark.parametrize("team", [Rung.ADVISER], indirect=True, ids=str)
async def test_ten_thousand_forged_replayed_expired_and_foreign_presses_change_nothing(team: Team) -> None:
    desk, chance = team.desk, random.Random(3)
    before = await desk.state()
    real = {
        name: [
            desk.signed(verb, team.things[row.thing], IDS[name], more)
            for verb, row in PRESSES.items()
            for more in row.more
        ]
        for name in IDS
    }
    old = [
        made.press
        for verb, row in PRESSES.items()
        if (made := button(VAULT, "x", verb, team.things[row.thing], IDS["priya"], NOW.replace(year=2025))).press
    ]
    bodies = []
    for _ in range(10_000):
        who = chance.choice(sorted(IDS))
        kind = chance.randrange(4)
        data = chance.choice(real[chance.choice(sorted(set(IDS) - {who}))])  # signed for somebody else's chat
        if kind == 1:
            data = _spoilt(data, chance)
        elif kind == 2:
            data, who = chance.choice(old), "priya"
        elif kind == 3:
            data = "!" + "".join(chance.choices("abcdefghijklmnop.0123456789_-", k=chance.randint(0, 60)))
        bodies.append(desk.press(IDS[who], data))
    sent = [
        call
        for start in range(0, len(bodies), 500)
        for calls in await desk.handle(bodies[start : start + 500])
        for call in calls
    ]
    assert await desk.state() == before
    assert {call.method for call in sent} == {"answerCallbackQuery"}
    assert len(sent) == 10_000


def _spoilt(data: str, chance: random.Random) -> str:
    """One character changed, left out or doubled."""
    at = chance.randrange(1, len(data))
    other = chance.choice("abcXYZ019._-")
    while other == data[at]:
        other = chance.choice("abcXYZ019._-")
    return chance.choice(
        [data[:at] + other + data[at + 1 :], data[:at] + data[at + 1 :], data[:at] + data[at] + data[at:]]
    )


def leaked(sent: Sequence[Outgoing], *, to: int) -> list[str]:
    """The secrets that would stand on this chat's screen."""
    shown = texts([call for call in sent if call.chat_id == to or call.chat_id is None])
    return [secret for secret in SECRETS if secret in shown]


async def test_a_refusal_leaves_an_event(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        team = await make_team(desk, Rung.ADVISER)
        await desk.presses(IDS["omar"], desk.signed("open", 501, IDS["omar"]))
        async with desk.store.reading() as connection:
            verbs = list(await connection.scalars(select(Event.verb).where(Event.actor_id == team.people["omar"].id)))
        assert "refused" in verbs
