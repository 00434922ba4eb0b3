"""Draws how many questions can be answered at which risk of a wrong answer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.evaluation.figures import Result, risk_coverage


def draw(file: Path, found: Sequence[tuple[str, Sequence[Result]]]) -> None:
    """One line a method; a dot where its own threshold stands."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(8, 5), dpi=110)
    for name, results in found:
        curve = risk_coverage(results)
        (line,) = axes.plot([cover for cover, _ in curve], [risk for _, risk in curve], label=name, linewidth=2)
        answered = sum(result.answered for result in results)
        if 0 < answered <= len(curve):
            axes.plot(*curve[answered - 1], marker="o", markersize=8, color=line.get_color())
    axes.set(xlim=(0, 100), ylim=(0, 60), xlabel="in-scope questions answered, %", ylabel="answers that are wrong, %")
    axes.set_title("Risk and coverage: own untouched half, text-speak, with near and far out-of-scope questions")
    axes.grid(alpha=0.3)
    axes.legend(loc="upper right")
    figure.text(0.01, 0.01, "A dot is where each one's own threshold stands. Lower right is better.", fontsize=8)
    figure.tight_layout()
    file.parent.mkdir(exist_ok=True)
    figure.savefig(file)
    pyplot.close(figure)
