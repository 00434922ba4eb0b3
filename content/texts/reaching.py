"""What stands on the screen of somebody with discreet mode on. Nothing in it tells who writes or why."""

NEUTRAL = "You have a new message."
SHOW = "Show"
"""On the button that reveals it."""
GONE = "That message is not here any more."
"""It was shown before, or is too old."""
