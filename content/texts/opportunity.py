"""What staff are asked about an opportunity, what is wrong with an answer, and the lines that young people read."""

LABELS = {
    "apprenticeship": ("Apprenticeship", "Apprenticeships", "Apprenticeship"),
    "job": ("Job", "Jobs", "Job"),
    "work placement": ("Work placement", "Work placements", "Placement"),
    "ring-fenced post": ("Job kept for care leavers", "Jobs kept for care leavers", "For care leavers"),
    "course": ("Course", "Courses", "Course"),
    "traineeship": ("Traineeship", "Traineeships", "Traineeship"),
    "volunteering": ("Volunteering", "Volunteering", "Volunteering"),
    "grant": ("Grant", "Grants", "Grant"),
    "success story": ("Success story", "Success stories", "Story"),
}

NAMES = {
    "kind": "kind",
    "title": "title",
    "who": "who offers it",
    "what": "what you would do",
    "pay_hours": "pay and hours",
    "where": "where",
    "help": "help there is",
    "needed": "what you need",
    "closes_on": "closing date",
    "for_whom": "who it is for",
    "link": "link",
}
QUESTIONS = {
    "kind": "What is it?",
    "title": "What is it called? A few words, as on a poster.",
    "who": "Who offers it? The employer, the college or the fund.",
    "what": "What would somebody do there? One to three short sentences.",
    "pay_hours": "What does it pay, and which hours is it? Write it as you would say it.",
    "where": "Where is it, and how do people get there?",
    "help": "What help is there, such as a bursary, travel or interview clothes? Choose the entries.",
    "needed": "What do people need for it? Only what they really must have.",
    "closes_on": "When does it close? Write none if it has no closing date.",
    "for_whom": "Who is it for? For example an age, or care leavers at college.",
    "link": "Is there a link to read more or apply?",
}
EXAMPLES = {
    "kind": "Apprenticeship",
    "title": "Apprentice chef",
    "who": "The Copper Kettle",
    "what": "You learn to prep, cook and plate up with the head chef.",
    "pay_hours": "£8.20 an hour, 30 hours a week",
    "where": "Canal Road. 10 minutes from the station, bus 41.",
    "help": "apprenticeship-bursary-3000, help-with-travel",
    "needed": "Happy to start at 7 in the morning",
    "closes_on": "Friday 4 December",
    "for_whom": "16 to 24, in care or care leavers",
    "link": "https://example.org/apprentice-chef",
}

EMPTY = "The {name} is missing. For example: {example}"
NO_KIND = "That is no kind I know. Choose one of these: {kinds}."
TOO_LONG = "The {name} is too long: {count} characters, and {longest} is the most. Please shorten it."
NO_ENTRY = "There is no entry called {entry}. Write the name of its file, for example help-with-travel."
TOO_MANY_ENTRIES = "Those are {count} entries, and {most} is the most. Keep those that help most."
NO_LINK = "That is not a link. It must start with https:// or www., for example https://example.org/job."
SPACED_LINK = "There is a space in the link. Please copy it again, without other words."

UNREADABLE_DATE = "I can't read that date. Write it like {day} or {numbered}, or none if there is no closing date."
NO_SUCH_DAY = "There is no {day}. Please check the day and the month."
AMERICAN = "{words} looks American, with the month first. Write the day first: {numbered}."
PAST = "{day} has gone by. Please check the day, the month and the year."
PAST_OR_AMERICAN = "{words} is {day} here, and that has gone by. If you mean {other}, write {numbered}."
PAST_THIS_YEAR = "{day} has gone by. If you mean next year, write the year too."
FAR = "{day} is more than 18 months away. Please check the year."
WRONG_WEEKDAY = "{day} is a {weekday}, not a {written}. Please check which is right."

PAY_HOURS = "Pay and hours: {text}"
AMOUNT = "What you get: {text}"
WHERE = "Where: {text}"
HELP = "Help: {text}"
NEEDED = "You need: {text}"
FOR_WHOM = "For: {text}"
CLOSES = "Closes: {day}"
CLOSES_SOON = "Closes: {day}, {when}"
CLOSED = "Closed: {day}"
TODAY, TOMORROW, IN_DAYS = "today", "tomorrow", "in {count} days"
SHORT = "{title}, {who}"
SHORT_CLOSES = "{head} (closes {day})"
SHORT_CLOSED = "{head} (closed)"
