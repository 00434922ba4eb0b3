"""Joining, the first week and leaving, as a young person reads them. Keep every sentence true: they decide by these."""

# --- codes and links ---------------------------------------------------------------------------------------------------

HOW_TO_JOIN = """**Have you got a code?** It looks like this: 7KQM-4XPD-9TRV.

Just type it here. Your adviser can give you one.

You don't need a code to ask me things."""
NOT_A_CODE = """**That is not a whole code.** A code has 12 letters and numbers, such as 7KQM-4XPD-9TRV.

Please look at it again, and type all of it."""
WRONG = """**I don't know that code or link.** Please look at it again.

You have {left} more tries. You can also ask whoever gave it to you for a new one."""
WRONG_ONE_LEFT = """**I don't know that code or link.** Please look at it again.

You have one more try. You can also ask whoever gave it to you for a new one."""
LOCKED = """**You have tried too many codes.** I can't take another one from you for three days.

Please ask your adviser, or ring {duty_name}:
{duty_phone}

You can still ask me things."""
FROZEN = """**I can't take codes or links right now.** It has nothing to do with you. Please try again in an hour.

If it still does not work then, ask whoever gave it to you."""
OLD = """**This invitation is too old.** It worked for three days.

Please ask whoever gave it to you for a new one."""
USED = """**This invitation was used before.** Each one works once.

Was it not you? Then tell whoever gave it to you. They can make a new one."""
TAKEN_BACK = """**This invitation does not work any more.** Whoever made it took it back.

Please ask them for a new one."""
NOT_YOURS = "This one is not for you, but for someone else. Nothing was changed."
JOINED = "You have joined already, so you don't need a code or a link. Nothing was changed."
SAME_PHONE = "This is the phone that I know already. Open the link on your new phone. Nothing was changed."
WAITING = """**You are nearly in.** The person who invited you still has to say that it is you.

Your number is **{number}**. Tell it to them.

You can ask me things while you wait."""

# --- the three screens ---------------------------------------------------------------------------------------------------

NEXT = "Next"
WHO_READS = """**You are invited to join.**

If you join, you have a named adviser here. I pass on what you want to ask them.

**Who reads what you write**

- I'm a bot. I answer from the council's own pages.
- People read it if you ask for a person, or if you may be in danger. First that is your adviser. When they are off, it is somebody of {team}.
- A manager or duty worker can look in too. They have to say why, and you can see it.
- Telegram can read what is written to a bot.

You can say no. You can still ask me things."""
WHAT_IS_KEPT = """**What we keep, and for how long**

- What you type to me: {updates_days} days.
- A question that I can't answer, or get wrong: {text_days} days. I leave out who asked, and words that look like names. Staff may teach me its words. Then those words stay.
- What I send you: {delivery_days} days.
- What you and a person write: {text_days} days after it is finished.
- Your name and your settings: until you delete them.
- Who did what and when, without your words: at least {audit_years} years.

You can see it all with /mydata. You can get a copy, and you can delete it."""
IN_DANGER = """**If you may be in danger**

I show you numbers to ring. I also tell {team}. I can't keep that secret.

I don't notice everything. A manager checks me later. They read what I found, and one message in a hundred, picked by chance. That is kept {text_days} days.

Nobody watches this chat. In danger, call 999.

**Is anyone else able to see this phone?**"""
SEEN_YES, SEEN_NO, SEEN_UNSURE = "Yes", "No", "Not sure"
AFTER_YES = """**Okay. I will be discreet.** When I write to you first, you only see "{neutral}" Tap it to read the rest.

/discreet off ends that. /hide clears this chat as far as I can."""
AFTER_NO = "**Okay.** If that changes, send /discreet on."
AFTER_UNSURE = """**Okay.** You can make my messages say nothing until you tap them. Send /discreet on for that.

/hide clears this chat as far as I can."""
NEW_PHONE = """**This moves you to this phone.**

When your adviser has said that it is you, I only know this phone. The old one sees nothing of yours any more.

**Is anyone else able to see this phone?**"""
ASK_TO_JOIN = "**Do you want to join?**"
ASK_TO_MOVE = "**Do you want to use this phone?**"
AGREE, NO_THANKS = "Agree", "No thanks"
AGREED = """**Thank you.** Now the person who invited you says that it is you.

Your number is **{number}**. Tell it to them.

You can ask me things while you wait."""
STAFF_BEGAN = """**You are invited to work with this bot.** Now the person who invited you says that it is you.

Your number is **{number}**. Tell it to them."""
DECLINED = """**That's fine.** I keep no name of yours.

You can still ask me things. If you change your mind, ask for a new invitation."""
OLD_SCREEN = "That was settled before. Nothing was changed."

# --- confirmed, or not -------------------------------------------------------------------------------------------------

WELCOME = """**You're in.** Your adviser here is **{adviser}**.

- Type a question, and I answer if I can.
- Tap "Ask a person", and I pass it on to {adviser}.
- /status shows where it stands.
- /mydata shows what I hold about you.
- /stop ends messages that you did not ask for.

I'm a bot. Nobody watches this chat live. In danger, call 999."""
WELCOME_NO_ADVISER = """**You're in.** The team is choosing your adviser. I will tell you who it is.

- Type a question, and I answer if I can.
- Tap "Ask a person", and I pass it on to {team}.
- /mydata shows what I hold about you.
- /stop ends messages that you did not ask for.

I'm a bot. Nobody watches this chat live. In danger, call 999."""
MOVED = """**This phone is yours now.** All is as it was before.

Your old phone does not show anything new. What was written there before is still on it. If you can, clear it there."""
NOT_CONFIRMED = """**You have not joined.** The person who invited you did not say that it is you.

If that is wrong, ask them for a new invitation. You can still ask me things."""
NOBODY_ANSWERED = """**You have not joined yet.** Nobody said in time that it is you. I'm sorry.

Please ask whoever invited you for a new invitation. You can still ask me things."""
STAFF_WELCOME = """**You're in.** Your role: {role}.

/help shows what you can do here."""
ROLE_GIVEN = "**You have a further role: {role}.** /help shows what you can do here."
ROLE_TAKEN = "**You no longer have this role: {role}.** /help shows what you can do here."
MEMBERSHIP_ENDED = "**You no longer work with this bot.** It shows you nothing of the team's any more."
NEW_ADVISER = """**You have a new adviser: {adviser}.**

When you ask for a person, it goes to {adviser} now. You don't have to do anything.

Do you want to know more? Tap "Ask a person"."""
FIRST_ADVISER = """**Your adviser is {adviser}.**

When you ask for a person, it goes to {adviser} now. You don't have to do anything."""

# --- leaving -----------------------------------------------------------------------------------------------------------------

STOPPED = """**Okay. I don't write to you first any more.**

What stops:

- news, reminders and small messages from me.

What does not stop:

- You can still ask me things, and I answer.
- If you ask for a person, they still answer you here.
- If you may be in danger, people are still told. A person may then write to you.

Send /start to turn my messages on again. If you only want fewer, send /interests after that."""
STOP_NOT_JOINED = """**I only write when you write to me.** So there is nothing to stop.

To be sure, you can block me in Telegram. If you do that, you can't ask me things here."""
STOP_STAFF = """**Your pages don't stop.** Young people wait for an answer from you.

When you are off, send /away. To leave the bot, ask a manager."""
LEAVE = "Leave the bot"
BACK_ON_BUTTON = "Turn them on again"
BACK_ON = "**My messages are on again.** Send /stop to turn them off."
ASK_LEAVE = """**Do you want to leave the bot?**

- I forget who your adviser is. I show you nothing of yours any more.
- If a person is dealing with something of yours, the team still does that.
- What is kept goes when its time is over. To delete it now, send /mydata first.

It changes nothing about your rights, or about your adviser outside this bot.

To come back later, you need a new invitation."""
LEAVE_YES, LEAVE_NO = "Yes, leave", "No, stay"
STAYED = "**Okay. You stay.** Nothing was changed."
LEFT = """**You have left.** Thank you for being here.

You can still ask me what everyone can ask. /person shows how to reach a person. In danger, call 999."""

# --- turning 25 ----------------------------------------------------------------------------------------------------------

FAREWELL = """**You are 25 now.** We wish you well.

By law you can have a personal adviser until you turn 25. So that right has ended. Ask {team} what that means for you.

What still holds:

- You can ask me things, as before.
- You can ask a person here. {team} still reads it.
- You can ask to see your care file until you are 75.
- If you may lose your home, tell the council that you were in care. It can still count.

/mydata shows what I hold about you. You can delete it."""
FAREWELL_ENTRIES = {
    "see-my-care-file": "See my care file",
    "homeless-at-21-or-over": "Nowhere to live",
}
