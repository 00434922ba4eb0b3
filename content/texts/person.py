"""How to reach a person: never more than is true at this hour."""

OPEN_NOW = """**You can talk to a person.**

Ring {duty_name}:
{duty_phone}

They are open now, until {closes}."""

CLOSED_NOW = """**You can talk to a person.**

Ring {duty_name}:
{duty_phone}

They are closed now. They open again on {opens}.

If it can't wait, ring {out_of_hours_name}:
{out_of_hours_phone}"""

TRUTH = """I can't pass messages on to them. So please ring, or ask someone to ring for you.

In danger? Call 999."""

NOT_KNOWN = "a day that I don't know yet"
