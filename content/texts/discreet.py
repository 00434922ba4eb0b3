"""Discreet mode: messages that nobody asked for show only neutral words until they are tapped."""

ABOUT = """**Discreet mode**

When it is on, a new message from me only says: "{neutral}" Nobody can see what it is about. Tap "{show}" to read it.

What you ask me yourself is still answered in plain sight. If others see your phone, /hide clears this chat."""
IS_ON = "It is **on** now."
IS_OFF = "It is **off** now."
SWITCH_ON = "Turn it on"
SWITCH_OFF = "Turn it off"
NOW_ON = """Discreet mode is **on**. From now on a new message from me only says: "{neutral}"

To turn it off, send /discreet off."""
NOW_OFF = """Discreet mode is **off**. My messages show their words again.

To turn it on, send /discreet on."""
NOT_A_CHOICE = "Send /discreet on, or /discreet off. Nothing was changed."
NOT_JOINED = """This is for people who have joined. I don't write to you first, so there is nothing to cover up.

To clear this chat, send /hide."""
NOT_JOINED_ALERT = "That button is not for you any more. Nothing was changed."
