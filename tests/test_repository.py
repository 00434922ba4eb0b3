"""Promises of the repository as a whole."""

import importlib
import re
from pathlib import Path

import pytest

from bot.models import EnrolmentState, EscalationState, InboxState, Lane, OutboxState
from bot.settings import ROOT
from content.entry import TOPICS

OURS = ("bot", "handlers", "scheduler", "content", "practice")
CODE = [path for package in OURS for path in (ROOT / package).rglob("*.py")]
README = (ROOT / "README.md").read_text()


@pytest.mark.parametrize("package", OURS)
def test_our_packages_are_ours_and_not_somebody_elses_of_the_same_name(package: str) -> None:
    file = importlib.import_module(package).__file__
    assert file is not None
    assert Path(file).is_relative_to(ROOT)


@pytest.mark.parametrize("state", [*InboxState, *OutboxState, *EscalationState, *EnrolmentState])
def test_every_state_is_in_the_readmes_picture(state: str) -> None:
    pictures = "\n".join(re.findall(r"```mermaid(.*?)```", README, re.DOTALL))
    assert re.search(rf"\b{state}\b", pictures)


def test_the_lanes_are_told_in_their_order() -> None:
    assert "**" + ", ".join(lane.name.lower() for lane in Lane) + "**" in README


def test_there_are_33_topics() -> None:
    assert len(TOPICS) == 33


def test_no_councils_name_is_in_code() -> None:
    councils = [folder.name.replace("-", " ") for folder in (ROOT / "content" / "councils").iterdir()]
    for path in CODE:
        text = path.read_text().lower()
        named = [council for council in councils if re.search(rf'["\'][^"\'\n]*\b{council}\b(?!" / )', text)]
        assert not named or path.name == "settings.py", f"{path}: {named}"


def test_formatting_never_travels_as_markup() -> None:
    assert not [path for path in CODE if "practice" not in path.parts and "parse_mode" in path.read_text()]


def test_nothing_waiting_at_telegram_is_ever_dropped() -> None:
    dropping = re.compile(r"drop_pending_updates\W+True")
    assert not [path for path in CODE if "practice" not in path.parts and dropping.search(path.read_text())]


@pytest.mark.parametrize("command", ["make run", "make test"])
def test_the_readme_names_the_two_commands(command: str) -> None:
    assert command in README
