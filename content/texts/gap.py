"""Questions that found no answer, the words learned from them, and reading the files anew: for staff."""

GAP = """**Question {place} of {count}**

“{words}”"""
FROM_NONE = "Nobody could answer it."
FROM_NOT_MEANT = "Not what they meant: {title}"
FROM_LACKS = "A colleague wrote it. The Local Offer has no answer to it."
WHICH = "Which entry answers it?"
NO_CANDIDATE = "I found no entry that is near."
LEFT_OUT = "A … stands for a word that I left out, because it could be a name."
NONE_OPEN = "Every question found an answer, or somebody has decided about it."
LACKING = "**What the Local Offer lacks**"
OTHER_ENTRY = "Another entry"
CHANGE_WORDS = "Change the words"
LACKS = "The offer lacks this"
NOT_OURS = "Not for us"
NEXT = "Next"
BACK = "Back"
DECIDED = "Somebody has decided about that one already. /gaps shows what is left."
NOTED = "Noted."

SEARCH_WANTED = "Question {number}: which words shall I search for? Please reply to this message."
WORDS_WANTED = "Question {number}: how shall it be asked? Please reply to this message. Leave out names and places."
FOUND = "Entries for “{words}”:"
FOUND_NOTHING = "I found no entry for “{words}”."
PERSONAL = (
    "That may say who somebody is, or it is too long. Leave out names, numbers and addresses. Nothing was changed."
)
TOO_FEW = "Please write two words or more. Nothing was changed."
WORDS_CHANGED = "The words are changed."

SURE = """Shall these words lead to this entry?

“{words}”

**{title}**"""
ADD = "Add"
TRYING = "One moment. I am trying it out first."
ADDED = """**Added.** These words lead to {title} from now on.

“{words}”"""
NOT_ADDED = "Not added: “{words}”"
REFUSED = {
    "gone": "That entry is not there any more.",
    "personal": "The words may say who somebody is, or they are too long.",
    "there": "{title} has these words already.",
    "elsewhere": "{title} has these words already. One question can't lead to two entries.",
    "unknown": "No word of it is in any entry, so it would lead nowhere.",
    "lost": "They would still not lead to {title} first. Other words may.",
    "displaces": "“{question}” would not lead to {title} any more.",
    "worse": "Other questions would find their answers less often.",
    "decided": "Somebody has decided about it already.",
}

PROPOSAL = """**A proposal, {place} of {count}**

“{words}”

For: {title}

From: {who}"""
NO = "No"
LATER = "Later"
GONE_ENTRY = "(there is no such entry: {entry})"
SOMEBODY = "somebody who left"
HOW_TO_PROPOSE = (
    "Please write it like this: /phrasing ENTRY words. The entry is the name of its file, such as bus-pass."
)
NO_SUCH_ENTRY = "There is no entry called {entry}. Nothing was changed."
NEAR_ENTRIES = "Is it one of these? {entries}"
PROPOSED = "Thank you. It waits for somebody who looks after the entries: “{words}”, for {title}."
REFUSED_PROPOSAL = "Not taken: “{words}”"

LEARNED = "**The last {count} that were added**"
LEARNED_ROW = "{number}. “{words}” leads to {title} ({day})"
NOTHING_LEARNED = "Nothing was added yet. /gaps shows the questions that found no answer."
IN_FILE = ", in the file"
TAKE_BACK = "Take back {number}"
TAKING_BACK = "One moment."
TAKEN_BACK = "Taken back. Those words don't lead there any more."
CANT_TAKE_BACK = (
    "That was taken back already, or it stands in the entry's file. Ask whoever looks after the files to take it out."
)

LACKS_ASKED = "What did they want to know? If you write it down, it can be added to the Local Offer."
LACKS_WRITE = "Write it"
LACKS_SKIP = "Skip"
LACKS_SKIPPED = "Fine. Nothing was written down."
LACKS_WANTED = (
    "Please reply to this message with the question in general words. Write it so that nobody can be recognised."
)
LACKS_KEPT = "Thank you. It is noted: “{words}”"
LACKS_THERE = "Thank you. That question is noted already."

READING = "I am reading the files anew. It takes a few seconds."
RELOADED = "{entries} entries, {changed}."
NOTHING_CHANGED = "nothing changed"
CHANGED = "{count} changed"
KEPT = "**Nothing was changed.** The files have mistakes, so I go on with what I had:"
MORE_MISTAKES = "and {count} more"
