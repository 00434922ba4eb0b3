"""The command line as somebody at a keyboard meets it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import ROOT
from practice.client import Stand
from tests.conftest import NOW
from tests.knowing import settings_of, write


def run(*arguments: str, given: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TELEGRAM_")}
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments], cwd=ROOT, input=given, text=True, capture_output=True, timeout=60,
        env={**clean, **environment}, check=False,
    )  # fmt: skip


def test_help_names_every_command() -> None:
    said = run("--help").stdout
    for command in ("run", "try", "check-entries", "doctor", "export-phrasings", "export-reviews", "new-council"):
        assert command in said


def test_a_wrong_setting_is_one_sentence_and_exit_code_2() -> None:
    done = run("run", SEND_PER_SECOND="plenty")
    assert done.returncode == 2
    assert done.stderr.startswith("SEND_PER_SECOND has a value that is not allowed.")
    assert len(done.stderr.splitlines()) == 1


async def test_a_token_that_telegram_does_not_know_is_said_plainly(tmp_path: Path) -> None:
    async with Stand() as stand:
        import asyncio

        done = await asyncio.to_thread(
            run, "run", TELEGRAM_BOT_TOKEN="7654321:wrong-token-wrong-token", TELEGRAM_API_BASE=stand.api_base,
            DATABASE_URL=f"sqlite:///{tmp_path}/b.sqlite3",
        )  # fmt: skip
    assert done.returncode == 2
    assert "Telegram does not know this bot: the token is wrong" in done.stderr
    assert "wrong-token" not in done.stderr
    assert "Traceback" not in done.stderr


def test_try_answers_one_question_in_words() -> None:
    assert "Do I have to pay council tax?" in run("try", "do i av 2 pay council tax").stdout


def test_try_reads_questions_and_objects_and_goes_on_after_a_bad_line() -> None:
    lines = [
        "do i av 2 pay council tax",
        '{"id": 7, "text": "i want to die"}',
        '{"id": 8}',
        '{"text": "hello", "chat": "group"}',
    ]
    done = run("try", "--json", given="\n".join(lines))
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row.get("outcome") for row in found] == ["answer", "urgent", None, "smalltalk"]
    assert found[0]["entry"] == "council-tax-discount"
    assert found[1]["id"] == 7
    assert found[1]["concerns"][0]["kind"]
    assert "line 3" in found[2]["error"]


def test_try_takes_any_folder_of_entries(tmp_path: Path) -> None:
    (tmp_path / "pets").mkdir()
    (tmp_path / "pets" / "cats.md").write_text(
        "---\ntitle: Cats\nquestions: [can i keep a cat, are cats allowed, may i have a kitten]\n---\nYes.\n"
    )
    (tmp_path / "pets" / "broken.md").write_text("no front matter")
    done = run("try", "--json", "--content", str(tmp_path), given="are cats allowed here")
    assert json.loads(done.stdout)["entry"] == "cats"
    assert "broken.md" in done.stderr


@pytest.mark.parametrize("where", ["entries", "council"])
def test_the_bot_does_not_start_on_a_broken_file(tmp_path: Path, where: str) -> None:
    (tmp_path / "housing").mkdir()
    (tmp_path / "housing" / "bad.md").write_text("---\ntitle: [\n---\n")
    (tmp_path / "council.yaml").write_text("name: 7\n")
    wrong = {"entries": {"CONTENT_FOLDER": str(tmp_path)}, "council": {"COUNCIL_FILE": str(tmp_path / "council.yaml")}}
    done = run("run", TELEGRAM_BOT_TOKEN="7654321:some-token-some-token", **wrong[where])
    assert done.returncode == 2
    assert ("bad.md" if where == "entries" else "council.yaml: name is missing") in done.stderr
    assert "Traceback" not in done.stderr


def small_council(folder: Path) -> dict[str, str]:
    """Settings of a bot with a small Local Offer, which was started once and has learned something."""
    import asyncio

    from bot import keys
    from bot.models import GateOutcome, ReviewOf, Verdict
    from bot.store import phrasings, reviews, schema
    from bot.store.engine import Store
    from bot.store.vault import Vault

    write(folder)
    chosen = settings_of(folder)
    chosen.key_file.parent.mkdir()

    async def start() -> None:
        store = Store(chosen.database_url, Vault(keys.read_or_make(chosen.key_file)))
        await schema.prepare(store, NOW)
        async with store.transaction() as connection:
            await phrasings.learn(connection, NOW, "bus-pass", "coach permit", 7)
            await reviews.add(
                connection, {"words": "x"}, update_id=1, at=NOW, what=ReviewOf.CONCERN, outcome=GateOutcome.IMMEDIATE
            )
            false_alarm = reviews.Proposal("this bus is killing me", GateOutcome.NONE)
            await reviews.decide(connection, NOW, 1, Verdict.FALSE_ALARM, 7, false_alarm)
        await store.close()

    asyncio.run(start())
    return {
        "CONTENT_FOLDER": str(chosen.content_folder), "COUNCIL_FILE": str(chosen.council_file), "KEY_FILE": str(chosen.key_file),
        "DATABASE_URL": chosen.database_url, "AUDIT_FILE": str(chosen.audit_file),
    }  # fmt: skip


def test_what_was_learned_is_shown_and_then_written_into_the_file(tmp_path: Path) -> None:
    given = small_council(tmp_path)
    shown = run("export-phrasings", "--dry-run", **given)
    assert "+  - coach permit" in shown.stdout
    assert "1 phrasings would be in their files now." in shown.stdout
    file = tmp_path / "entries" / "travel" / "bus-pass.md"
    assert "coach permit" not in file.read_text(encoding="utf-8")
    assert run("export-phrasings", **given).returncode == 0
    assert "  - coach permit\n" in file.read_text(encoding="utf-8")
    assert "0 phrasings are in their files now." in run("export-phrasings", **given).stdout


def test_confirmed_reviews_are_shown_and_then_added_to_a_file(tmp_path: Path) -> None:
    given, file = small_council(tmp_path), str(tmp_path / "reviewed.jsonl")
    shown = run("export-reviews", file, "--dry-run", **given)
    case = '{"text": "this bus is killing me", "expected": "none", "kind": null, "from": "review"}'
    assert shown.stdout == f"{case}\n0 confirmed misses and 1 false alarms would be in the file now.\n"
    assert run("export-reviews", file, **given).returncode == 0
    assert Path(file).read_text(encoding="utf-8") == f"{case}\n"
    assert "0 confirmed misses and 0 false alarms are" in run("export-reviews", file, **given).stdout
    done = run("export-reviews", str(tmp_path), **given)
    assert (done.returncode, done.stderr) == (
        2,
        f"{tmp_path.name} can't be read (IsADirectoryError). Nothing was exported.\n",
    )


def test_the_doctor_ends_with_1_only_when_something_is_broken(tmp_path: Path) -> None:
    given = small_council(tmp_path)
    done = run("doctor", **given)
    assert (done.returncode, done.stderr) == (0, "")
    assert all(line[0] in "✓–" for line in done.stdout.splitlines())
    (tmp_path / "entries" / "leisure" / "gym.md").unlink()
    (tmp_path / "entries" / "travel" / "bus-pass.md").write_text("nothing", encoding="utf-8")
    done = run("doctor", **given)
    assert done.returncode == 1
    assert "✗ entries: travel/bus-pass.md" in done.stdout


def test_a_council_that_is_there_already_is_not_made_again() -> None:
    done = run("new-council", "Northmoor")
    assert done.returncode == 2
    assert done.stderr == "northmoor is there already. Nothing was changed.\n"
