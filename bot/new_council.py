"""Makes the folder of a new council: a file to fill in, which the bot refuses until it is filled, and room for entries."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import Final

from bot.errors import SettingsError
from content.council import NEEDED_CONTACTS

LONGEST: Final = 40

COUNCIL: Final = """\
# {name}: who the council is. Fill in every line that says "to be found", and check each number by ringing it.
# The bot refuses to start while a contact is missing, so that nobody is ever told to ring a gap.

# What entries and messages call the council.
name: {quoted}
# Write "demonstration: true" for a try-out with invented numbers: the bot then says that it is a demo.
demonstration: false
# What young people call the leaving care team. To be found: ask them.
team: the leaving care team
# The place where they can drop in. To be found; if there is none, write what they would come to.
hub: the office
# Clocks and bank holidays. Leave both as they are in England.
time_zone: Europe/London
bank_holidays: England         # England, Wales, Scotland or Northern Ireland
# When somebody of the team is there. To be found. Several periods a day are fine: ["09:00-12:30", "13:00-17:00"]
office_hours:
  monday: ["09:00-17:00"]
  tuesday: ["09:00-17:00"]
  wednesday: ["09:00-17:00"]
  thursday: ["09:00-17:00"]
  friday: ["09:00-17:00"]
# Days besides weekends and bank holidays on which nobody is there, one a line, such as 2026-12-24: Christmas closing
closed_days:
# The school terms, one a line, such as - {{from: 2026-09-02, until: 2026-12-18}}. Drop-ins "in term time" are held within.
terms:
# When a question or a concern goes on to the next person. The team decides; these are the usual times.
escalation:
  urgent_minutes: [0, 5, 10, 15]      # page the adviser, the duty worker, the manager; raise the alarm. Day and night
  urgent_answer_minutes: 15           # after "I've got this", something must follow within this
  ordinary_reminder_hours: 4          # working hours until the adviser is reminded
  ordinary_working_days: [1, 2, 3]    # pass it to the duty worker, to the manager; raise the alarm
# How long things are kept. Agree it with whoever looks after data protection.
retention:
  text_days: 30                # how long words are kept
  delivery_days: 7             # how long it is known what was delivered
  audit_years: 6               # told to people; nothing is deleted by it yet
# Whom a young person can ring. Entries and cards name each by its blank: {{duty_phone}}, {{housing_name}} and so on.
# For each: find the number, ring it, take the # away and fill in all four lines. You may add more contacts.
contacts:
"""
CONTACTS: Final = {
    "duty": "the duty worker of the team, in office hours",
    "out_of_hours": "the emergency duty team, at night and at weekends",
    "council": "the council's switchboard",
    "children": "children's social care, for a worry about a child",
    "housing": "the housing or homelessness team",
    "council_tax": "the council tax office",
}
CONTACT: Final = """\
#  {key}:                      # {who}
#    name: to be found
#    phone: "to be found"
#    source: to be found        # where you have the number from
#    checked_on: to be found    # the day on which you rang it, such as 2026-11-21
"""
README: Final = """\
# The council's own entries

The national entries lie in `content/entries`. What {name} does in its own way goes here.

- A file lies in its topic's folder: `housing/my-entry.md`. The folders have the same names as in `content/entries`.
- A file with the same name as a national one takes its place, whole. Copy it, then change it.
- A file with a new name is added.
- To leave a national entry as it is, do nothing.
- `docs/content-guide.md` says how an entry is written.

A good order to begin:

1. `setting_up_home`: the amount of the setting up home allowance, and how it is paid.
2. `council_tax`: whether care leavers pay, up to which age, and how to ask.
3. `housing` and `homelessness`: who helps on the day, and the way to a home.
4. `personal_adviser` and `contact_escalation`: what the team is called and how it is reached.
5. `dropin_events`: where the hub is and when it is open.

After each change run `python -m bot check-entries`. It names file, field and fix for every mistake.
An amount says when it holds. A number is rung before it is written down.
This file is for editors: the bot does not read it.
"""
PROGRAMME: Final = """\
# The first programme of drop-ins. It is read once, at the very first start; after that staff change it in the chat
# (/programme), or send a new file there. On bank holidays and closed days a drop-in is left out, unless it says
# bank_holidays: move, or keep. One drop-in is written like this:
#  - name: Breakfast at the Hub
#    weekday: tuesday
#    opens: "09:30"
#    closes: "11:00"
#    place: the Hub, kitchen
#    from: 2026-09-10          # the first and the last day; leave both out if it goes on all year
#    until: 2027-07-22
drop_ins: []
"""


def slug(name: str) -> str:
    """The folder's name: small letters and hyphens. Raises SettingsError for a name that has too few letters, or too many."""
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    found = re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")
    if not re.search(r"[a-z]{2}", found) or len(found) > LONGEST:
        raise SettingsError(
            f"“{name}” can't be the name of a folder. Write the council's name in letters, such as new-council Anytown."
        )
    return found


def make(name: str, councils: Path) -> Path:
    """Make the folder of a council; returns it.

    Raises SettingsError in a sentence when there is such a folder already, or it can't be made.
    """
    name = " ".join(name.split())
    folder = councils / slug(name)
    contacts = "".join(CONTACT.format(key=key, who=CONTACTS[key]) for key in NEEDED_CONTACTS)
    quoted = '"' + name.replace("\\", "").replace('"', "") + '"'
    try:
        folder.mkdir(parents=True)
        (folder / "entries").mkdir()
        (folder / "council.yaml").write_text(COUNCIL.format(name=name, quoted=quoted) + contacts, encoding="utf-8")
        (folder / "entries" / "README.md").write_text(README.format(name=name), encoding="utf-8")
        (folder / "programme.yaml").write_text(PROGRAMME, encoding="utf-8")
    except FileExistsError:
        raise SettingsError(f"{folder.name} is there already. Nothing was changed.") from None
    except OSError as fault:
        raise SettingsError(f"{folder.name} can't be made ({fault.strerror}).") from None
    return folder


def next_steps(folder: Path, root: Path) -> str:
    """What the person at the keyboard does next."""
    where = folder.relative_to(root) if folder.is_relative_to(root) else folder
    return (
        f"{where} is there. What to do next:\n"
        f"1. Fill in {where}/council.yaml. Ring every number before you write it down.\n"
        f"2. Write into .env: COUNCIL_FILE={where}/council.yaml. Then run: python -m bot doctor\n"
        f"3. Put the council's own entries into {where}/entries. Its README.md says how. Then run: python -m bot check-entries"
    )
