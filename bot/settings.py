"""Every setting of the bot: typed, read once from the environment and `.env`, explained in one sentence when wrong."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from rapidfuzz import fuzz, process
from sqlalchemy import make_url

from bot.errors import SettingsError

ROOT = Path(__file__).resolve().parent.parent
TELEGRAM = "https://api.telegram.org"
OWN_PREFIXES = (
    "TELEGRAM_",
    "WEBHOOK_",
    "COUNCIL_",
    "PRACTICE_",
    "KEY_FILE",
    "HEARTBEAT_",
    "AUDIT_",
    "ENCODER_",
    "VACANCIES_",
    "NOTICES_",
)
"""A name in the environment that begins like ours but isn't one is a slip of the pen, so it is refused."""
LOOKS_LIKE = 88.0
"""Similarity (0-100, rapidfuzz ratio) from which an unknown name is taken for a misspelt setting."""


def _http_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ValueError("an address that begins with https:// (or http:// on this machine)")
    return value.rstrip("/")


def _database_address(value: str) -> str:
    scheme, separator, rest = value.partition("://")
    drivers = {
        "sqlite": "sqlite+inloop",
        "postgres": "postgresql+psycopg",
        "postgresql": "postgresql+psycopg",
    }
    driver = drivers.get(scheme.partition("+")[0])
    if not separator or driver is None:
        raise ValueError("sqlite:///path/to/file.sqlite3 or postgresql://user:password@host/name")
    return f"{driver}://{rest}"


def _secret_token(value: SecretStr) -> SecretStr:
    text = value.get_secret_value()
    if not 16 <= len(text) <= 256 or not all(c.isascii() and (c.isalnum() or c in "_-") for c in text):
        raise ValueError("16 to 256 letters, digits, _ or -")
    return value


def _bot_token(value: SecretStr) -> SecretStr:
    number, separator, rest = value.get_secret_value().partition(":")
    if not (number.isdigit() and separator and rest):
        raise ValueError("the token that BotFather gave you: digits, a colon, letters and digits")
    return value


HttpAddress = Annotated[str, AfterValidator(_http_address)]
DatabaseAddress = Annotated[str, AfterValidator(_database_address)]
BotToken = Annotated[SecretStr, AfterValidator(_bot_token)]
WebhookSecret = Annotated[SecretStr, AfterValidator(_secret_token)]


class Settings(BaseSettings):
    """What the person who runs the bot decides; `.env.example` explains each."""

    model_config = SettingsConfigDict(extra="forbid", env_ignore_empty=True, frozen=True)

    telegram_bot_token: BotToken | None = None
    telegram_api_base: HttpAddress = TELEGRAM
    database_url: DatabaseAddress = Field(default="sqlite+inloop:///data/bot.sqlite3", repr=False)
    key_file: Path = ROOT / "keys" / "bot.keys"
    audit_file: Path = ROOT / "audit" / "heads.txt"
    heartbeat_url: HttpAddress | None = Field(default=None, repr=False)
    council_file: Path = ROOT / "content" / "councils" / "northmoor" / "council.yaml"
    content_folder: Path = ROOT / "content" / "entries"
    encoder_folder: Path = ROOT / ".encoder"
    telegram_receive: Literal["polling", "webhook"] = "polling"
    telegram_poll_seconds: int = Field(default=25, ge=0, le=50)
    webhook_url: HttpAddress | None = None
    webhook_secret: WebhookSecret | None = None
    webhook_host: str = "127.0.0.1"
    webhook_port: int = Field(default=8443, ge=0, le=65535)
    send_per_second: int = Field(default=28, ge=1, le=1000)
    send_in_flight: int = Field(default=8, ge=1, le=8)
    send_timeout_seconds: float = Field(default=10.0, ge=0.2, le=60)
    notices_a_week: int = Field(default=4, ge=1, le=50)
    vacancies_key: SecretStr | None = Field(default=None, repr=False)
    vacancies_url: HttpAddress = "https://api.apprenticeships.education.gov.uk/vacancies"
    vacancies_latitude: float | None = Field(default=None, ge=49, le=61)
    vacancies_longitude: float | None = Field(default=None, ge=-9, le=2)
    vacancies_miles: int = Field(default=15, ge=1, le=100)
    practice_port: int = Field(default=8765, ge=0, le=65535)
    practice_clock_url: HttpAddress | None = None
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @model_validator(mode="after")
    def _webhook_is_complete(self) -> Self:
        if self.telegram_receive == "webhook":
            for name in ("webhook_url", "webhook_secret"):
                if getattr(self, name) is None:
                    raise SettingsError(
                        f"{name.upper()} is missing: TELEGRAM_RECEIVE=webhook needs it. See .env.example."
                    )
        return self

    @model_validator(mode="after")
    def _keys_lie_apart_from_the_data(self) -> Self:
        """Whoever gets hold of the data folder, or of a copy of it, must not hold the keys with it."""
        url = make_url(self.database_url)
        if url.get_backend_name() == "sqlite" and url.database:
            data = (ROOT / url.database).resolve().parent
            if data in (ROOT / self.key_file).resolve().parents and data != ROOT:
                raise SettingsError(
                    "KEY_FILE lies in the folder of the database. Move it out, so that a copy of the data tells nothing."
                )
        return self

    @model_validator(mode="after")
    def _vacancies_have_a_place(self) -> Self:
        if self.vacancies_key is not None and None in (self.vacancies_latitude, self.vacancies_longitude):
            raise SettingsError(
                "VACANCIES_LATITUDE or VACANCIES_LONGITUDE is missing: VACANCIES_KEY needs both. See .env.example."
            )
        return self

    @property
    def practice(self) -> bool:
        """Without a token the bot runs in practice mode, against the stand-in."""
        return self.telegram_bot_token is None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only `read` decides where values come from, so that a test can never pick up a real `.env`."""
        return (init_settings,)


NAMES = frozenset(name.upper() for name in Settings.model_fields)


def read(environment: Mapping[str, str] | None = None, env_file: Path | None = ROOT / ".env") -> Settings:
    """Read the settings; the environment wins over `.env`.

    Raises SettingsError with one sentence that names the setting and says what is allowed.
    """
    values: dict[str, str] = {}
    if env_file is not None and env_file.exists():
        for name, value in dotenv_values(env_file, interpolate=False).items():
            if name.upper() not in NAMES:
                raise SettingsError(f"{name} in {env_file.name} is not a setting{_did_you_mean(name)}.")
            values[name.upper()] = value or ""
    for name, value in (os.environ if environment is None else environment).items():
        if name.upper() in NAMES:
            values[name.upper()] = value
        elif name.startswith(OWN_PREFIXES) or _nearest(name):
            raise SettingsError(f"{name} in the environment is not a setting{_did_you_mean(name)}.")
    try:
        return Settings(**{name.lower(): value for name, value in values.items() if value != ""})  # type: ignore[arg-type]
    except ValidationError as error:
        raise SettingsError(_sentence(error)) from None


def _nearest(name: str) -> str | None:
    found = process.extractOne(name.upper(), NAMES, scorer=fuzz.ratio, score_cutoff=LOOKS_LIKE)
    return found[0] if found else None


def _did_you_mean(name: str) -> str:
    nearest = _nearest(name)
    return f": did you mean {nearest}?" if nearest else "; .env.example lists them all"


def _sentence(error: ValidationError) -> str:
    """Say the first mistake in one sentence; the wrong value itself is never repeated, it may be a secret."""
    mistake = error.errors(include_input=False, include_url=False)[0]
    name = str(mistake["loc"][0]).upper() if mistake["loc"] else "A setting"
    reason = mistake.get("ctx", {}).get("error")
    allowed = str(reason) if reason else mistake["msg"].removeprefix("Input should be ").removeprefix("Value error, ")
    return f"{name} has a value that is not allowed. Allowed: {allowed}."
