"""The ledger in Markdown, ready for docs/measurements.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TypeAlias

from tests.drill import crisis, escalate, guesses, receive, rotate, send, states

Plan: TypeAlias = (
    receive.Plan | send.Plan | crisis.Plan | escalate.Plan | escalate.Paging | states.Plan | guesses.Plan | rotate.Plan
)
Result: TypeAlias = (
    receive.Result
    | send.Result
    | crisis.Result
    | escalate.Result
    | escalate.Paged
    | states.Result
    | guesses.Result
    | rotate.Result
)


def title(plan: Plan) -> str:
    """A run in a few words."""
    match plan:
        case receive.Plan():
            return f"receive, {plan.mode}, {plan.database}"
        case send.Plan():
            return f"send, {plan.database}"
        case crisis.Plan():
            return f"crisis, {plan.database}"
        case escalate.Plan():
            return f"escalate, {plan.database}"
        case escalate.Paging():
            return f"paging, {plan.database}"
        case states.Plan():
            return f"states, {plan.database}"
        case guesses.Plan():
            return f"guesses, {plan.database}"
        case rotate.Plan():
            return f"rotate, {plan.database}"


def steps(plan: Plan) -> int:
    """How many steps the progress bar has."""
    match plan:
        case receive.Plan():
            return plan.updates
        case send.Plan():
            return plan.sends
        case crisis.Plan():
            return plan.broadcast
        case escalate.Plan():
            return plan.kills
        case escalate.Paging():
            return plan.notices
        case states.Plan():
            return plan.runs
        case guesses.Plan():
            return 2 * -(-plan.guesses // guesses.TOGETHER)
        case rotate.Plan():
            return plan.kills + 1


def tables(results: Sequence[Result]) -> str:
    """A table for each scenario that was played."""
    received = [_received(result) for result in results if isinstance(result, receive.Result)]
    sent = [_sent(result) for result in results if isinstance(result, send.Result)]
    urgent = [_urgent(result) for result in results if isinstance(result, crisis.Result)]
    escalated = [_escalated(result) for result in results if isinstance(result, escalate.Result)]
    paged = [_paged(result) for result in results if isinstance(result, escalate.Paged)]
    stated = [_stated(result) for result in results if isinstance(result, states.Result)]
    guessed = [_guessed(result) for result in results if isinstance(result, guesses.Result)]
    rotated = [_rotated(result) for result in results if isinstance(result, rotate.Result)]
    found = (received, sent, urgent, escalated, paged, stated, guessed, rotated)
    return "\n\n".join(_table(rows) for rows in found if rows)


def _table(rows: Sequence[dict[str, object]]) -> str:
    lines = [" | ".join(rows[0]), " | ".join(["---"] * len(rows[0]))]
    lines += [" | ".join(str(value) for value in row.values()) for row in rows]
    return "\n".join(f"| {line} |" for line in lines)


def _received(result: receive.Result) -> dict[str, object]:
    got, sent = result.receiving, result.sending
    return {
        "receive": f"{result.plan.mode}, {result.plan.database}", "kills": result.kills, "attempted": got.attempted,
        "stored": got.stored, "done": got.done, "quarantined": len(got.quarantined), "answered": got.answered,
        "lost": len({*got.lost}) + len(sent.lost), "stuck": len(got.stuck) + len(sent.stuck),
        "effects doubled": len(got.doubled), "sent twice without an unknown": len(sent.doubled),
        "unknowns": sent.unknowns,
        "read twice": sent.repeated, "ended unknown (arrived)": f"{sent.unknown} ({sent.unknown_arrived})", "unexpected": got.unexpected,
        "recovered": got.recovered, "SIGTERM s": f"{result.drain_seconds:.1f}", "s": f"{result.seconds:.0f}",
    }  # fmt: skip


def _sent(result: send.Result) -> dict[str, object]:
    found = result.sending
    return {
        "send": result.plan.database, "kills": result.kills, "attempted": found.attempted,
        "delivered": found.delivered, "unreachable": found.unreachable, "refused": found.refused,
        "ended unknown (arrived)": f"{found.unknown} ({found.unknown_arrived})",
        "unknowns in all": found.unknowns, "injected": found.injected, "by kills": found.by_kills,
        "a kill": f"{found.by_kills / max(1, result.kills):.1f}", "lost silently": len(found.lost),
        "stuck": len(found.stuck), "doubled outside unknown": len(found.doubled), "read twice after unknown": found.repeated,
        "429 injected": found.injected_429, "429 self-inflicted": found.earned_429, "s": f"{result.seconds:.0f}",
    }  # fmt: skip


def _urgent(result: crisis.Result) -> dict[str, object]:
    return {
        "crisis": result.plan.database, "broadcast": result.plan.broadcast, "urgent": result.urgent,
        "cards": len(result.latencies), "p50 s": f"{result.at(0.5):.2f}", "p99 s": f"{result.at(0.99):.2f}",
        "slowest s": f"{max(result.latencies, default=float('inf')):.2f}",
        "429 self-inflicted": result.sending.earned_429, "s": f"{result.seconds:.0f}",
    }  # fmt: skip


def _escalated(result: escalate.Result) -> dict[str, object]:
    happened = Counter(result.happened)
    return {
        "escalate": result.plan.database, "kills": result.plan.kills, "urgent words": happened["urgent"] + happened["again"],
        "asked": happened["asks"], "I've got this": happened["got"], "escalations": result.escalations,
        "their events": result.steps, "pages": result.pages, "lost": len(result.lost), "repeated, marked": result.repeated,
        "repeated, unmarked": len(result.unmarked), "overdue after the last start": len(result.overdue),
        "caught up s": f"{result.catch_up:.1f}", "s": f"{result.seconds:.0f}",
    }  # fmt: skip


def _paged(result: escalate.Paged) -> dict[str, object]:
    return {
        "paging": result.plan.database, "notices": result.plan.notices, "urgent": result.urgent, "pages": len(result.latencies),
        "p50 s": f"{result.at(0.5):.2f}", "p99 s": f"{result.at(0.99):.2f}",
        "slowest s": f"{max(result.latencies, default=float('inf')):.2f}", "429 self-inflicted": result.earned_429,
        "s": f"{result.seconds:.0f}",
    }  # fmt: skip


def _stated(result: states.Result) -> dict[str, object]:
    return {
        "states": result.plan.database, "runs": result.runs, "steps": result.steps, "promises read": result.promises,
        "broken": int(bool(result.failure)), "s": f"{result.seconds:.0f}",
    }  # fmt: skip


def _guessed(result: guesses.Result) -> dict[str, object]:
    said = result.verdicts
    return {
        "guesses": result.plan.database, "live codes": guesses.LIVE, "tried": sum(said.values()), "looked at": said["Wrong"],
        "in a freeze": said["Frozen"], "locked out": said["Locked"], "enrolments": result.enrolments,
        "tried without lockout and freeze": result.plan.guesses, "of those found": result.bare,
        "s": f"{result.seconds:.0f}",
    }  # fmt: skip


def _rotated(result: rotate.Result) -> dict[str, object]:
    return {
        "rotate": result.plan.database, "kills": result.kills, "values": result.values, "unreadable": len(result.unreadable),
        "left with an old key": result.old, "keys left": result.keys_left, "said meanwhile": result.said,
        "lost": len(result.receiving.lost), "doubled": len(result.receiving.doubled),
        "the change that nobody killed s": f"{result.finish_seconds:.0f}", "s": f"{result.seconds:.0f}",
    }  # fmt: skip
