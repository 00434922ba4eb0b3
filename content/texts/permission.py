"""What is said to somebody who may not do what they asked for. It never tells what they would have seen."""

NOT_YOURS = "That button is not for you. Nothing was changed."
NOT_FOR_YOU = "You can't do that here. /help shows what you can do."
TOO_OLD = "That button is too old. Please ask for a new one. Nothing was changed."
NOT_OURS = "That button does not work. Please type your question."
"""For a press that was made up or comes from another chat."""
