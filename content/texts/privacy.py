"""/privacy: who runs the bot, who reads what, and how long it is kept. Every sentence has to stay true."""

PRIVACY = """**Your privacy**

The {team} team runs this bot. It is part of {council}.

**Who reads this**

- Nobody reads this chat live.
- If you ask for a person, your adviser or the duty worker reads it.
- If your words sound like danger, they are told why. A manager reads it later, to check if I got it right.
- A manager also reads one message in a hundred, picked by chance. That shows what I missed.
- If I can't answer a question, or get it wrong, staff may read the question. They are not told who asked.
- Telegram can read chats with bots. They are not locked end to end.

**What is kept**

- What you type to me: {updates_days} days.
- A question that I can't answer, or get wrong: {text_days} days. I leave out who asked, and words that look like names. Staff may teach me its words. Then those words stay.
- What a manager reads to check me: {text_days} days.
- What I sent you: {delivery_days} days.
- What you and a person write: {text_days} days after it is finished.
- Which answers you got, but not your words: until you delete them.
- Which drop-ins you came to, and which jobs or courses you wanted: until you delete it. Your adviser sees this.
- Who did what and when, with no names or words: at least {audit_years} years.

Names and words are locked with a key. Nothing is sold or used for adverts.

**What you can do**

- /mydata shows what is held. You can get a copy, put it right, or delete it.
- /hide clears this chat. Check who can see your phone.
- /stop ends messages that you did not ask for.

Is something wrong? Ring {duty_name}:
{duty_phone}"""
IN_A_GROUP = "I only answer what is meant for me. Ask me in private how I treat what you write."
