"""Phone numbers beside what the bot passes on: never more than is true at this hour."""

RING_OPEN = """**You can also ring {duty_name}:**
{duty_phone}

They are open now, until {closes}."""

RING_CLOSED = """**You can also ring {duty_name}:**
{duty_phone}

They are closed now. They open again on {opens}."""

RING_OUT_OF_HOURS = """If it can't wait, ring {out_of_hours_name}:
{out_of_hours_phone}"""

DANGER = "In danger? Call 999."
NOT_KNOWN = "a day that I don't know yet"

NOBODY_YET = "I can't reach anyone in the team right now. So please ring, or ask someone to ring for you."
"""Nobody of the team has joined the bot: nothing can be passed on."""
FOR_STAFF = "You work here, so I have not passed this on. Young people who press this are passed to a person."
