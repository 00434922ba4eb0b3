"""How posts about jobs and courses are worded: labels, emoji, and patterns for pay, hours, places and employers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from content.opportunity import OpportunityKind

LABELS: Final[Mapping[str, str]] = {
    "title": "job title|vacancy title|course title|course name|job role|title|role|position|vacancy|post|job|course|opportunity"
    "|apprenticeship|placement",
    "who": "employer|employer name|name of employer|company|company name|organisation|provider|run by|hosted by|college|salon|team"
    "|who|from|with|funder",
    "trainer": "training provider|training|training course",
    "what": "what you(?:'ll| will|'d| would) do(?: at work)?|what you do|about the (?:role|job|course|work)|the (?:role|job|work)"
    "|your role|job description|description|(?:main )?duties|responsibilities|summary|overview|work|details|what is it|ward work",
    "pay_hours": "(?:rate of |weekly |annual |hourly )?(?:pay|wages?)(?: rate)?|salary|rate|amount|you get|(?:working )?hours"
    "(?: per week| of work)?|working week|working pattern|shifts?|days(?: and times)?|times?|when|contract|fees|how much|££?",
    "where": "location|where(?: is it)?|place|address|venue|workplace|site|campus|postcode|based (?:at|in)|work location",
    "needed": "requirements|(?:what )?you(?:'ll| will)? need|you must|essential(?: skills| qualifications)?|qualifications(?: needed)?"
    "|skills|(?:work )?experience|what we(?:'re| are) looking for|who we(?:'re| are) looking for|entry requirements|must have"
    "|you should have|person specification",
    "closes_on": "(?:application )?(?:closing date|deadline|last date)(?: for applications| to apply)?|apply (?:by|before)"
    "|(?:applications )?clos(?:es?|ing)(?: on)?|applications close|book by|sign up by",
    "link": "apply(?: here| now| online| at)?|how to apply|to apply|link|website|web|more info(?:rmation)?|url|sign up|book(?: here)?",
    "sort": "kind|type",
    "cost": "cost|price",
    "other": "(?:possible )?start(?:ing)? date|starts?|reference|ref|posted|interviews?|contact|tel|telephone|phone|e-?mail|duration"
    "|date|grade|subject|fwd|band|who can apply|eligibility|shared from",
}
MARKS: Final[Mapping[str, str]] = {
    "📍": "where", "📌": "where", "🗺": "where", "💷": "pay_hours", "💰": "pay_hours", "💵": "pay_hours", "🕒": "pay_hours",
    "🕗": "pay_hours", "🕘": "pay_hours", "🕐": "pay_hours", "⏰": "pay_hours", "⌚": "pay_hours", "🏢": "who", "🏫": "who",
    "✅": "needed", "⏳": "closes_on", "🔗": "link",
}  # fmt: skip
MANY_LINES: Final = {"pay_hours": 3, "what": 3, "needed": 3}
"""How many lines may stand under a heading that has a line of its own; under others one."""

LABEL: Final = re.compile(
    r"\W*(?:"
    + "|".join(f"(?P<{field}>{words})" for field, words in LABELS.items())
    + r")\s*(?::|\s[-–—]|[-–—]\s|\s?=)\s*(?=\S)",
    re.IGNORECASE,
)
HEADING: Final = re.compile(
    r"\W*(?:" + "|".join(f"(?P<{field}>{words})" for field, words in LABELS.items()) + r")\W*", re.IGNORECASE
)
BARE_LABEL: Final = re.compile(
    r"(?:(?P<pay_hours>salary|wage)|(?P<where>location)|(?P<closes_on>closing date))\s+(?=\S)", re.IGNORECASE
)
MARK: Final = re.compile(r"[^\w£]+")
EDGE: Final = re.compile(r"^[^\w£\"“'(]+|[^\w)\"”'.!?%+£]+$")
URL: Final = re.compile(
    r"(?:https?://|www\.)[^\s<>\"“”]+|(?<![\w@.-])(?:[a-z0-9-]+\.)+(?:example|com|org|net|uk|gov|io)/[^\s<>\"“”]+",
    re.IGNORECASE,
)
CONTACT: Final = re.compile(r"[\w.+-]+@[\w-]+\.\w|(?:\+44|\b0)[\d ()-]{8,}\d")
POSTCODE: Final = re.compile(r"\b[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][A-Z]{2}\b", re.IGNORECASE)
SENTENCE: Final = re.compile(r"(?<=[.!?])\s+|\s+\|\s+|\s+[\U0001f300-\U0001faff\u2600-\u27bf]+\ufe0f?\s+")
CHUNK: Final = re.compile(r",\s+(?!\d{3}\b)|\s+\|\s+|(?<=[.!?])\s+|\s+and the (?=salary|pay|wage)")

CLOSES: Final = re.compile(
    r"\b(?:appl(?:y|ications?)|clos(?:es?|ing)|deadline|sign up|book|enrol|register|last date|by|before)\b",
    re.IGNORECASE,
)
HUSH: Final = re.compile(
    r"\W*(?:hi|hello|hey|dear|(?:good )?(?:morning|afternoon|evening)\W*$|good (?:morning|afternoon)|(?:exciting|great|amazing)(?: \w+)? opportunit(?:y|ies)\W*$|kind regards|(?:kind |best |warm )?(?:regards|wishes)|thanks|thank you|cheers|please (?:share|pass|see)"
    r"|know anyone|anyone want|fancy|tag a|shared from|fwd|fw|re|subject|pop-up|#|got this|regards|job alert|we(?:'re|’re| are) hiring|now hiring|vacanc(?:y|ies)\W*$"
    r"|success story\W*$|opportunity\W*$|start asap|check minimum|apply on company)(?!\w)",
    re.IGNORECASE,
)
ONLY_CARE: Final = re.compile(
    r"\bring[- ]?fenced\b|\bcare[- ](?:leavers?|experienced)(?: people| applicants)? only\b|\bjobs? for care leavers\b"
    r"|\bonly (?:open to|for) (?:care[- ](?:leavers|experienced))",
    re.IGNORECASE,
)
PAY: Final = re.compile(
    r"(?:(?:from|up to|about) )?£\s?\d[\d,]*(?:\.\d+)?k?(?:\s?(?:-|–|to)\s?£?\d[\d,]*(?:\.\d+)?k?)?"
    r"(?:\s?(?:an?|per|/|p/|each)\s?(?:hour|hr|h|week|wk|month|year|annum|day|shift)\b|\s?p\.?[ahw]\b\.?| pro rata)?"
    r"|\b(?:national )?(?:minimum|living) wage\b|\bunpaid\b|\bexpenses (?:are )?paid\b",
    re.IGNORECASE,
)
WEEKDAYS: Final = r"(?:mon|tue|tues|wed|thu|thurs|fri|sat|sun)(?:day|sday|nesday|rsday|urday)?s?"
HOURS: Final = re.compile(
    r"(?:\babout )?\b(?:\d+(?:\.\d+)?|an|one|two|three|four) ?(?:hours?|hrs?)\b(?: \d+ minutes)?(?:\s?(?:a|per|/|p)\s?(?:week|wk|w)\b)?"
    r"|\b(?:full|part)[- ]time\b|\bterm[- ]time(?: only)?\b|\b\d{1,2}(?:[.:]\d\d)?\s?(?:am|pm)?\s?(?:-|–|to|till?)\s?\d{1,2}(?:[.:]\d\d)?\s?(?:am|pm)\b"
    rf"|\b\d{{1,2}} till? \d{{1,2}}\b|\b{WEEKDAYS}\s?(?:-|–|to)\s?{WEEKDAYS}\b|\bevery {WEEKDAYS}\b|\b\d+ weeks\b"
    r"|\b(?:mornings?|evenings?|shifts?) a (?:week|month)\b|\bfour days on\b|\bbetween \d{1,2}(?:[.:]\d\d)? ?[ap]m and \d{1,2}(?:[.:]\d\d)? ?[ap]m\b|\b\d days a week\b",
    re.IGNORECASE,
)
COSTS: Final = re.compile(
    r"\b(?:travel|bus fare|lunch|expenses)\b.{0,20}\b(?:paid|covered)\b|\bpay your\b|\byou keep your\b", re.IGNORECASE
)
NEEDED: Final = re.compile(
    r"\b(?:must|essential|no (?:experience|qualifications?)|don['’]t need|(?:you|you['’]ll|you will) need|need to be|you should"
    r"|licence (?:an|is|re)|gcses?|right to work|qualifications?|card needed|transport|grade \d)\b",
    re.IGNORECASE,
)
DOES: Final = re.compile(
    r"(?:on the job )?(?:you|they)(?:['’]ll|['’]d| will| would| may|)\s+(?!need|must|get |should|keep|can\b|don|have\b|are\b|could|want)[a-z]+"
    r"|we need people to|we want \w+ people to|it(?:['’]s| is) an? |(?:learn|help|make|serve|plant|carry|sort|play|pick|clean|cook|work with|support|feed|drive|build)[ ,]"
    r"|[a-z]{3,}ing(?: [a-z]+)?[ ,].{8,}|site work(?=ing)",
    re.IGNORECASE,
)
NAME: Final = (
    r"(?:\b[A-Z][\w'’&.-]*)(?: (?:[A-Z][\w'’&-]*|&|and(?= [A-Z])|of(?= [A-Z])|the(?= [A-Z])|for(?= [A-Z]))){0,7}"
)
OFFERS: Final = re.compile(
    rf"(?P<who>{NAME}(?: (?:florist|shop|bakery|cafe|toy shop)\b)*)(?: (?:in|on|at) (?:the )?(?P<where>[A-Z]\w+(?: [A-Z]\w+)?)|, (?P<place>[A-Z][^,.!?]{{1,80}}))?,? "
    r"(?:(?:is|are) (?:currently |now )?(?:looking for|recruiting|hiring|taking on|offering)|needs?|would like to offer|can offer|has|have|gives?)"
    r" (?:an? |our |some |two |three |new )*(?P<title>[^.,!?\n:]{1,80}?)(?= in [A-Z]| on [A-Z]| at [A-Z]| for (?:its|our|the|a|an)\b| to (?:join|a)\b| based| in January|\W*(?:[.,!?\n:]|$)|\s[^\w\s&'’/-])"
)
WE_WANT: Final = re.compile(
    r"\bwe(?:['’]re| are) (?:looking for|recruiting|hiring|after) (?:an? |some )?(?P<title>[^.,!?\n:]{1,80}?)(?= to join| in [A-Z]| at |\W*(?:[.,!?\n:]|$))",
    re.IGNORECASE,
)
JOIN: Final = re.compile(rf"\bjoin (?P<who>{NAME}) as an? (?P<title>[\w' -]{{1,80}})", re.IGNORECASE)
AT: Final = re.compile(rf"\b(?:at|with|run by|from|by) (?P<who>(?:the )?{NAME})")
AREA: Final = re.compile(
    r"\b(?:based in|based at|workshop in|on|in) (?P<where>(?:the )?[A-Z][\w'’]+(?: [A-Z][\w'’]+)*)(?=\W*$|[.,;!?])"
)
PLACES_ON: Final = re.compile(rf"\b(?:places|spaces|spots) on (?:our|the|a) (?P<title>{NAME})")
STREET: Final = re.compile(
    r"\b\d+[a-z]?,? [A-Z][\w'’]+(?: [A-Z][\w'’]+)? (?:Street|Road|Lane|Avenue|Row|Place|Way|Close|Square|Park|Drive|Terrace)\b"
)
ROLE: Final = re.compile(
    r"\b(?:assistants?|workers?|trainee|operatives?|officers?|drivers?|chef|cook|cleaners?|porters?|technicians?|labourers?|staff|receptionists?"
    r"|mechanic|gardener|carers?|collectors?|mate|team members?|barista|waiter|waitress|temps|navigator|clerk|administrator|engineer|erector|improver)\b",
    re.IGNORECASE,
)
OFFER_NAME: Final = re.compile(
    rf"{ROLE.pattern}|apprentice|\b(?:course|workshop|grant|fund|volunteer|placement|internship|traineeship|bootcamp|academy|award|trustee|training)",
    re.IGNORECASE,
)
KINDS: Final = (
    (OpportunityKind.SUCCESS_STORY, r"success story|\bwell done\b|congratulations|congrats\b"),
    (OpportunityKind.TRAINEESHIP, r"traineeship|supported internship|sector[- ]based work academy|pre-employment"),
    (OpportunityKind.APPRENTICESHIP, r"\bapprentice"),
    (OpportunityKind.RING_FENCED, ONLY_CARE.pattern),
    (OpportunityKind.VOLUNTEERING, r"\bvolunteer"),
    (OpportunityKind.GRANT, r"\bgrants?\b|\bfund(?:ing)?\b|\bbursary award"),
    (OpportunityKind.WORK_PLACEMENT, r"\bplacement|work experience with|\bwork experience\b|\binternship|work taster"),
    (OpportunityKind.COURSE, r"\bcourse\b|boot ?camp|masterclass"),
    (OpportunityKind.JOB, ROLE.pattern),
    (
        OpportunityKind.COURSE,
        r"\bcourses|workshop|boot ?camp|\baward\b|\blevel [1-3]\b|\bqualification in|cscs card in|masterclass",
    ),
    (
        OpportunityKind.JOB,
        r"\bjobs?\b|vacancy|hiring|recruit|salary|\bwage|£|assistant|wanted|needed|\bhours\b|per hour",
    ),
)
NOBODY: Final = frozenset({
    "we", "you", "they", "he", "she", "i", "it", "must", "who", "there", "children", "people", "this", "that", "our", "you'll", "you’ll", "applicants",
})  # fmt: skip
SIGN_OFF: Final = re.compile(
    r"(?:many )?thanks(?: again)?|thank you|cheers|(?:kind |best |warm )?(?:regards|wishes)|all the best", re.IGNORECASE
)
HASHTAGS: Final = re.compile(r"\s*#\w")
GREETING: Final = re.compile(r"^(?:hi|hello|hey)\b[^,.!?:]{0,20}[,.!]\s+(?=\S)", re.IGNORECASE)
WANTED: Final = re.compile(r"\s*\b(?:wanted|needed|required|asap|vacancy|urgently)\b.*$", re.IGNORECASE)
NOISE_BEFORE: Final = re.compile(r"^(?:free|now hiring:?|opportunity:?|vacancy:?)\s+", re.IGNORECASE)
