"""The programme of drop-ins, for staff: sessions, who came, series, and files that hold a programme."""

# --- what those who said they would come read as the reason

PLAN_CHANGED = "The plan for this drop-in has changed."
STOPPED = "This drop-in has stopped for now."

# --- /dropins

COMING = "**Drop-ins that come next**"
COMING_MORE = "**Drop-ins that come after that**"
NONE_COMING = "No drop-in is planned. /programme shows the series. You can also send me a file: .ics, .csv or .yaml."
ROW = "• {when}: {name}, {count}"
ROW_CANCELLED = "• {when}: {name}, cancelled"
COUNT = "{coming} coming"
COUNT_OF = "{coming} of {capacity} coming"
COUNT_WAITING = "{count}, {waiting} on the list"
TO_TICK = "Not ticked yet: who came?"
LATER, FIRST = "Later ones", "The next ones"

GONE = "That drop-in is not planned any more. /dropins shows what is."
CANCELLED_SO = "It is cancelled. Why: {note}"
CANCELLED = "It is cancelled."
BY_HAND = "A colleague changed this one by hand. A change of the series leaves it alone."
MOVE, PLACE, CANCEL, PLACES, WHO_CAME, RESTORE = (
    "Another time", "Another place", "Cancel it", "Places", "Who came?", "Hold it after all",
)  # fmt: skip
BACK = "All drop-ins"

WHEN_WANTED = (
    "Drop-in {number}: when is it held instead? Please reply to this message, such as friday 14:00-16:00, "
    "24 nov 3pm or 15:00."
)
PLACE_WANTED = "Drop-in {number}: where is it held instead? Please reply to this message."
REASON_WANTED = (
    "Drop-in {number}: why is it cancelled? Please reply to this message. It is cancelled when you do. "
    "Everybody who said they would come reads your words."
)
PLACES_WANTED = "Drop-in {number}: how many places are there? Please reply to this message with a number, or with none."

NO_DAY = "I could not read that. Write a day, a time or both, such as friday 14:00-16:00. Nothing was changed."
PAST = "That time has gone by. Write one that lies ahead. Nothing was changed."
OVER_MIDNIGHT = "It would end after midnight. Write both times, such as 20:00-22:00. Nothing was changed."
OVER = "That drop-in has begun, or is over. Nothing was changed."
IS_CANCELLED = "That drop-in is cancelled. Tap “Hold it after all” first. Nothing was changed."
IS_CANCELLED_ALREADY = "That drop-in is cancelled already."
IS_PLANNED = "That drop-in is planned. Nothing was changed."
EMPTY = "There are no words in that. Nothing was changed."
TOO_LONG = "That has {length} letters. At most {most} fit. Nothing was changed."
NO_NUMBER = "Please write a number from 1 to {most}, or none. Nothing was changed."

MOVE_SURE = "**{name}** would be on {when}. {people}"
MOVE_YES, MOVE_NO = "Move it", "Leave it"
TELLS = "I tell {count} people."
TELLS_ONE = "I tell 1 person."
TELLS_NOBODY = "Nobody has to be told."
TOLD = "I told {count} people."
TOLD_ONE = "I told 1 person."
TOLD_NOBODY = "Nobody had to be told."
MOVED = "Moved: {name} is on {when}. {people}"
RELOCATED = "Changed: {name} is at {place}. {people}"
CALLED_OFF = "Cancelled: {name} on {when}. {people}"
RESTORED = "{name} on {when} is held after all. {people}"
PLACES_SET = "{name} on {when} has {places}. {people}"
MOVED_UP = "{count} people came off the waiting list."
MOVED_UP_ONE = "1 person came off the waiting list."
SOME_PLACES, ONE_PLACE, ANY_PLACES = "{count} places", "1 place", "room for as many as come"
LEFT = "Nothing was changed."

# --- who came

ATTENDANCE = """**Who came?**

{name}, {when}"""
ATTENDANCE_COUNT = "Came: {came} of {coming}. Others: {others}."
ATTENDANCE_NOBODY = "Nobody had said that they would come."
TAP_WHO = "Tap everybody who came. Tap again to take it back."
CAME, NOT_TICKED = "✓ {name}", "{name}"
SOMEBODY = "Somebody"
PLUS, MINUS = "Somebody else came (+1)", "One less (−1)"
DONE = "Done"
MORE_PEOPLE, FIRST_PEOPLE = "More people", "The first people"
NOT_YET = "It has not begun yet. You can tick who came from half an hour before."
NOT_COMING_ANY_MORE = "They took their name off. Nothing was changed."
DONE_SAID = """**Done.** {name}, {when}

Came: {came} of {coming}. Others: {others}. Whoever you ticked is not asked “Did you get there?”."""
TICK_AGAIN = "Change it"

# --- /programme

SERIES = "**The programme**"
NO_SERIES = "There is no programme yet. Send me a file here: .ics, .csv or .yaml. Nothing changes until you say so."
SERIES_ROW = "• {name}: {when}, {opens} to {closes}{state}"
STATES = {"active": "", "paused": " (paused)", "ended": " (ended)"}
SERIES_HINT = "Tap one to change it. To change much at once, export the programme, edit the file and send it to me."
EXPORT = "Export {kind}"
MORE_SERIES, FIRST_SERIES = "More", "The first ones"

ONE = """**{name}**

{when}, {opens} to {closes}"""
ONE_AGENCY = "With {agency}."
ONE_PLACE_AT = "Where: {place}"
ONE_BRING = "Bring: {bring}"
ONE_CAPACITY = "Places: {places}."
ONE_NEXT = "Next: {when}"
ONE_NEXT_NONE = "No session is planned."
ONE_STATE = {
    "active": "It goes on.",
    "paused": "It is paused. No session is held.",
    "ended": "It has ended.",
}
HOLIDAYS = {
    "skip": "On bank holidays and closed days it is left out.",
    "move": "On bank holidays and closed days it moves to the next free working day.",
    "keep": "It is held on bank holidays and closed days too.",
}
HOLIDAYS_BUTTON = {"skip": "Leave out on holidays", "move": "Move on holidays", "keep": "Hold on holidays"}
PAUSE, START, END, SERIES_PLACES, ALL_SERIES = "Pause", "Start again", "End it", "Places", "The programme"
END_SURE = "Shall **{name}** end? Its sessions are cancelled. {people}"
END_YES, END_NO = "End it for good", "Leave it"
SERIES_GONE = "That series is not there any more. /programme shows what is."
SERIES_PLACES_WANTED = (
    "Series {number}: how many places has each session? Please reply to this message with a number, or with none."
)
SERIES_PLACES_SET = "{name} has {places} from now on."

# --- a file

READING = "I am reading the file. Nothing changes yet."
TOO_BIG = "That file has more than 1 MB. Split it, or take old drop-ins out. Nothing was changed."
NOT_LOADED = "I could not load that file. Please send it again. Nothing was changed."
FILE = "**What is in {file}**"
NEW, NEW_ONE = "{count} are new.", "1 is new."
CHANGED, CHANGED_ONE = "{count} change.", "1 changes."
SAME, SAME_ONE = "{count} stay the same.", "1 stays the same."
OVER_ALREADY, OVER_ALREADY_ONE = "{count} are over and are left out.", "1 is over and is left out."
MISSING, MISSING_ONE = "{count} go on and are not in the file:", "1 goes on and is not in the file:"
NEW_TITLE, CHANGED_TITLE, FAULTS_TITLE = "New:", "Changed:", "I can't read this:"
DRAFT = "• {name}: {when}, {opens} to {closes}, {place}"
MORE = "and {count} more"
FAULT = "• {fault}"
GOOD_HALF = "You can take over what I could read, and send the rest again."
NOT_ENDED = "As long as there are mistakes in the file, I end nothing."
NOTHING_NEW = "There is nothing to take over."
TAKE, TAKE_AND_END, LEAVE = "Take it over", "Take it over, end the others", "Leave it"
TAKING = "One moment. I am taking it over."
TAKEN = "Taken over: {new} new, {changed} changed, {ended} ended. /dropins shows the sessions."
NOT_TAKEN = "Nothing was changed."
FILE_GONE = "That file is not there any more. Send it again. Nothing was changed."
EXPORT_CAPTION = "The programme, {count} series. Edit it and send it to me, and I show what would change."
RULE_TOO_LONG = "the rule has more than {most} letters. Split the series into two."
