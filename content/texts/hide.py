"""What is said after /hide. It stays on the screen for a few minutes, so no word of it tells what the chat was about."""

DONE = """**Done.** I deleted what I could. This note goes too, in about {minutes} minutes.

I can't do these things:

- I can't delete what is older than two days.
- I can't take back what popped up on your phone.
- I can't take this chat off your list.

You can do the rest. Open the menu of this chat. Tap "Clear history" or "Delete chat".

I will not write to you first for {hours} hours. A person still can, if it can't wait."""
FOR_STAFF = """This is not for staff. Your chat holds pages that people wait for. Nothing was deleted.

To clear your own view, use the menu of this chat in Telegram."""
