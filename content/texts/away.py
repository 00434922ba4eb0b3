"""Being away, as staff read it."""

HELP = """**/away until Friday**

Say the day when you are back at work: a weekday, a date, or "for 3 days". To plan ahead, say both: /away from 1 December until 8 December.

A colleague can cover: /away until Friday cover Priya. Without a name, you choose next.

What is open with you goes to them at once. /back ends it."""
HELP_FOR = """**/awayfor NAME until Friday**

For a colleague who can't do it themselves. Say the day when they are back."""
NO_DAY = 'I can\'t read the day in "{words}". Write it like Friday, 27 November or 27/11. Nothing was changed.'
TOO_SOON = "The day when you are back has to come after today. Nothing was changed."
TOO_SOON_AFTER = "The day back has to come after the first day away. Nothing was changed."
NO_SUCH = "I know nobody of staff called {name}. Nothing was changed."
SEVERAL = "I know several: {names}. Write the whole name. Nothing was changed."
NOT_AN_ADVISER = "{name} is no adviser, or is you. Choose a colleague who is one. Nothing was changed."
COVER_AWAY = "{name} is away then too. Choose somebody else. Nothing was changed."

ASK = "**Away**\n\nYou are away {span}. You are back on {back}."
ASK_FOR = "**Away**\n\n{name} is away {span}. They are back on {back}."
WHO_COVERS = "Who covers?"
COVERS = "{cover} covers."
FROM_NOW = "from now"
FROM = "from {day}"
DUTY = "Duty"
RIGHT = "Right"
CANCEL = "Cancel"
CANCELLED = "Nothing was changed."

NOTED = "Noted: away {span}, back on {back}. {cover} covers. {moved}/back ends it."
NOTED_FOR = "Noted: {name} is away {span}, back on {back}. {cover} covers. {moved}"
MOVED = "Passed on now: {count}. "
TOLD = "{who} wrote down that you are away {span}, back on {back}. {cover} covers. /back ends it."
YOU_COVER = "You cover for {name} {span}, until {back}."
YOU_COVER_NO_MORE = "{name} is back. You don't cover for them any more."
TOO_LATE = "That time has gone by. Please write /away again. Nothing was changed."
BACK = "Welcome back. What was passed on while you were away stays with whoever has it."
PLAN_CANCELLED = "Your absence {span} is cancelled."
NOT_AWAY = "You are not away. Nothing was changed."
