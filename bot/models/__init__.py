"""What is remembered: the tables, their states and their words."""

from bot.models.base import CHAT, ROW_ID, SEALED, TELEGRAM_ID, Base, Moment
from bot.models.escalations import (
    Canned,
    Draft,
    Escalation,
    EscalationState,
    Kind,
    Line,
    Outcome,
    Rung,
    Side,
    Topic,
    Trace,
    Veiled,
)
from bot.models.learning import Gap, GapSource, GapState, Phrasing
from bot.models.messages import Chat, Enquiry, Event, Inbox, InboxState, Lane, Outbox, OutboxState
from bot.models.people import (
    STAFF,
    Absence,
    Approval,
    ApprovalState,
    Audience,
    BreakGlass,
    EnrolmentState,
    Group,
    Invitation,
    InvitationState,
    KeyCheck,
    Occurrence,
    Person,
    Role,
    RoleGiven,
    WrongTry,
)
from bot.models.reviews import FoundBy, GateOutcome, Review, ReviewOf, Verdict

__all__ = [
    "CHAT", "ROW_ID", "SEALED", "STAFF", "TELEGRAM_ID", "Absence", "Approval", "ApprovalState", "Audience", "Base", "BreakGlass",
    "Canned", "Chat", "Draft", "Enquiry", "EnrolmentState", "Escalation", "EscalationState", "Event", "FoundBy", "Gap", "GapSource",
    "GapState", "GateOutcome", "Group", "Inbox",
    "InboxState", "Invitation", "InvitationState", "KeyCheck", "Kind", "Lane", "Line", "Moment", "Occurrence", "Outbox",
    "OutboxState", "Outcome", "Person", "Phrasing", "Review", "ReviewOf", "Role", "RoleGiven", "Rung", "Side", "Topic", "Trace",
    "Veiled", "Verdict", "WrongTry",
]  # fmt: skip
