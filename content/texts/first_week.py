"""Five small messages that introduce the Local Offer: one a day, or faster, or never, as the person likes."""

NEXT, LATER, NO_MORE = "Next now", "Later", "No more"
LATER_SAID = "Okay. The next one comes in a few days."
NO_MORE_SAID = "Okay. No more of these. You can still ask me things."
THAT_WAS_ALL = "That was the last one."
OLD = "You have seen the next one already."

MESSAGES = (
    """**1 of 5: Ask in your own words**

You can ask me about money, a home, college, work, health and more. Spelling does not matter.

I only say what people at the council have checked. If I don't know, I say so. Then you can ask a person.""",
    """**2 of 5: Money**

There is money that you may not know about. You may get help with your first home, with council tax, and with travel.

Tap one, or ask me about something else.""",
    """**3 of 5: Your plan and your adviser**

You have a plan about what you want, and who helps with it. It is called a pathway plan. Your adviser writes it with you.

You can say what goes in.""",
    """**4 of 5: Work, college and health**

There is help with college, with work, and with health costs. Some of it you have to ask for.

Tap one, or type what you need.""",
    """**5 of 5: People and your say**

You can drop in, meet others, and say what should change.

This was the last one. /menu shows all topics. /mydata shows what I hold about you.""",
)
"""The last one says so itself."""

ENTRIES = (
    {"what-this-bot-can-do": "What can this bot do?", "who-reads-this": "Who reads this?"},
    {
        "setting-up-home-allowance": "Money for a first home",
        "council-tax-discount": "Council tax",
        "help-with-travel": "Bus and train fares",
    },
    {"what-a-personal-adviser-does": "What an adviser does", "what-is-a-pathway-plan": "What is a pathway plan?"},
    {
        "help-with-college-costs": "College costs",
        "find-an-apprenticeship": "Apprenticeships",
        "free-prescriptions": "Free prescriptions",
    },
    {"what-is-the-hub": "The drop-in place", "whats-on": "What's on", "have-my-say": "Have my say"},
)
"""The entries under each message: id and what stands on the button. One that is not in the Local Offer is left out."""
