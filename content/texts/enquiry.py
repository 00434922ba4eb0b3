"""What is said around an answer, and when there is none."""

NEXT_STEP = "What to do now"
ASK = "Ask: {contact}."
SOURCE = "Source: {source}{dated}. Checked on {checked_on}."
DATED = " ({source_date})"
OUT_OF_DATE = "**This may be out of date.** I have left out the amounts. Ask {contact} for today's amount."
OUT_OF_DATE_WITHOUT_AMOUNTS = "**This may be out of date.** Please check it with {contact}."
A_PERSON = "a person"
SEE_ALSO = "See also: {title}"
THAT_IS_ALL = "That is all I have about **{title}**."

HOW_OLD = "**How old are you?** What you get can change with your age."
WHICH_FITS = "**Which fits you?** What you get can hang on it."
BANDS = {"16-17": "16 or 17", "18-20": "18 to 20", "21-24": "21 to 24", "25+": "25 or over"}
STATUSES = {
    "eligible": "16 or 17, in care now",
    "relevant": "16 or 17, left care",
    "former_relevant": "18 or over, left care",
    "qualifying": "In care under 13 weeks",
}
RATHER_NOT = "I'd rather not say"
REMEMBERED = "I'll remember that. /mydata shows it."

SUGGEST = "**I'm not sure what you mean.** Is it one of these?"
NONE_OF_THESE = "None of these"

NO_ANSWER = """**I don't know that one.** I would rather say so than guess.

You could say it in other words, look at all topics, or ask a person."""

HELPED = "👍 This helped"
NOT_MEANT = "👎 Not what I meant"
ASK_A_PERSON = "Ask a person"
THANKS_FOR_HELPED = "Thank you. That helps us."
SORRY_NOT_MEANT = """**Sorry, that was not it.** Thank you for telling me.

You could say it in other words, look at all topics, or ask a person."""
OTHERS = "**Sorry, that was not it.** Thank you for telling me. Is it one of these?"

IN_ENGLISH = """In English ({language}): I answer in English only. A person can help you, with an interpreter. In danger call 999."""

NOT_YOURS = "Only the person who asked can say."
GONE = "That answer is not here any more. Please type your question."
OLD_BUTTON = "That button does not work any more. Please type your question."

CANT_READ = """**I can't read this.** I can only read words.

Please type it. If you or someone else is in danger, call 999."""
CAPTION_ONLY = "I can't see the picture or file. I only read the words with it."
