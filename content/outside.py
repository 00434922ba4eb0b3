"""What people may ask that the Local Offer does not answer, so that a neighbouring entry is not shown for it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import yaml

from content.entry import Problem, read_yaml, yaml_fault
from content.normalise import split_words

DEFAULT_FILE: Final = Path(__file__).parent / "out_of_scope.yaml"


class BrokenOutside(Exception):
    """The file cannot be used; the message is one sentence a problem."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


def load_outside(file: Path = DEFAULT_FILE) -> tuple[str, ...]:
    """The lines of all kinds, in the order of the file; raises BrokenOutside with every problem.

    The kinds are for editors only: a question near any line is outside, whatever its kind.
    """
    try:
        data = read_yaml(file.read_bytes().decode("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as fault:
        problem = Problem(file.name, "", f"cannot be read ({fault}).", "Check the file.")
        raise BrokenOutside([problem]) from fault
    except yaml.YAMLError as fault:
        fix = "Put quotes around words with signs in them."
        raise BrokenOutside([Problem(file.name, "", yaml_fault(fault), fix)]) from fault
    if not isinstance(data, dict) or not data:
        raise BrokenOutside([Problem(file.name, "", "holds no kinds.", "Write each as kind: and its lines.")])
    problems: list[Problem] = []
    pairs = [(str(kind), line) for kind, value in data.items() for line in _lines(file.name, kind, value, problems)]
    problems += _line_problems(file.name, pairs)
    if problems:
        raise BrokenOutside(problems)
    return tuple(line for _, line in pairs)


def _lines(file: str, kind: object, value: object, problems: list[Problem]) -> list[str]:
    if not isinstance(value, list) or not value or not all(isinstance(line, str) for line in value):
        problems.append(Problem(file, str(kind), "is not a list of lines.", 'Write one a line, after "- ".'))
        return []
    return [" ".join(line.split()) for line in value]


def _line_problems(file: str, pairs: list[tuple[str, str]]) -> list[Problem]:
    """Lines without a word, and lines that are there twice for whoever reads words only."""
    problems: list[Problem] = []
    seen: dict[tuple[str, ...], str] = {}
    for kind, line in pairs:
        words = tuple(split_words(line))
        if not words:
            problems.append(Problem(file, kind, f'"{line}" holds no words.', "Write a line or take it out."))
        elif words in seen:
            problems.append(Problem(file, kind, f'"{line}" is in {seen[words]} already.', "Keep it once."))
        else:
            seen[words] = kind
    return problems
