"""The commands and what each does: one line, for Telegram's menu and for /help.

A menu can be seen by whoever looks at the phone, so nothing in the young person's part tells who they are or what for.
"""

COMMANDS = {
    "menu": "All topics",
    "whatson": "What's on this week and next",
    "jobs": "Jobs, training and courses",
    "person": "Ask for a person",
    "status": "Where your question stands",
    "ask": "Ask me a question",
    "help": "What you can do here",
    "privacy": "Who reads this, what is kept",
    "mydata": "See, change or delete what I hold",
    "hide": "Clear this chat",
    "join": "Type the code you were given",
    "discreet": "Messages that show nothing",
    "codeword": "Choose a word of your own",
    "name": "Change your name here",
    "stop": "Stop messages from me",
    "caseload": "Your young people: last contact, what is open",
    "queue": "What waits for somebody",
    "open": "Read one question: /open NUMBER",
    "breakglass": "Look in for an hour: /breakglass NUMBER and why",
    "invite": "Invite somebody",
    "newphone": "A young person has a new phone or account",
    "away": "You are off: /away until Friday",
    "back": "You are back early",
    "awayfor": "A colleague is off",
    "handover": "Give young people to another adviser",
    "canned": "Replies you send often",
    "review": "What sounded like danger: was I right?",
    "gaps": "Questions that found no answer",
    "phrasing": "Other words for an entry: /phrasing ENTRY words",
    "phrasings": "Words that were added to entries",
    "reload": "Read the entries' files anew",
    "staff": "Who works here: roles, on call, leaving",
    "role": "Give somebody a further role",
    "oncall": "Who is paged at night and at weekends",
    "groups": "The groups I'm in",
    "export": "A copy of somebody's data: /export NUMBER",
    "erase": "Delete somebody's data: /erase NUMBER",
    "opportunity": "Write a job, a course and the like, and look after them",
    "staffhelp": "How things work here, for staff",
}
GROUP_COMMANDS = {
    "ask": "Ask a question, such as /ask what is the Hub",
    "whatson": "What's on this week",
    "jobs": "Jobs, training and courses that are open",
    "help": "What I can do here",
}
LINE = "• /{command}: {does}"
