"""The buttons under a safety card and what follows them. The cards themselves are files in content/safety/cards."""

SAFE = "I'm safe right now"
NOT_SAFE = "I'm not safe"
MISTAKE = "That was a mistake"

AFTER_SAFE = """I'm glad you told me. Keep the numbers above. You can ring them if things change.

If I have passed this on, a person still looks at it, to be sure. You can also ask me anything else."""
AFTER_NOT_SAFE = """**Call 999 now.**

If you can't talk, tell someone nearby. Go to where other people are, if you can."""
AFTER_MISTAKE = """Okay. No harm done. If I have passed this on, a person still looks at it, to be sure. They may write or ring.

The numbers above are there for you, and for anyone you know. You can ask me anything else."""

SHALL_I_TELL = "Shall I tell a person in the team? If you don't say, I pass it on after ten minutes. They read it when they are at work."
TELL = "Yes, tell a person"
DONT_TELL = "No, not now"
NOT_TOLD = """Okay. I won't pass it on now. A manager may read it later, to check if I got it right.

The numbers above are still there for you. If you change your mind, tap "Ask a person" or write /person."""
TOLD_ALREADY = (
    "I have passed it on already. They should write to you or ring. You can tell them what you want and don't want."
)

NOT_TOLD_YET = """I can't save what you wrote right now. So **nobody in the team has been told yet**.

I keep trying to pass it on. I write to you here when I have done it. Please don't wait for that. If you need help now, ring one of the numbers in this chat."""
NOT_SAVED_YET = """I can't save what you wrote right now. So **nobody in the team has been told**.

I keep trying. I write to you here again when it works."""
NOT_SAVED = """Sorry. I can't save what you write right now, so I can't answer you yet. I keep trying, and I write to you when it works again.

If you are in danger or badly hurt, ring **999**. If you need to talk, ring Samaritans, day or night. It is free: **116 123**."""
"""While the database can't be written; the first two stand on a card, the last is for an ordinary message."""

NOTE_SAFE = "They pressed: I'm safe right now."
NOTE_NOT_SAFE = "They pressed: I'm not safe."
NOTE_MISTAKE = "They pressed: that was a mistake."
"""What staff read of a press; only that it was pressed, never what it may mean."""
