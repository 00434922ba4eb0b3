"""How many got how far, as staff read it; every number in it is protected (bot/small_numbers.py)."""

FEWER = "fewer than {count}"
ABOUT = "about {count}"
HANDFUL = "a handful"

STAGES = {
    "interested": "interested",
    "talked to": "talked to",
    "applied": "applied",
    "interview": "interview",
    "offered": "offered",
    "started": "started",
    "still there after 4 weeks": "still there, 4 weeks",
    "still there after 13 weeks": "still there, 13 weeks",
}
KINDS = {
    "apprenticeship": "Apprenticeships",
    "job": "Jobs",
    "work placement": "Work placements",
    "ring-fenced post": "Ring-fenced posts",
    "course": "Courses",
    "traineeship": "Traineeships",
    "volunteering": "Volunteering",
    "grant": "Grants",
    "success story": "Success stories",
}
REASONS = {
    "travel": "Travel",
    "pay": "Pay",
    "childcare": "Childcare",
    "confidence": "Confidence",
    "not ready": "Not ready",
    "other": "Other",
}

MOST_LOST = "Most are lost between {first} and {second}"
LARGEST_LOSS = "The largest loss is between {first} and {second}"
TWO_LOSSES = "People are lost at several steps, and no one step stands out"
HARDLY_LOST = "Hardly anybody is lost on the way"
TOO_FEW = "Too few people yet to say where they are lost"
BEST_KIND = "{kind}: most people started"
KIND_OPEN = "No kind stands out by how many started"
MONTHS = "Interested and started, month by month"
LOST_HERE = "lost here"
REASONS_HEAD = "Why it was not taken"
INTERESTED, STARTED = "interested", "started"
PERIOD = "{first} to {last}"

WORDS = """**{finding}**

{period}"""
FUNNEL_HEAD = "**How far people got**"
KIND_HEAD = "**By kind: interested, then started**"
MONTH_HEAD = "**By month: interested, then started**"
REASON_HEAD = "**Why it was not taken**"
LINE = "• {name}: {count}"
LINE_TWO = "• {name}: {count}, {started}"
NO_REASONS = "Too few people said why, so nothing is told yet."
HOW = (
    "Counted by the month in which somebody said that they are interested. Whoever began lately may still be on the way. "
    "Small numbers are not told and the others are rounded, so that nobody can be worked out. A number of all kinds "
    "together can be off by ten or so."
)
NO_PICTURE = "The picture could not be drawn. Here it is in words."
OLD = "That button is old. /uptake shows it anew."

THIS_MONTH, THREE_MONTHS, YEAR = "This month", "Three months", "A year"
FUNNEL, BY_KIND, BY_MONTH = "All steps", "By kind", "By month"
