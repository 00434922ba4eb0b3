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

SHALL_I_TELL = "Shall I tell a person in the team? If you don't say, I tell them in ten minutes. They read it when they are at work."
TELL = "Yes, tell a person"
DONT_TELL = "No, not now"
NOT_TOLD = """Okay. I won't tell anyone about this.

The numbers above are there day and night. If you change your mind, tap "Ask a person" or write /person."""
TOLD_ALREADY = "A person has been told already. They will write to you. You can tell them what you want and don't want."

NOTE_SAFE = "They pressed: I'm safe right now."
NOTE_NOT_SAFE = "They pressed: I'm not safe."
NOTE_MISTAKE = "They pressed: that was a mistake."
"""What staff read of a press; only that it was pressed, never what it may mean."""
