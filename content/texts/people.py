"""What staff read about people: invitations, who joined, roles, leaving. Initials and a number in pages, no stories."""

ROLE_WORDS = {
    "YOUNG_PERSON": "young person",
    "ADVISER": "personal adviser",
    "DUTY": "duty worker",
    "EMPLOYMENT": "employment adviser",
    "PARTICIPATION": "participation officer",
    "MANAGER": "manager",
}
ROLE_TYPED = {
    "young": "YOUNG_PERSON",
    "young person": "YOUNG_PERSON",
    "adviser": "ADVISER",
    "personal adviser": "ADVISER",
    "duty": "DUTY",
    "duty worker": "DUTY",
    "employment": "EMPLOYMENT",
    "employment adviser": "EMPLOYMENT",
    "participation": "PARTICIPATION",
    "participation officer": "PARTICIPATION",
    "manager": "MANAGER",
}
"""How a role may be typed, in the chat and on the command line."""
LABEL = "{initials} · {number}"
"""How somebody stands on a button and in a list: initials and number."""

# --- inviting ----------------------------------------------------------------------------------------------------------

HOW_TO_INVITE = """**Invite a young person**

Write /invite and the name, for example:
/invite Jade Marlow

If you want me to know the birthday, add it:
/invite Jade Marlow 14/03/2008"""
WHOM_TO_INVITE = "**Whom do you want to invite?**"
NAME_WANTED = {
    "YOUNG_PERSON": "Reply to this message with the name of the young person. You can add the birthday, like 14/03/2008.",
    "ADVISER": "Reply to this message with the name of the personal adviser.",
    "DUTY": "Reply to this message with the name of the duty worker.",
    "EMPLOYMENT": "Reply to this message with the name of the employment adviser.",
    "PARTICIPATION": "Reply to this message with the name of the participation officer.",
    "MANAGER": "Reply to this message with the name of the manager.",
}
"""The reply is known by these words, so each is different."""
NAME_PLACEHOLDER = "Name"
NAME_EMPTY = "There is no name in that. Write a name of up to 100 characters. Nothing was changed."
NAME_LONG = "That name is longer than 100 characters. Write a shorter one. Nothing was changed."
BAD_BIRTHDAY = (
    "That birthday can't be right. Write it like 14/03/2008, for somebody from 13 to 25 years old, or leave it out. "
    "Nothing was changed."
)
INVITATION = """**Invitation for {initials}** ({role})

Let them scan this picture, send them the link, or read out the code.

Link: {link}
Code: {code}

It works once, until {until}. When it is used I ask you whether that is who you showed it to."""
INVITATION_NEW_PHONE = """**New phone for {initials}**

Let them scan this picture with the new phone, send them the link, or read out the code.

Link: {link}
Code: {code}

It works once, until {until}. When it is used I ask you whether that is them. Then the old phone shows nothing new."""
TAKE_BACK = "Take it back"
TAKEN_BACK = "The invitation was taken back. It does not work any more."
TOO_LATE_TO_TAKE_BACK = "That invitation was used or taken back before. Nothing was changed."
WHOSE_NEW_PHONE = "**Who has a new phone?**"
NOBODY_ON_CASELOAD = "There is nobody on your caseload who has joined."
NOT_ON_CASELOAD = "There is nobody with that number on your caseload. Nothing was changed."

# --- who joined --------------------------------------------------------------------------------------------------------

SOMEBODY_USED = """**Somebody used the invitation for {initials}.** Is that who you showed it to?

Their screen shows the number **{number}**. Ask them for it. If they are not with you, ring them first."""
SOMEBODY_USED_NEW_PHONE = """**Somebody used the new-phone invitation for {initials}.** Is that who you showed it to?

Their screen shows the number **{number}**. Ask them for it. If they are not with you, ring them first."""
SOMEBODY_USED_OTHERS = """**Somebody used the invitation for {initials}, made by {inviter}.** Do you know that it is them?

Their screen shows the number **{number}**. {inviter} can say too. Whoever answers first settles it."""
INVITER_GONE = "somebody who has left"
IT_IS, IT_IS_NOT = "Yes", "No, that wasn't them"
CONFIRMED = "**{initials} has joined.** You said that it is them."
CONFIRMED_MOVED = "**{initials} has a new phone.** The old one shows nothing new."
CONFIRMED_BY_OTHER = "**{initials} has joined.** {by} said that it is them."
REJECTED = """**That account has been cut off.** It saw nothing personal. The invitation does not work any more.

Make a new one with /invite when you are with them. If you think that somebody took the invitation, tell your manager."""
REJECTED_NEW_PHONE = """**That account has been cut off.** It saw nothing personal, and the phone that I know stays.

Make a new one with /newphone when you are with them. If you think that somebody took the link, tell your manager."""
SETTLED_BEFORE = "That was settled before. Nothing was changed."
DECLINED = "**The invitation for {initials} was declined.** Whoever opened it said no thanks. No name is kept."
NOBODY_SAID = """**The invitation for {initials} has lapsed.** For two weeks nobody said whether it was them.

Make a new one with /invite."""
JOINED_BY_OPERATOR = "**{name} has joined as {role}.** The invitation was made at the machine, by whoever runs the bot."
ROLE_BY_OPERATOR = "**{name} now is {role} too.** That was done at the machine, by whoever runs the bot."
FROZEN = """**Codes and links are switched off for now.** There were 50 wrong tries within an hour.

Nobody came in by them. Invitations work again after an hour with fewer. If it goes on, tell whoever runs the bot."""

# --- choosing an adviser -------------------------------------------------------------------------------------------------

WHO_IS_THEIR_ADVISER = "**{initials} ({number}) has joined.** Who is their adviser?"
NO_ADVISERS = "**{initials} ({number}) has joined.** There is no adviser yet. Invite one with /invite."
ADVISER_CHOSEN = "**{adviser} is the adviser of {initials} ({number}).** They have been told."
ADVISER_GONE = "That person is no adviser any more. Choose another. Nothing was changed."
YOURS_NOW = (
    "**{initials} ({number}) is on your caseload now.** /caseload shows everybody. They have been told who you are."
)
NOT_YOURS_NOW = "**{initials} ({number}) is on {adviser}'s caseload now.**"
ADVISER_OF_NOBODY = "**{initials} ({number}) is not on your caseload any more.**"

# --- a second person ---------------------------------------------------------------------------------------------------------

ASKED_INVITE = "**{asker} wants to invite {name} as {role}.** A second manager has to agree."
ASKED_ROLE = "**{asker} wants to give {name} a further role: {role}.** A second manager has to agree."
APPROVE, REFUSE = "Approve", "Refuse"
PROPOSED = "**A second person has to agree.** I have asked. I write to you when one of them has said."
PROPOSED_ALONE = """**A second person has to agree, and there is nobody else who may.**

Whoever runs the bot can do it at the machine: python -m bot approve {number}"""
NOT_YOUR_OWN = "You asked for this yourself, so somebody else has to say. Nothing was changed."
DECIDED_BEFORE = "That was decided before, or is older than a week. Nothing was changed."
ASKER_MAY_NOT = "{asker} may not ask for this any more. Nothing was done."
APPROVED = "**You approved it.** {what}"
REFUSED = "**You refused it.** {what}"
APPROVED_TOLD = "**{by} approved it.** {what}"
REFUSED_TOLD = "**{by} refused it.** {what} Nothing was done."
OPERATOR = "Whoever runs the bot"
WHAT_INVITE = "Invite {name} as {role}."
WHAT_ROLE = "Give {name} the role {role}."
WHAT_EXPORT = "A copy of what the bot holds about {initials} (number {number})."
WHAT_ERASE = "Delete what the bot holds about {initials} (number {number})."
WHAT_GONE = "That can't be done any more."
ROLE_DONE = "{name} now is {role} too."
ROLE_NOT_DONE = "{name} has left, or has that role already. Nothing was changed."

# --- staff -------------------------------------------------------------------------------------------------------------------

STAFF = "**Staff**"
STAFF_LINE = "- {name}: {roles}"
STAFF_AWAY, STAFF_ON_CALL = ", away", ", on call"
STAFF_MORE = "Tap a name to change something."
STAFF_NEXT_PAGE = "More"
STAFF_ONE = "**{name}**\n\n{roles}"
TAKE_ROLE = "Take away: {role}"
GIVE_ROLE = "Give: {role}"
ON_CALL_YES, ON_CALL_NO = "Put on call", "Take off call"
END_MEMBERSHIP = "End membership"
END_YES, END_NO = "Yes, end it", "No"
ASK_END = """**End the membership of {name}?**

All roles go at once. The bot shows them nothing of the team's any more. To come back they need a new invitation."""
ENDED = "**{name} no longer works with this bot.** All roles are gone."
KEPT = "Nothing was changed."
GONE = "That person has left, or does not have that any more. Nothing was changed."
LAST_MANAGER = "{name} is the only manager. Invite another one first. Nothing was changed."
ROLE_TAKEN = "**{name} no longer is {role}.**"
NEED_ADVISER = (
    "**{count} young people need another adviser.** {name} was their adviser. /handover gives them to somebody."
)
NEEDS_ADVISER = "**1 young person needs another adviser.** {name} was their adviser. /handover gives them to somebody."
CANT_BE_ON_CALL = "Only advisers, duty workers and managers can be on call. Nothing was changed."
ON_CALL_IS, ON_CALL_IS_NOT = "**{name} is on call now.**", "**{name} is not on call any more.**"
YOU_ARE_ON_CALL = "**You are on call now.** Urgent pages come to you at night and at weekends."
YOU_ARE_NOT_ON_CALL = "**You are not on call any more.**"
WHICH_ROLE = "**{name}: which further role?**"
ALL_ROLES = "{name} has every role already."
WHO_GETS_A_ROLE = "**Who gets a further role?**"

# --- leaving and turning 25 ------------------------------------------------------------------------------------------------

HAS_LEFT = """**{initials} ({number}) has left the bot.** They chose to. It shows them nothing personal any more.

What is open with them stays with you. It changes nothing about your work with them."""
WARNING_25 = """**{initials} ({number}) turns 25 on {day}.** The bot says goodbye to them on that day.

They can still ask a person here. Talk with them before, so that it is no surprise."""
SAID_FAREWELL = "**{initials} ({number}) is 25.** The bot has said goodbye. They can still ask a person here."
HELD_FAREWELL = (
    "**{initials} ({number}) is 25.** The bot has not said goodbye: they turned its messages off, or can't be reached."
)

# --- at the machine ----------------------------------------------------------------------------------------------------------

NOTHING_WAITS = "Nothing waits for a second person."
MANAGERS_DECIDE = "There are {count} managers, so a second manager says yes or no in Telegram. Nothing was changed."
NO_SUCH_APPROVAL = "Nothing waits under the number {number}. `python -m bot approve` lists what waits."
WAITS = "{number}: {asker} asks, since {since}: {what}"
HOW_TO_APPROVE = "Say yes to one: python -m bot approve NUMBER      Say no: python -m bot approve NUMBER --refuse"
DONE = "Done: {what}"
REFUSED_HERE = "Refused: {what}"
UNKNOWN_ROLE = "{role} is no role of staff. Roles: adviser, duty, employment, participation, manager."
NAME_NEEDED = "--name NAME is missing: who is it for?"
NO_SUCH_PERSON = "There is nobody of staff with the number {number}."
HAS_THAT_ROLE = "{name} has that role already."
PRINTED = """
  Invitation for {name} ({role}), good until {until}. It works once.

  Code:  {code}
"""
PRINTED_LINK = "  Link:  {link}\n"
PRINTED_NO_LINK = "  There is no link: {why} Open the bot in Telegram and type the code.\n"
NO_LINK_SET = "TELEGRAM_BOT_TOKEN is not set."
NO_LINK_NOW = "Telegram did not answer ({error})."
PRINTED_END = "  Whoever uses it joins at once, so give it to nobody else.\n"
