"""What is said in a group: short, public, and the same for every private matter. And what managers are asked about groups."""

PRIVATE = "I can answer that in private."
PRIVATE_BUTTON = "Talk to me privately"
MORE_BUTTON = "Ask me privately"
NO_ANSWER = "I don't know that one. Ask me in private, or ask the {team} team."
WELCOME = """Hello. I'm a bot. I answer questions about the help that you can get.

Write /ask and your question. I may not see what else you write here. For anything about you, talk to me privately."""
HELP = "Write /ask and your question, or reply to something I said. For anything about you, talk to me privately."

# --- to managers, in private

WHO_IS_IN_IT = """You added me to “{title}”.

**Who is in this group?** I answer nothing there until you choose."""
NOT_REGISTERED = """I'm in the group “{title}”, and nobody has registered it. Somebody wrote to me there.

**Who is in this group?** I answer nothing there until you choose."""
AUDIENCES = {
    "young": "Young people",
    "foster": "Foster carers",
    "staff": "Staff",
    "duty": "Duty team",
}
LEAVE = "Leave it"
REGISTERED = "“{title}” is registered: {audience}."
CHANGED = "“{title}” is now registered: {audience}."
NOT_YET = "“{title}” is not registered. I answer nothing there."
WARNS = "I tell managers when somebody I don't know joins, where Telegram lets me see it."
TOPICS = "Each question gets a topic of its own: {on}. For that, the group needs topics, and I must be allowed to manage them."
ON, OFF = "on", "off"
TOPICS_ON, TOPICS_OFF = "Topics on", "Topics off"
LEFT = "I left “{title}”."
NOT_THERE = "I'm not in that group any more. Nothing was changed."
DONE = "Done."

GROUPS = "**The groups I'm in**\n\nTap one to change it, or to let me leave it."
NO_GROUPS = "I'm in no group yet. Add me to a group, and I ask you who is in it."
IN_LIST = "{title}: {audience}"
NOT_REGISTERED_IN_LIST = "not registered"
BACK = "◀ All groups"
NAMELESS = "a group without a name"

NOT_A_MANAGER = """I left “{title}”. Only a manager of the {team} team can add me to a group.

Please ask a manager. You can always talk to me here."""
ADDED_BY_SOMEBODY = """Somebody who is not a manager added me to “{title}”. I said nothing there, and I left.

If it is one of your groups, please add me yourself."""
NO_CHANNELS = "I left the channel “{title}”. I only work in groups and in private."

JOINED = """Somebody I don't know joined “{title}”:

{names}

Please check that they belong there. I said nothing in the group."""
A_BOT = "{name} (a bot)"
