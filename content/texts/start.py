"""What the bot says of itself. Keep it true: it is the first thing that a young person reads."""

WELCOME = """**Hello. I'm the {team} bot.**

You can ask me about money, a home, work, college, health and much more. Use your own words. Spelling does not matter.

My answers come from {council}'s Local Offer. That is the help that the council gives to young people who were in care.

You can also ask for a person. Then I pass it on to the team.

I'm a bot. Nobody watches this chat live. Staff read what you write only if you ask for a person, or if someone may be in danger.

If you or someone else is in danger, call 999."""

DEMONSTRATION = "This is a demo. {council} is not a real council, and its phone numbers are not real."

HELP = """**What you can do here**

Type a question, such as "can I get driving lessons". Or use one of these:

{commands}

I can read words. I can't read photos, voice notes or files.

I'm a bot. Nobody watches this chat live. If you or someone else is in danger, call 999."""
HELP_JOINED = """**What you can do here**

Type a question, such as "can I get driving lessons". Or use one of these:

{commands}

I'm a bot. If you ask for a person, I pass on what you send. That can be words, photos, files or voice notes.

Nobody watches this chat live. If you or someone else is in danger, call 999."""
HELP_STAFF = """**What you can do here**

{commands}

You can also type a question, as a young person would, to see what I answer."""
STAFF_HELP = """**How things work here**

- I write to you in private when a young person asks for a person, or may be in danger. You see initials and a number, not the story.
- "I've got this" makes it yours. The young person is told that you have seen it. Then please write or ring.
- Reply to a message of theirs to answer it. They see your name and your words, not your number.
- If nobody takes it in time, it goes to the duty worker, then to a manager.
- /opportunity: write down a job, an apprenticeship or a course. Young people find it with /jobs.
- /dropins: who comes, what changes, who came. Whoever looks after the programme can send me a file: .ics, .csv or .yaml.
- /interested: who wants one of them, and what is due next. /uptake: where they are lost.
- When you are off: /away until Friday. Somebody else is asked while you are away.
- To write to many at once: /announce. A second person has to say yes. /planned shows what goes out.
- Never write about a young person in a group. In a group I only answer what is public.

I notice words of danger, but not all of them. If I say nothing, that does not mean that all is well."""

UNKNOWN = "I don't know /{typed}. Nothing was changed."
NEAREST = "Did you mean /{command}?"

MENU = "**What is it about?**\n\nTap a topic, or type your question."
TOPIC = "**{topic}**\n\nTap a question."
EMPTY_TOPIC = "There is nothing here yet. Type your question, or ask a person."
BACK = "◀ All topics"
MENU_BUTTON = "All topics"

DESCRIPTION = (
    "Ask me about money, a home, work, college, health and more. Or ask for a person. I'm a bot. "
    "What you send to a person is read by staff. Nobody watches this chat live. In danger? Call 999."
)
SHORT_DESCRIPTION = "Answers about the help that you can get, or a person to ask. I'm a bot."
