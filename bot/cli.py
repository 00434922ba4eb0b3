"""The command line: `python -m bot --help`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot import logs, settings
from bot.errors import BotError
from content.council import BrokenCouncil
from content.library import BrokenLibrary

if TYPE_CHECKING:
    from bot.store.engine import Store

USAGE = 2
"""Exit code for what the person at the keyboard can mend: a setting, a file, an argument."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code. Mistakes are told in sentences, without a traceback."""
    chosen = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = chosen.command
    try:
        return command(chosen)
    except (BotError, BrokenCouncil, BrokenLibrary) as error:
        print(error, file=sys.stderr)
        return USAGE
    except _content_errors() as error:
        print(error, file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        return 130


def _content_errors() -> tuple[type[Exception], ...]:
    from bot.knowledge import MISTAKES

    return MISTAKES


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bot",
        description="The Local Offer bot: answers care leavers' questions from the council's Local Offer.",
        epilog="Settings come from the environment and .env; .env.example explains each.",
    )
    commands = parser.add_subparsers(required=True, metavar="command")

    run = commands.add_parser("run", help="start the bot; without TELEGRAM_BOT_TOKEN in practice mode, with a page")
    run.set_defaults(command=_run)

    trying = commands.add_parser("try", help="print what the bot would say to a question")
    trying.add_argument("question", nargs="*", help="the question; without one, a question is read from each line")
    trying.add_argument("--json", action="store_true", help="read and write one JSON object a line")
    trying.add_argument("--content", type=Path, metavar="DIR", help="use another folder of entries")
    trying.set_defaults(command=_try)

    check = commands.add_parser("check-entries", help="name file, field and fix for every mistake in the entries")
    check.add_argument("--content", type=Path, metavar="DIR", help="check another folder of entries")
    check.add_argument("--keep", action="store_true", help="compare with today's quality from now on")
    check.set_defaults(command=_check_entries)

    warm = commands.add_parser("warm-up", help="make the entries' vectors now, so that the next start is quick")
    warm.set_defaults(command=_warm_up)

    invite = commands.add_parser("invite", help="invite a member of staff, the first manager above all")
    invite.add_argument("--role", required=True, help="manager, adviser, duty, employment or participation")
    invite.add_argument("--name", help="who it is for")
    invite.add_argument(
        "--for", dest="person", type=int, metavar="NUMBER", help="a further role for this member of staff"
    )
    invite.set_defaults(command=_invite)

    approve = commands.add_parser("approve", help="be the second person where there is only one manager")
    approve.add_argument("number", nargs="?", type=int, help="what to approve; without it, what waits is listed")
    approve.add_argument("--refuse", action="store_true", help="say no to it")
    approve.set_defaults(command=_approve)

    rotate = commands.add_parser("rotate-key", help="seal everything with a new key while the bot runs")
    rotate.set_defaults(command=_rotate_key)

    audit = commands.add_parser("check-audit", help="say whether events were changed, left out or cut off")
    audit.add_argument("--head", metavar="ROW:MAC", help="a head that was kept elsewhere, beside those of AUDIT_FILE")
    audit.set_defaults(command=_check_audit)

    doctor = commands.add_parser("doctor", help="look at everything that the bot needs, one line each")
    doctor.set_defaults(command=_doctor)

    export = commands.add_parser("export-phrasings", help="write the learned words into the entries' files")
    export.add_argument("--dry-run", action="store_true", help="show what would change, and change nothing")
    export.set_defaults(command=_export_phrasings)

    reviewed = commands.add_parser(
        "export-reviews", help="add what managers confirmed in /review to a file of cases for the safety gate"
    )
    reviewed.add_argument(
        "file", type=Path, help="such as tests/evaluation/safety/reviewed.jsonl; made if it is missing"
    )
    reviewed.add_argument(
        "--dry-run", action="store_true", help="show the lines that would be added, and change nothing"
    )
    reviewed.set_defaults(command=_export_reviews)

    case = commands.add_parser(
        "safety-case", help="write the page that the council's safeguarding lead reads and signs"
    )
    case.add_argument(
        "--out", type=Path, metavar="FILE", default=Path("safety-case.html"), help="safety-case.html if not said"
    )
    case.set_defaults(command=_safety_case)

    council = commands.add_parser("new-council", help="make the folder of a council, to be filled in")
    council.add_argument("name", help="the council's name, such as Anytown")
    council.set_defaults(command=_new_council)
    return parser


def _run(_: argparse.Namespace) -> int:
    chosen = settings.read()
    logs.set_up(chosen.log_level)
    from bot.running import run, run_practice

    return run_practice(chosen) if chosen.practice else run(chosen)


def _try(arguments: argparse.Namespace) -> int:
    from bot import knowledge, trying

    known = knowledge.load(settings.read(), arguments.content)
    for problem in known.library.problems:
        print(problem, file=sys.stderr)
    trying.run(
        [" ".join(arguments.question)] if arguments.question else sys.stdin,
        library=known.library,
        matcher=known.matcher,
        small_talk=known.small_talk,
        languages=known.languages,
        declines=known.declines if arguments.content is None else None,
        today=datetime.now(known.council.zone).date(),
        assess=known.gate.assess,
        as_json=arguments.json,
        card=lambda kind: known.safety.card(kind, gaps=known.council.gaps).text,
    )
    return 0


def _warm_up(_: argparse.Namespace) -> int:
    from rich.progress import Progress

    from bot import knowledge

    with Progress(transient=True) as progress:
        task = progress.add_task("reading the entries", total=None)
        known = knowledge.load(settings.read(), told=lambda done, of: progress.update(task, completed=done, total=of))
    print(f"{len(known.library.entries)} entries are ready.")
    return 0


def _check_entries(arguments: argparse.Namespace) -> int:
    from bot import knowledge
    from content.checks import check_entries, check_safety
    from content.quality import keep_quality, quality_problems

    chosen = settings.read()
    known = knowledge.load(chosen, arguments.content)
    today = datetime.now(known.council.zone).date()
    problems = [*known.library.problems, *check_entries(known.library, known.matcher, known.vocabulary, today)]
    problems += check_safety(known.safety, known.council, today)
    if arguments.content is None and chosen.council_file == settings.Settings.model_fields["council_file"].default:
        found, encoder = known.matcher.quality, knowledge.encoder(chosen.encoder_folder) is not None
        if arguments.keep:
            keep_quality(found, encoder=encoder)
        problems += quality_problems(found, encoder=encoder)
    for problem in problems:
        print(problem)
    entries = f"{len(known.library.entries)} entries in {len(known.library.topics())} topics"
    print(f"{entries}: {len(problems)} mistakes." if problems else f"{entries}: no mistakes.")
    return 1 if problems else 0


def _invite(arguments: argparse.Namespace) -> int:
    import asyncio

    from bot import operating

    print(asyncio.run(operating.invite(_chosen_database(), arguments.role, arguments.name, arguments.person)))
    return 0


def _approve(arguments: argparse.Namespace) -> int:
    import asyncio

    from bot import operating

    chosen = _chosen_database()
    if arguments.number is None:
        print(asyncio.run(operating.waiting(chosen)))
    else:
        print(asyncio.run(operating.decide(chosen, arguments.number, not arguments.refuse)))
    return 0


def _rotate_key(_: argparse.Namespace) -> int:
    import asyncio

    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from bot import rotation

    chosen = _chosen_database()
    bar = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())

    async def rotate(progress: Progress) -> rotation.Rotated:
        task = progress.add_task("Sealing anew", total=None)
        store = _open_store(chosen)
        try:
            return await rotation.rotate(
                store,
                chosen.key_file,
                datetime.now(UTC),
                lambda done, total: progress.update(task, completed=done, total=total),
            )
        finally:
            await store.close()

    with Progress(*bar, console=Console(stderr=True)) as progress:
        done = asyncio.run(rotate(progress))
    print("\n".join(done.sentences()))
    return 1 if done.kept else 0


def _check_audit(arguments: argparse.Namespace) -> int:
    import asyncio

    from bot import audit

    given = audit.parse_head(arguments.head) if arguments.head else None
    chosen = _chosen_database()

    async def check() -> audit.Checked:
        store = _open_store(chosen)
        try:
            return await audit.check(store, chosen.audit_file, given, datetime.now(UTC))
        finally:
            await store.close()

    found = asyncio.run(check())
    print("\n".join(found.sentences()))
    return 0 if found.holds else 1


def _doctor(_: argparse.Namespace) -> int:
    import asyncio

    from bot import doctor

    logs.set_up("CRITICAL")
    found = asyncio.run(doctor.examine(settings.read, datetime.now(UTC)))
    print("\n".join(map(str, found)))
    return 0 if doctor.is_well(found) else 1


def _export_phrasings(arguments: argparse.Namespace) -> int:
    import asyncio

    from bot import exporting, knowledge
    from bot.store import schema

    chosen, now = _chosen_database(), datetime.now(UTC)
    known = knowledge.load(chosen)

    async def export() -> exporting.Exported:
        store = _open_store(chosen)
        try:
            await schema.check_ready(store, now)
            return await exporting.export(store, known, now, dry_run=arguments.dry_run)
        finally:
            await store.close()

    done = asyncio.run(export())
    print("\n".join([*done.diffs, *done.troubles]), end="\n" if done.diffs or done.troubles else "")
    print(f"{done.written} phrasings {'would be' if arguments.dry_run else 'are'} in their files now.")
    return 1 if done.troubles else 0


def _export_reviews(arguments: argparse.Namespace) -> int:
    import asyncio

    from bot import reviewing
    from bot.store import schema

    chosen, now = _chosen_database(), datetime.now(UTC)

    async def export() -> reviewing.Exported:
        store = _open_store(chosen)
        try:
            await schema.check_ready(store, now)
            return await reviewing.export(store, arguments.file, now, dry_run=arguments.dry_run)
        finally:
            await store.close()

    done = asyncio.run(export())
    print("\n".join([*done.lines, done.sentence(dry_run=arguments.dry_run)]))
    return 0


def _safety_case(arguments: argparse.Namespace) -> int:
    from bot import safety_case, safety_page
    from content.council import load_council

    chosen = settings.read()
    council = load_council(chosen.council_file)
    council.check_ready()
    page = safety_page.page(safety_case.gather(council, settings.ROOT, chosen.council_file, datetime.now(UTC)))
    try:
        arguments.out.write_text(page, encoding="utf-8")
    except OSError as error:
        raise BotError(f"{arguments.out} can't be written ({error.strerror}). Name another file with --out.") from None
    print(f"{arguments.out}: open it in a browser, read it, print it, sign it.")
    return 0


def _new_council(arguments: argparse.Namespace) -> int:
    from bot import new_council

    folder = new_council.make(arguments.name, settings.ROOT / "content" / "councils")
    print(new_council.next_steps(folder, settings.ROOT))
    return 0


def _chosen_database() -> settings.Settings:
    """The settings of a command that works on the bot's own database, beside the running bot."""
    chosen = settings.read()
    logs.set_up("WARNING")
    return chosen


def _open_store(chosen: settings.Settings) -> Store:
    from bot import keys
    from bot.store.engine import Store
    from bot.store.vault import Vault

    return Store(chosen.database_url, Vault(keys.read(chosen.key_file), lambda: keys.read(chosen.key_file)))
