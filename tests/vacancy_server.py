"""A stand-in for Find an Apprenticeship's Display Advert API, version 2, on loopback: pages, refusals and nonsense.

Its answers have the shape of the service's own source; see bot/vacancies.py for what is verified. Employers are invented.
"""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

KEY = "a-key-of-ours-0123456789"


def advert(number: int, **changed: Any) -> dict[str, Any]:
    """An advert as the service writes it."""
    return {
        "title": f"Bakery apprentice {number}",
        "description": "Learn to bake bread and cakes with a small team.",
        "numberOfPositions": 2,
        "postedDate": "2026-11-02T09:12:44.581Z",
        "closingDate": "2027-06-30T23:59:59Z",
        "startDate": "2027-09-06T00:00:00Z",
        "wage": {
            "wageAmount": 16640.0,
            "wageAmountLowerBound": None,
            "wageAmountUpperBound": None,
            "wageAdditionalInformation": "£16,640 a year",
            "wageType": "Custom",
            "workingWeekDescription": "Monday to Friday, 7am to 3pm",
            "wageUnit": "Annually",
        },
        "hoursPerWeek": 37.5,
        "expectedDuration": "15 months",
        "addresses": [
            {
                "addressLine1": "3 Mill Lane",
                "addressLine2": None,
                "addressLine3": "Harrowfield",
                "addressLine4": None,
                "postcode": "ZZ1 1AA",
                "latitude": 52.408,
                "longitude": -1.511,
            }
        ],
        "applicationUrl": "https://jobs.crumbandsons.example/apply",
        "distance": 2.3418,
        "employerName": "Crumb and Sons",
        "employerWebsiteUrl": "https://crumbandsons.example",
        "employerContactName": "Jo Example",
        "employerContactPhone": "01632 960000",
        "employerContactEmail": "jo@crumbandsons.example",
        "course": {
            "larsCode": 212,
            "title": "Baker (level 2)",
            "level": 2,
            "route": "Catering and hospitality",
            "type": "apprenticeship",
        },
        "apprenticeshipLevel": "Intermediate",
        "providerName": "Harrowfield College",
        "ukprn": 10000001,
        "isDisabilityConfident": True,
        "vacancyUrl": f"https://www.findapprenticeship.service.gov.uk/apprenticeship/reference/{1000000000 + number}",
        "vacancyReference": str(1000000000 + number),
        "isNationalVacancy": False,
        "isNationalVacancyDetails": "",
        **changed,
    }


def page_of(vacancies: list[Any], page_size: int = 100, number: int = 1) -> dict[str, Any]:
    """One page of these adverts, as the service answers."""
    start = (number - 1) * page_size
    return {
        "vacancies": vacancies[start : start + page_size],
        "total": len(vacancies) + 4000,
        "totalFiltered": len(vacancies),
        "totalPages": math.ceil(len(vacancies) / page_size),
    }


Answer = Callable[[], web.Response]


def refuses(status: int, **headers: str) -> Answer:
    """Answers with this status; `Retry_After="30"` becomes the header Retry-After."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda: web.json_response({"statusCode": status, "message": "No."}, status=status, headers=named)


def says(body: bytes, content_type: str = "application/json") -> Answer:
    """Answers 200 with these bytes."""
    return lambda: web.Response(body=body, content_type=content_type)


def lists(answer: Any) -> Answer:
    """Answers 200 with this as JSON."""
    return lambda: web.Response(text=json.dumps(answer), content_type="application/json")


@dataclass
class VacancyServer:
    """Lists these adverts. `instead` holds other answers by page; a page in `silent` is never answered while the test runs."""

    vacancies: list[Any] = field(default_factory=lambda: [advert(number) for number in range(1, 4)])
    instead: dict[int, Answer] = field(default_factory=dict)
    silent: set[int] = field(default_factory=set)
    allowed: int = 150
    """Requests before it answers 429; a test that lets five minutes pass gives it new ones."""
    asked: list[dict[str, str]] = field(default_factory=list)
    address: str = ""
    over: asyncio.Event = field(default_factory=asyncio.Event)

    async def vacancy(self, request: web.Request) -> web.Response:
        if request.headers.get("X-Version") != "2":
            return web.Response(status=404)
        if request.headers.get("Ocp-Apim-Subscription-Key") != KEY:
            return refuses(401)()
        self.asked.append(dict(request.query))
        self.allowed -= 1
        if self.allowed < 0:
            return refuses(429, Retry_After="300")()
        number, size = int(request.query.get("PageNumber", "1")), int(request.query.get("PageSize", "10"))
        if number in self.silent:
            await self.over.wait()
        if number in self.instead:
            return self.instead[number]()
        return lists(page_of(self.vacancies, size, number))()


@asynccontextmanager
async def listening(server: VacancyServer) -> AsyncIterator[VacancyServer]:
    """The server on a free port of this machine, until the block ends."""
    application = web.Application()
    application.router.add_get("/vacancies/vacancy", server.vacancy)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.address = f"http://127.0.0.1:{runner.addresses[0][1]}/vacancies"
    try:
        yield server
    finally:
        server.over.set()
        await runner.cleanup()
