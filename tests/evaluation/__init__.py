"""Questions as young people ask them, written without sight of the entries' own phrasings, and how the bot does on them."""
