"""What a safeguarding lead reads on the safety case, the page to sign, beside what the files themselves say."""

TITLE = "Safety case of the Local Offer bot"
LEAD = (
    "For {council}. Made on {day} from the files that the bot runs on. Read it, ask about it, and sign it at the end "
    "if you agree. A signature counts for the version at the foot of the page and for no other."
)
WARNING = (
    "This page holds words about suicide, abuse and exploitation: the words that the bot listens for. "
    "Don't pass it on to young people. Take a break when you need one."
)
DEMONSTRATION = "This is the invented council of the demonstration. Its numbers reach nobody. Don't sign this one."

DOES = (
    "It answers young people's questions with entries that the council approved. Nothing that it says is generated.",
    "It reads every message for words of danger before it does anything else, also in edits, captions, forwards and groups.",
    "When it finds them it sends a fixed card first. It answers nothing else in the message.",
    "It then tells a person, and goes on from one person to the next until somebody says “I've got this”.",
    "Where it is not sure it sends a gentler card and asks first. Without an answer it tells a person after ten minutes.",
    "When something in it breaks, it sends a card and tries to tell a person. It never answers as if nothing had happened.",
    "When nothing can be stored, the card says so, and a person is told as soon as that works again.",
    "In a group it shows nothing of this. It writes to the young person in private.",
)
DOES_NOT = (
    "It is no emergency service. Nobody reads the chat live, and the bot can't see where somebody is.",
    "It does not find everything. That it found nothing never means that somebody is safe.",
    "It gives nobody a score or a level. Staff read in words why it asks for contact.",
    "It does not read photos, voice messages or videos, and it looks for danger in English words only.",
    "It promises nobody secrecy, or a visit. It tells nobody that they are being watched.",
    "It does not call 999 or any helpline by itself.",
    "It runs in Telegram. Telegram and whoever holds the phone can read along.",
    "It has not been tried with young people in danger. Its figures come from written examples.",
)

PRIYA = "Priya"
"""Stands for the adviser's first name on the cards of the page."""
CARDS_INTRO = (
    "Each card stands here as a person reads it, with the council's own numbers. “Priya” stands for the young person's own "
    "adviser. Grade A means an official page, grade B another good source. A number that nobody checked can't be on a card."
)
IN_HOURS = "In office hours"
NIGHT = "At night"
BANK_HOLIDAY = "On a bank holiday"
NOBODY_ON_CALL = "At night, with nobody on call"
ADVISER_AWAY = "The adviser is away, and duty covers"
NOBODY_JOINED = "Nobody of the team has joined the bot"
NOT_STORED = "While nothing can be stored"
AFTER_A_PRESS = "After a press, the bot says this. No press takes back a page."

REVIEWED = (
    "Managers see every concern that the bot found, and one in {one_in} of all other private messages, picked by chance. "
    "They are to look at each within {days}, with /review.",
    "They say whether it was right. A confirmed miss is kept, without anybody's name, as a case to be tried from then on.",
    "False alarms are counted for each month, so that staff are not tired by pages about nothing.",
    "Each number on a card is to be checked every month. After {told} days without a check `doctor` says so. "
    "After {limit} days, or when a card's review date has passed, `check-entries` refuses it.",
    "Each group of phrases, each card and each hazard has a review date of its own, which stands beside it here.",
)
OUTCOMES = {
    "immediate": "The card of its kind goes out, and a person is told at once.",
    "worried": "The gentle card goes out, and asks first.",
    "none": "It is left alone.",
}
SOFTENED = {
    "negated": "denied (“not”)",
    "asked": "asked as “what if”",
    "past": "long past",
    "joking": "with laughing",
    "told": "told of a film, a song or a lesson",
    "game": "told of a game",
}
SHORT_OUTCOMES = {"immediate": "card and page at once", "worried": "gentle card", "none": "left alone"}
PHRASES_INTRO = (
    "A phrase is found however it is typed: text-speak, slips, stretched or spaced letters. A word in {curly brackets} stands "
    "for a list of words, which is at the end of this part. Two dots stand for a few other words."
)
IDIOMS_INTRO = "Nothing is looked for inside these everyday sayings. What stands beside them is still read."
NO_MODEL = "There is no model card: this version recognises danger by phrases alone."
MODEL_INTRO = "The learned part can only add a concern. It can never take one away that a phrase has given."
HAZARDS_INTRO = (
    "What could go wrong, who would be harmed, what stands against it, and what remains. What remains is told in words. "
    "Each test named here runs with every change, and a change is refused when one fails."
)
SIGN_INTRO = "I have read this safety case, and I agree that the bot may be used in this version."
SIGNERS = ("Safeguarding lead", "Manager of the leaving care team", "Whoever runs the bot")
VERSION = "What a signature counts for"
