"""What people send, as the keys of a message."""

from __future__ import annotations

from typing import Any

from practice import entities, files
from practice.entities import CAPTION_LIMIT, TEXT_LIMIT
from practice.errors import ApiError, Mistake
from practice.objects import DICE, Json
from practice.world import Person, World

SAMPLE_PLACE = {"latitude": 51.5007, "longitude": -0.1246}
SAMPLE_NUMBER = "+447700900123"
"""From the numbers that Ofcom keeps free for drama (07700 900000 to 900999), so nobody's."""
SAMPLE_SECONDS = 3


def content(world: World, person: Person, request: Json) -> Json:
    """What a person sends: a file, a place, a contact, a dice or words."""
    if (kind := next((kind for kind in files.KINDS if request.get(kind)), None)) is not None:
        return _file(world, kind, request)
    if place := request.get("location"):
        return {"location": _place(place)}
    if card := request.get("contact"):
        return {"contact": _contact(person, card)}
    if dice := request.get("dice"):
        return {"dice": _dice(world, dice)}
    said = marked("text", request.get("text") or "", TEXT_LIMIT)
    if not said:
        raise Mistake("There is nothing to say: give a text, a file, a sticker, a location, a contact or a dice.")
    return said


def marked(name: str, text: Any, most: int) -> Json:
    """A text or caption with the marks that Telegram's apps put on it."""
    if not isinstance(text, str) or not entities.encodable(text):
        raise Mistake(f"The {name} has to be a text.")
    text = text.strip()
    if entities.units(text) > most:
        raise Mistake(f"Telegram's apps take {most} characters at most here.")
    if not text:
        return {}
    found = entities.merged(text, [])
    key = "entities" if name == "text" else "caption_entities"
    return {name: text, key: found} if found else {name: text}


def _file(world: World, kind: str, request: Json) -> Json:
    given = request[kind]
    if kind == "sticker":
        emoji = given if isinstance(given, str) else "🙂"
        return world.files.keep(kind, files.SAMPLES[kind], {"emoji": emoji}).content()
    upload = files.from_control(kind, given)
    about = {} if kind in ("photo", "document") else {"duration": SAMPLE_SECONDS}
    try:
        stored = world.files.keep(kind, upload, about)
    except ApiError:
        raise Mistake("This photo is not a PNG or JPEG picture.") from None
    words = request.get("caption") if kind in files.CAPTIONED else ""
    return {**stored.content(), **marked("caption", words or "", CAPTION_LIMIT)}


def _place(given: Any) -> Json:
    try:
        return SAMPLE_PLACE if given is True else {name: float(given[name]) for name in ("latitude", "longitude")}
    except (KeyError, TypeError, ValueError):
        raise Mistake('A location is true, or {"latitude", "longitude"}.') from None


def _contact(person: Person, given: Any) -> Json:
    """A contact card; `true` is the person's own, which carries their id as Telegram's does."""
    if given is True:
        named = {"phone_number": SAMPLE_NUMBER, "first_name": person.first_name}
        return named | ({"last_name": person.last_name} if person.last_name else {}) | {"user_id": person.id}
    names = ("phone_number", "first_name")
    if not isinstance(given, dict) or not all(isinstance(given.get(name), str) and given[name] for name in names):
        raise Mistake('A contact is true for one\'s own, or {"phone_number", "first_name"}.')
    return {name: given[name] for name in names}


def _dice(world: World, given: Any) -> Json:
    emoji = "🎲" if given is True else given
    if not isinstance(emoji, str) or emoji not in DICE:
        raise Mistake(f"A dice is true, or one of {' '.join(DICE)}.")
    return {"emoji": emoji, "value": world.random.randint(1, DICE[emoji])}
