"""What is said in a group: short, public, and the same for every private matter."""

PRIVATE = "I can answer that in private."
PRIVATE_BUTTON = "Talk to me privately"
MORE_BUTTON = "Ask me privately"
NO_ANSWER = "I don't know that one. Ask me in private, or ask the {team} team."
WELCOME = """Hello. I'm a bot. I answer questions about the help that you can get.

Write /ask and your question. I don't read the rest of what you write here. For anything about you, talk to me privately."""
HELP = "Write /ask and your question, or reply to something I said. For anything about you, talk to me privately."
CANT_READ = "I can only read words."
