"""The review list: what the safety gate found or passed by, for managers to say whether it was right."""

REVIEW = """**To look at: {count}**

{initials}, {when}

{said}"""
FOUND = {
    "immediate": "The gate sent the card, and told a person at once.",
    "worried": "The gate sent the gentle card, and asked whether to tell a person.",
    "none": "The gate found nothing. This one was picked by chance.",
}
ABOUT = "What it found: {kinds}. {because}."
BY_LIKENESS = "No phrase stands for it. It is like messages that the gate has learned from."
WORDS = "“{words}”"
NOBODY = "?"
"""Stands for the initials of somebody who has not joined."""
MORE = "…"

RIGHT = "Right"
FALSE_ALARM = "False alarm"
MISSED = "It missed something"
SKIP = "Skip"
BACK = "Back"
NEXT = "Next"
DECIDED = "Somebody has looked at that one already. /review shows what is left."

WHICH_KIND = "What did it miss?"
HOW_SOON = """It missed: {kind}

What should it have done?"""
AT_ONCE = "Told a person at once"
ASKED_FIRST = "Asked first, gently"

KEPT_MISS = """**Noted. It missed: {kind}**

I keep these words for whoever looks after the gate, with nobody in them:

“{words}”

If nobody has answered this young person, please see to it now. I have told nobody by this."""
KEPT_MISS_WITHOUT_WORDS = """**Noted. It missed: {kind}**

The words may say who somebody is, or they are too long. So I keep none of them. Please tell whoever looks after the gate in your own words.

If nobody has answered this young person, please see to it now. I have told nobody by this."""

NONE_LEFT = "There is nothing to look at."
MONTH = "This month. Pages: {pages}. False alarms: {false_alarms}."
COUNT = "{count}, that is {each} for each adviser"
FEWER = "fewer than {small}"
