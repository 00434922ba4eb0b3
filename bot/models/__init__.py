"""What is remembered: the tables, their states and their words."""

from bot.models.base import CHAT, ROW_ID, SEALED, TELEGRAM_ID, Base, Moment
from bot.models.drop_ins import DropIn, DropInState, Place, PlaceState, Post, Series, SeriesState
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
from bot.models.notices import (
    Choices,
    Firing,
    FiringState,
    Notice,
    NoticeKind,
    NoticeState,
    Receipt,
    ReceiptState,
    Seen,
)
from bot.models.opportunities import (
    Form,
    Interest,
    Opportunity,
    OpportunityState,
    Reason,
    Stage,
    Step,
)
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
    "CHAT", "ROW_ID", "SEALED", "STAFF", "TELEGRAM_ID", "Absence", "Approval", "ApprovalState", "Audience", "Base",
    "BreakGlass", "Canned", "Chat", "Choices", "Draft", "DropIn", "DropInState", "Enquiry", "EnrolmentState", "Escalation",
    "EscalationState", "Event", "Firing", "FiringState", "Form", "FoundBy", "Gap", "GapSource", "GapState", "GateOutcome",
    "Group", "Inbox", "InboxState", "Interest", "Invitation", "InvitationState", "KeyCheck", "Kind", "Lane", "Line",
    "Moment", "Notice", "NoticeKind", "NoticeState", "Occurrence", "Opportunity", "OpportunityState", "Outbox",
    "OutboxState", "Outcome", "Person", "Phrasing", "Place", "PlaceState", "Post", "Reason", "Receipt", "ReceiptState", "Review",
    "ReviewOf", "Role", "RoleGiven", "Rung", "Seen", "Series", "SeriesState", "Side", "Stage", "Step", "Topic", "Trace",
    "Veiled", "Verdict", "WrongTry",
]  # fmt: skip
