"""What staff read while they write an opportunity, look after those that are open, and look through the listing."""

from __future__ import annotations

from typing import Final

HOME: Final = "**Opportunities**\n\n{open}{drafts}\n\nWhat would you like to do?"
OPEN_COUNT: Final = "{count} open now."
NONE_OPEN: Final = "None is open now."
HALF_WRITTEN: Final = "\nYou have one half written: {title}."
WITHOUT_TITLE: Final = "no title yet"
PROPOSED_COUNT: Final = "\n{count} from the public listing wait to be looked at."

BY_STEPS: Final = "Write it step by step"
PASTE: Final = "Paste a post"
RESUME: Final = "Pick up where I left off"
SEE_OPEN: Final = "What is open"
SEE_LISTING: Final = "Look through the listing"

THROW_AWAY: Final = "You have one half written: **{title}**. Shall I throw it away and begin a new one?"
THROW_IT_AWAY: Final = "Throw it away, begin anew"

STEP: Final = "**Step {number} of {count}: {name}**"
STANDS: Final = "It says now:\n{value}"
FOUND: Final = "I found:\n{value}"
FAULT_FOUND: Final = "I did not take the closing date from the post. {fault}"
EMPTY_NOW: Final = "nothing yet"
QUESTION: Final = "**Opportunity, {name}**\n\n{question}\n\nFor example: {example}\n\nPlease reply to this message."
"""Staff answer by replying; its beginning is how the bot knows which question it was."""
PHOTO_NAME: Final = "photo"
PHOTO_QUESTION: Final = "Which photo goes with it? Send it as a photo. It must be one that you may use."
PHOTO_EXAMPLE: Final = "a photo of the kitchen"
POST_NAME: Final = "the post"
POST_QUESTION: Final = "Paste the words of the post here, or forward the post to me. I look for what I can use."
POST_EXAMPLE: Final = "an advert from Facebook, an email or a web page"

KEEP: Final = "Keep it"
RIGHT: Final = "That's right"
SKIP: Final = "Leave it empty"
NO_DATE: Final = "No closing date"
NO_PHOTO: Final = "No photo"
ENOUGH_HELP: Final = "{most} is the most. Tap one that is chosen to take it out."
HELP_DONE: Final = "Done"
CHOSEN: Final = "✓ {title}"
BACK: Final = "◀ Back"
LEAVE: Final = "Leave it for now"
AGAIN: Final = "Start again"
PREVIEW: Final = "See it"

LEFT: Final = "I keep it for you. Send /opportunity to pick it up where you left off."
SURE_AGAIN: Final = "Shall I throw away what you wrote and begin again?"
SURE_AGAIN_YES: Final = "Yes, start again"
SURE_AGAIN_NO: Final = "No, go on"
THROWN_AWAY: Final = "I threw it away."
FORM_GONE: Final = "That form is finished or was thrown away. /opportunity begins a new one."
NOT_YET: Final = "These are still missing: {names}."

NO_WORDS: Final = "I can only read words here. Please write the answer as a text."
NEEDS_PHOTO: Final = "Please send a photo here. If there is none, tap No photo."
NO_VIDEO: Final = "That is a video. Please send a photo, or tap No photo."
AS_PHOTO: Final = "That came as a file. Please send it again as a photo, so that people see it at once."
PHOTO_TOO_BIG: Final = "That file has more than 20 MB. Please send a smaller photo, or tap No photo."
POST_WITHOUT_WORDS: Final = "I found no words in that. Please paste the text of the post, or write it step by step."
POST_TOO_LONG: Final = "The post is very long. I read the first {count} characters."
POST_READ: Final = "**I read the post.** I found: {found}.\n\nLet's go through it, one by one."
POST_NOTHING: Final = "I read the post, but found nothing I can use. Let's write it step by step."

SAME: Final = "This looks like one that is open already:\n\n{short}\n\nIs it the same?"
IT_IS_THE_SAME: Final = "It's the same"
ANOTHER_ONE: Final = "It's another one"
SAME_DROPPED: Final = "I threw away the new one. Here is the one that is open."

PREVIEW_HEAD: Final = "This is how people will see it:"
ONLY_PREVIEW: Final = "This is only a preview. Nothing happens when you tap here."
UNDER_PREVIEW: Final = "**{title}**\n\nWhat shall I do with it?"
IS_DRAFT: Final = "Nobody can see it yet."
IS_OPEN: Final = "It is in /jobs now."
IS_CLOSED: Final = "It is closed. Nobody sees it any more."
IS_WITHDRAWN: Final = "It was withdrawn. Nobody sees it any more."
SAVE: Final = "Save the change"
OPEN_IT: Final = "Open it"
MAKE_POSTER: Final = "Make the poster"
ANNOUNCE: Final = "Announce it"
CHANGE: Final = "Change something"
CLOSE: Final = "Close it"
WITHDRAW: Final = "Withdraw it"
WHAT_TO_CHANGE: Final = "What would you like to change?"
OPENED: Final = "**{title}** is open. Young people find it with /jobs."
CHANGED: Final = "I changed **{title}**. It is open, so young people see the new words now."
WAS_OPENED: Final = "It was opened already, or is gone. /opportunity shows what is open."
PAST_CLOSING: Final = "Its closing date has gone by. Please change the date first."

OPEN_LIST: Final = "**What is open**\n\nTap one to see it, change it, close it or withdraw it."
NOTHING_OPEN: Final = "Nothing is open. /opportunity begins a new one."
SURE_CLOSE: Final = "Close **{title}**? Nobody new can say that they are interested. Nobody is told."
SURE_WITHDRAW: Final = (
    "Withdraw **{title}**? {count} said that they are interested. I tell each of them once that it is gone."
)
YES_CLOSE: Final = "Yes, close it"
YES_WITHDRAW: Final = "Yes, withdraw it"
NO_LEAVE: Final = "No, leave it open"
CLOSED: Final = "**{title}** is closed."
WITHDRAWN: Final = "**{title}** is withdrawn. I told {count} of those who were interested."
NOT_OPEN: Final = "It is not open any more."

WHICH_TEMPLATE: Final = "Which look should the poster have?"
TEMPLATES: Final = {"night": "Night", "tiles": "Tiles", "sunrise": "Sunrise", "pop": "Pop", "photo": "With the photo"}
DRAWING: Final = "I'm drawing the poster. It takes a moment."
POSTER_CAPTION: Final = "Here is the caption to copy:"
POSTER_ALT: Final = "Here is the alt text, for people who can't see the picture:"
POSTER_LEFT_OUT: Final = "The picture could not show all signs of the words. They are in the caption."
POSTER_FAULT: Final = "I could not draw the poster. {fault}"
POSTER_FAILED: Final = "I could not draw the poster. Please try again later."
NO_PHOTO_NOW: Final = "I could not get the photo from Telegram. Please choose another look, or try again later."
FACT_LABELS: Final = {"who": "With", "pay_hours": "Pay", "where": "Where", "needed": "You need", "for_whom": "For"}
POSTER_CLOSES: Final = "Closes {day}"

STILL_WANTED: Final = (
    "You began an opportunity three days ago and left it: **{title}**. Do you still want it?\n\n"
    "If you do nothing, I keep it until {day} and then throw it away."
)
STILL_YES: Final = "Go on with it"
STILL_NO: Final = "Throw it away"

NEW_LISTED: Final = "**{count} new apprenticeships near you**\n\nThey are on Find an Apprenticeship. Nobody sees them in /jobs until you choose them."
NEW_LISTED_ONE: Final = (
    "**1 new apprenticeship near you**\n\nIt is on Find an Apprenticeship. Nobody sees it in /jobs until you choose it."
)
CHANGED_LISTED: Final = "These are open with us, and the listing says something new. Please look:\n{lines}"
LOOK_THROUGH: Final = "Look through them"
PROPOSAL: Final = "**1 of {count} from the listing**{miles}"
PROPOSAL_MILES: Final = ", {miles} miles from the Hub"
USE_IT: Final = "Use it"
NOT_THIS_ONE: Final = "Not this one"
NEXT: Final = "Next ▶"
NONE_PROPOSED: Final = "Nothing from the listing waits to be looked at."
PROPOSAL_GONE: Final = "Somebody has looked at this one already, or it is gone."
GONE_LISTED: Final = (
    "**{title}** is not on Find an Apprenticeship any more, and it is still open with us. Shall I withdraw it? "
    "Whoever is interested is told."
)
KEEP_OPEN: Final = "Keep it open"
KEPT_OPEN: Final = "**{title}** stays open."
LISTING_FAILS: Final = (
    "I could not read Find an Apprenticeship for three days in a row: {why}. New apprenticeships may be missing. "
    "Please tell whoever looks after the bot."
)
