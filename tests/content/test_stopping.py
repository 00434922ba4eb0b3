"""Being left alone for the asking, in plain words."""

import pytest

from content.stopping import also_asks_to_stop, asks_to_stop


@pytest.mark.parametrize(
    "words",
    ["stop", "STOP.", "leave me alone pls", "Please just stop messaging me now", "don't text me", "unsubscribe x"],
)
def test_who_says_only_that_is_understood(words: str) -> None:
    assert asks_to_stop(words)
    assert also_asks_to_stop(words)


@pytest.mark.parametrize(
    "words", ["he wont leave me alone", "how do i stop smoking", "bus stop", "can they stop my uc", "make it stop", ""]
)
def test_what_only_uses_the_words_is_no_wish_to_be_left_alone(words: str) -> None:
    assert not asks_to_stop(words)
    assert not also_asks_to_stop(words)


@pytest.mark.parametrize(
    "words", ["leave me alone. i want to die", "stop messaging me i want to die", "i want to die, leave me alone"]
)
def test_it_is_heard_beside_something_else(words: str) -> None:
    assert not asks_to_stop(words)
    assert also_asks_to_stop(words)
