"""What young people read at /jobs: the list, its filters, and one opportunity."""

from __future__ import annotations

from typing import Final

LIST: Final = "**Jobs, training and courses**\n\n{count} open now{filter}. Tap one to read more."
LIST_ONE: Final = "**Jobs, training and courses**\n\n1 is open now{filter}. Tap it to read more."
FILTERED: Final = " ({filter})"
NONE_OPEN: Final = (
    "Nothing is open right now. The team adds new ones often, so look again soon.\n\n"
    "You can also ask a person to help you look."
)
NONE_FITS: Final = "Nothing fits that right now. Look at all of them, or choose something else."
PAGE: Final = "{first} to {last} of {count}"
MORE: Final = "More"
ALL: Final = "All of them"
SOON: Final = "Closing soon"
DISTANCES: Final = {"near": "Very near", "bus": "A bus ride", "far": "Further away"}
BACK: Final = "◀ Back to the list"

INTERESTED: Final = "I'm interested"
NOT_FOR_ME: Final = "Not for me"
DECLINED: Final = "OK. I won't show you this one again."
DECLINED_STRANGER: Final = "OK. There is no need to do anything."
GONE: Final = "This one is not open any more. /jobs shows what is open now."
WITHDRAWN: Final = (
    "**{title}** is not on offer any more. You said that you were interested, so I wanted to tell you.\n\n"
    "It has nothing to do with you. /jobs shows what else is open."
)
DISTANCE_LINE: Final = {
    "near": "How far: very near the Hub",
    "bus": "How far: a bus ride from the Hub",
    "far": "How far: further away, more than {miles} miles from the Hub",
}

GROUP: Final = "**Jobs, training and courses**\n\n{lines}\n\nTo read more, open a private chat with me and send /jobs. Nobody here sees it."
GROUP_NONE: Final = "Nothing is open right now. Look again soon."
GROUP_MORE: Final = "• and {count} more"
OPEN_PRIVATELY: Final = "Open a private chat"
