"""The buttons under a safety card and what follows them. The cards themselves are files in content/safety/cards."""

SAFE = "I'm safe right now"
NOT_SAFE = "I'm not safe"
MISTAKE = "That was a mistake"

AFTER_SAFE = """I'm glad you told me. Keep the numbers above. You can ring them if things change.

You can also ask me anything else."""
AFTER_NOT_SAFE = """**Call 999 now.**

If you can't talk, tell someone nearby. Go to where other people are, if you can."""
AFTER_MISTAKE = """Okay. No harm done.

The numbers above are there for you, and for anyone you know. You can ask me anything else."""
