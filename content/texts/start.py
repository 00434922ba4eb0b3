"""What the bot says of itself. Keep it true: it is the first thing that a young person reads."""

WELCOME = """**Hello. I'm the {team} bot.**

You can ask me about money, a home, work, college, health and much more. Use your own words. Spelling does not matter.

My answers come from {council}'s Local Offer. That is the help that the council gives to young people who were in care.

I'm a bot. Nobody reads this chat live. If you or someone else is in danger, call 999."""

DEMONSTRATION = "This is a demo. {council} is not a real council, and its phone numbers are not real."

HELP = """**What you can do here**

- Type a question, such as "can I get driving lessons".
- /menu shows all topics.
- /person tells you how to reach a person.
- /help shows this again.

I can read words. I can't read photos, voice notes or files.

I'm a bot. Nobody reads this chat live. If you or someone else is in danger, call 999."""

MENU = "**What is it about?**\n\nTap a topic, or type your question."
TOPIC = "**{topic}**\n\nTap a question."
EMPTY_TOPIC = "There is nothing here yet. Type your question, or ask a person."
BACK = "◀ All topics"
MENU_BUTTON = "All topics"

COMMANDS = {
    "menu": "All topics",
    "person": "How to reach a person",
    "help": "What I can do",
}
GROUP_COMMANDS = {
    "ask": "Ask a question, such as /ask what is the Hub",
    "help": "What I can do here",
}
DESCRIPTION = (
    "Ask me about money, a home, work, college, health and more. I'm a bot. Nobody reads this chat live. "
    "In danger? Call 999."
)
SHORT_DESCRIPTION = "Answers about the help that you can get. I'm a bot."
