"""Door 1: a message, a button or a command arrived. Every handler is listed here, in order."""

from __future__ import annotations

from typing import Any

from telegram import Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    MessageHandler,
    TypeHandler,
    filters,
)

from content.escalation_phrases import escalation_phrases
from handlers import (
    applications,
    choices,
    code_word,
    discreet,
    drop_in,
    enquiry,
    enrolment,
    escalation,
    group,
    hide,
    leaving,
    my_data,
    opportunity,
    pressed,
    privacy,
    relay,
    safety,
    start,
)
from handlers.staff import (
    away,
    break_glass,
    canned,
    caseload,
    gap,
    invite,
    newsletter,
    notice,
    opportunity_answers,
    opportunity_form,
    planned,
    programme_file,
    review,
    topic,
)
from handlers.staff import drop_in as staff_drop_in
from handlers.staff import escalation as staff_escalation
from handlers.staff import group as staff_group
from handlers.staff import interest as staff_interest
from handlers.staff import my_data as staff_my_data
from handlers.staff import opportunity as staff_opportunity
from handlers.staff import people as staff_people
from handlers.staff import programme as staff_programme
from handlers.staff import relay as staff_relay
from handlers.staff import uptake as staff_uptake

PRIVATE = filters.ChatType.PRIVATE
GROUP = filters.ChatType.GROUPS
WORDS = filters.TEXT | filters.CAPTION
MOVED = filters.StatusUpdate.MIGRATE
SERVICE_MESSAGE = filters.StatusUpdate.ALL

GATE, CODE_WORD, FORM, TALK, DOOR = -4, -3, -2, -1, 0
"""The gate runs before everything and may end it; a code word ends what the gate let through.

What answers a form of staff goes to the form.

What belongs to a conversation with a person never reaches the door: the bot does not talk over people.
"""


def register(application: Application[Any, Any, Any, Any, Any, Any]) -> None:
    """Add every handler; in each group the first that fits is the one that runs."""
    escalation_phrases()  # a third of a second, which nobody's first message has to wait for
    add = application.add_handler

    add(TypeHandler(Update, safety.gate), GATE)
    add(MessageHandler(PRIVATE & WORDS, code_word.typed), CODE_WORD)
    add(MessageHandler(PRIVATE & ~filters.COMMAND & opportunity_answers.MayAnswer(), opportunity_form.answered), FORM)
    talk = (
        PRIVATE & ~filters.COMMAND & ~SERVICE_MESSAGE & ~invite.RepliesWithName() & ~gap.REPLIES & ~gap.REPLIES_TO_LACKS
        & ~notice.REPLIES
    )  # fmt: skip
    talk &= ~staff_drop_in.REPLIES & ~staff_programme.REPLIES
    talk &= ~choices.REPLIES & ~newsletter.REPLIES
    talk &= ~applications.REPLIES & ~staff_interest.REPLIES
    add(MessageHandler(PRIVATE & programme_file.FILES, programme_file.sent), TALK)
    add(MessageHandler(talk, relay.talked), TALK)
    add(MessageHandler(GROUP & ~SERVICE_MESSAGE, topic.talked), TALK)

    add(MessageHandler(MOVED, group.moved), DOOR)
    add(ChatMemberHandler(group.membership, ChatMemberHandler.MY_CHAT_MEMBER), DOOR)

    add(ChatMemberHandler(group.member_changed, ChatMemberHandler.CHAT_MEMBER), DOOR)
    add(MessageHandler(GROUP & filters.StatusUpdate.NEW_CHAT_MEMBERS, group.joined), DOOR)

    add(MessageHandler(GROUP & filters.StatusUpdate.LEFT_CHAT_MEMBER, group.left), DOOR)

    add(CommandHandler("privacy", privacy.asked, GROUP, has_args=False), DOOR)
    add(CommandHandler("jobs", opportunity.asked_in_group, GROUP), DOOR)
    add(CommandHandler("whatson", drop_in.asked_in_group, GROUP), DOOR)
    # Before every command: in a group no handler below runs, so nobody's data is ever told there.
    add(MessageHandler(GROUP & WORDS, group.asked), DOOR)
    add(MessageHandler(GROUP & ~SERVICE_MESSAGE, group.unreadable), DOOR)

    # First of the commands: they work in every state.
    add(CommandHandler("hide", hide.asked), DOOR)
    add(CommandHandler("mydata", my_data.asked), DOOR)
    add(CommandHandler("privacy", privacy.asked), DOOR)
    add(CommandHandler("discreet", discreet.asked), DOOR)
    add(CommandHandler("codeword", code_word.asked), DOOR)
    add(CommandHandler("interests", choices.asked), DOOR)
    add(CommandHandler("pause", choices.pause_asked), DOOR)
    add(CommandHandler("name", my_data.renamed), DOOR)

    add(CommandHandler("stop", leaving.stop), DOOR)

    add(CommandHandler("start", opportunity.came_by_link, PRIVATE & filters.Regex(r"^/start jobs\Z")), DOOR)
    add(CommandHandler("start", drop_in.came_by_link, PRIVATE & filters.Regex(r"^/start whatson\Z")), DOOR)
    add(CommandHandler("start", start.hello, PRIVATE), DOOR)
    add(CommandHandler("join", enrolment.asked), DOOR)
    add(CommandHandler("help", start.help_), DOOR)
    add(CommandHandler("staffhelp", start.staff_help), DOOR)
    add(CommandHandler("groups", staff_group.listed), DOOR)
    add(CommandHandler("invite", invite.asked), DOOR)
    add(CommandHandler("newphone", invite.new_phone_asked), DOOR)
    add(CommandHandler("staff", staff_people.listed), DOOR)
    add(CommandHandler("role", staff_people.role_asked), DOOR)
    add(CommandHandler("oncall", staff_people.on_call_asked), DOOR)
    add(CommandHandler("export", staff_my_data.export), DOOR)
    add(CommandHandler("erase", staff_my_data.erase), DOOR)
    add(CommandHandler("menu", start.menu), DOOR)
    add(CommandHandler("person", escalation.asked), DOOR)
    add(CommandHandler("status", escalation.status), DOOR)
    add(CommandHandler("applications", applications.asked), DOOR)
    add(CommandHandler("whatson", drop_in.asked), DOOR)

    add(CommandHandler("open", staff_escalation.open_by_number), DOOR)
    add(CommandHandler("queue", staff_escalation.queue), DOOR)
    add(CommandHandler("caseload", caseload.caseload), DOOR)
    add(CommandHandler("handover", caseload.handover), DOOR)
    add(CommandHandler("away", away.away), DOOR)
    add(CommandHandler("back", away.back), DOOR)
    add(CommandHandler("awayfor", away.away_for), DOOR)
    add(CommandHandler("breakglass", break_glass.look_in), DOOR)

    add(CommandHandler("jobs", opportunity.asked), DOOR)
    add(CommandHandler("opportunity", staff_opportunity.asked), DOOR)

    add(CommandHandler("ask", relay.ask), DOOR)
    add(CommandHandler("delete", relay.delete), DOOR)
    add(CommandHandler("note", staff_relay.note), DOOR)
    add(CommandHandler("dropins", staff_drop_in.listed), DOOR)
    add(CommandHandler("programme", staff_programme.listed), DOOR)
    add(CommandHandler("interested", staff_interest.interested), DOOR)
    add(CommandHandler("uptake", staff_uptake.asked), DOOR)
    add(CommandHandler("canned", canned.asked), DOOR)
    add(CommandHandler("newsletter", newsletter.asked), DOOR)
    add(CommandHandler("review", review.listed), DOOR)
    add(CommandHandler("announce", notice.asked), DOOR)
    add(CommandHandler("planned", planned.listed), DOOR)
    add(CommandHandler("gaps", gap.listed), DOOR)
    add(CommandHandler("phrasing", gap.proposed), DOOR)
    add(CommandHandler("phrasings", gap.learned), DOOR)
    add(CommandHandler("reload", gap.reload), DOOR)

    add(MessageHandler(PRIVATE & filters.COMMAND, start.unknown), DOOR)
    # Before whatever reads words: a code is no question, and the answer to "which name" is no message to anybody.
    add(MessageHandler(PRIVATE & WORDS & leaving.AsksToStop(), leaving.stop), DOOR)
    add(MessageHandler(PRIVATE & WORDS & enrolment.LooksLikeCode(), enrolment.typed), DOOR)
    add(MessageHandler(PRIVATE & filters.UpdateType.MESSAGE & invite.RepliesWithName(), invite.named), DOOR)
    add(MessageHandler(PRIVATE & filters.UpdateType.MESSAGE & gap.REPLIES, gap.replied), DOOR)
    add(MessageHandler(PRIVATE & filters.UpdateType.MESSAGE & choices.REPLIES, choices.area_typed), DOOR)
    add(MessageHandler(PRIVATE & filters.UpdateType.MESSAGE & newsletter.REPLIES, newsletter.introduced), DOOR)
    add(MessageHandler(PRIVATE & filters.UpdateType.MESSAGE & staff_drop_in.REPLIES, staff_drop_in.replied), DOOR)
    add(MessageHandler(PRIVATE & filters.UpdateType.MESSAGE & staff_programme.REPLIES, staff_programme.replied), DOOR)
    add(MessageHandler(PRIVATE & filters.UpdateType.MESSAGE & gap.REPLIES_TO_LACKS, gap.lacks_written), DOOR)
    add(MessageHandler(PRIVATE & filters.UpdateType.MESSAGE & notice.REPLIES, notice.replied), DOOR)
    add(MessageHandler(PRIVATE & filters.UpdateType.MESSAGE & applications.REPLIES, applications.day_typed), DOOR)
    add(MessageHandler(PRIVATE & filters.UpdateType.MESSAGE & staff_interest.REPLIES, staff_interest.typed), DOOR)
    add(MessageHandler(PRIVATE & WORDS, enquiry.asked), DOOR)
    add(MessageHandler(PRIVATE & ~SERVICE_MESSAGE, enquiry.unreadable), DOOR)

    add(CallbackQueryHandler(pressed.pressed, r"^!"), DOOR)
    add(group.PressInGroup(group.pressed), DOOR)
    add(CallbackQueryHandler(safety.answered, r"^safe:(yes|no|mistake)\Z"), DOOR)
    add(CallbackQueryHandler(safety.gentle_answer, r"^tell:(yes|no)\Z"), DOOR)
    add(CallbackQueryHandler(start.menu_pressed, r"^(menu|topic:\w+)\Z"), DOOR)
    add(CallbackQueryHandler(enquiry.entry_pressed, r"^entry:[\w-]+\Z"), DOOR)
    add(CallbackQueryHandler(enquiry.rated, r"^(helped:\d{1,18}|not_meant:\d{1,18}(:[\w-]+)?)\Z"), DOOR)
    add(CallbackQueryHandler(enquiry.fork_pressed, r"^(age|fit):\d:[\w-]+\Z"), DOOR)
    add(CallbackQueryHandler(enquiry.unsaid, r"^unsaid\Z"), DOOR)
    add(CallbackQueryHandler(enquiry.none_pressed, r"^none\Z"), DOOR)
    add(CallbackQueryHandler(escalation.asked, r"^person(:none)?\Z"), DOOR)
    add(CallbackQueryHandler(enquiry.old_button), DOOR)
