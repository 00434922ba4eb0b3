"""What goes out by the bot's own timetable, and what is said of an opportunity or a drop-in that is sent to many."""

from __future__ import annotations

from typing import Final

WHATS_ON: Final = "What's on this week"
CLOSES_THIS_WEEK: Final = "Last days to apply"
WAYS_ON: Final = "To say that you're coming, send /whatson. To see all jobs and training, send /jobs."
NOTHING_ON: Final = "**{title}** did not go out {when}. No drop-in is planned for this week, and nothing closes. /programme has the drop-ins."

CLOSING: Final = """**{title}** closes {day}.

{about}If you want it, there is still time. People can help you to apply. Tap "{interested}" if you haven't yet, and they get in touch."""
CLOSING_BY: Final = "It is with {who}. "
INTERESTED, NOT_FOR_ME = "I'm interested", "Not for me"
COMING, NOT_COMING, PUT_ON_LIST = "I'm coming", "I can't make it", "Put me on the list"
MAP: Final = "Map"
