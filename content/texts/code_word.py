"""The code word: how it is set, what it does, and what its adviser reads. What follows it on the screen says nothing."""

USED = "OK."
"""All that shows when the word was used; it goes too, a few minutes later."""

ABOUT = """**Your code word**

It is a word that stops this chat at once. Use it when someone is near and you have to stop.

When you type it, this is what I do:

- I only say "{used}"
- I delete what I can here.
- I stay quiet for {hours} hours.
- Your adviser is told that you had to stop. If they are away, the duty worker is.

It is **not an alarm**. Nobody comes because of it. In danger, call 999.

To choose one, send /codeword and the word. Pick one you never use here. I delete that message, so the word does not stay here."""
IS_SET = "You have a code word. To take it away, send /codeword off."
IS_NOT_SET = "You have no code word."
NOW_SET = """Your code word is set. I deleted your message, so nobody can read the word here.

When you type it on its own, I only say "{used}" Then I clear this chat and stay quiet for {hours} hours. Your adviser, or the duty worker, is told that you had to stop.

It is **not an alarm**. Nobody comes because of it. In danger, call 999.

To take it away, send /codeword off."""
NOW_OFF = "Your code word is gone. Typing it does nothing special now."
TOO_SHORT_OR_LONG = "A code word has {least} to {most} letters. Please choose another. Nothing was changed."
ONLY_LETTERS = "A code word has only letters in it. Please choose another. Nothing was changed."
EVERYDAY = (
    "That is a word that people use here. You could set it off by mistake. Please choose another. Nothing was changed."
)
NOT_JOINED = "A code word is for people who have joined. To clear this chat, send /hide."

PAGE = """{initials} (number {number}) used their code word. They had to stop.

Do not write to them through the bot until they write again. They did not ask for help by this. If you are worried, do what you would do if they had hung up."""
PAGE_FOR_ADVISER = " Their adviser, {adviser}, is away or can't be reached."
"""For whoever is told instead."""
