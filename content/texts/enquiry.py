"""What is said around an answer, and when there is none."""

NEXT_STEP = "What to do now"
ASK = "Ask: {contact}."
SOURCE = "Source: {source}{dated}. Checked on {checked_on}."
DATED = " ({source_date})"
OUT_OF_DATE = "This may be out of date. Please check it with {contact}."

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
NOT_YOURS = "Only the person who asked can say."
GONE = "That answer is not here any more. Please type your question."
OLD_BUTTON = "That button does not work any more. Please type your question."

CANT_READ = """**I can't read this.** I can only read words.

Please type it. If you or someone else is in danger, call 999."""
CAPTION_ONLY = "I can't see the picture or file. I only read the words with it."
