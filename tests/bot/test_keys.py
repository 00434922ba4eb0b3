"""The key file: made once, read by everybody, refused in a sentence."""

import multiprocessing
import stat
from pathlib import Path

import pytest

from bot import keys
from bot.errors import KeyFileError

ROOT = "root " + "A" * 43 + "="
FIELD = "field 00000001 " + "B" * 43 + "="


def lines_of(path: Path) -> list[list[str]]:
    return [line.split() for line in path.read_text().splitlines() if not line.startswith("#")]


def test_the_first_start_makes_a_file_that_only_its_owner_can_read(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "bot.keys"
    made = keys.read_or_make(path)
    assert made.made == path
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    again = keys.read_or_make(path)
    assert again == made
    assert again.made is None
    assert [file.name for file in path.parent.iterdir()] == ["bot.keys"]


def _make(path: Path, barrier: object, found: object) -> None:
    barrier.wait()  # type: ignore[attr-defined]
    made = keys.read_or_make(path)
    found.put((made.root, made.newest, made.made is not None))  # type: ignore[attr-defined]


def test_of_processes_that_make_it_at_once_all_get_the_same_keys(tmp_path: Path) -> None:
    path, number = tmp_path / "keys" / "bot.keys", 6
    context = multiprocessing.get_context("fork")
    barrier, found = context.Barrier(number), context.Queue()
    processes = [context.Process(target=_make, args=(path, barrier, found)) for _ in range(number)]
    for process in processes:
        process.start()
    got = [found.get(timeout=20) for _ in processes]
    for process in processes:
        process.join(20)
    assert len({(root, newest) for root, newest, _ in got}) == 1
    assert sum(made for _, _, made in got) == 1
    assert [file.name for file in path.parent.iterdir()] == ["bot.keys"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (f"{ROOT}\nfield 00000001 short\n", "bot.keys, line 2: the key is damaged."),
        (f"{ROOT}\nfield 00000001 {'%' * 44}\n", "bot.keys, line 2: the key is damaged."),
        (f"{ROOT}\nfield 0001 {'B' * 43}=\n", "bot.keys, line 2: the key's id is damaged."),
        (f"{ROOT}\nfield zz000001 {'B' * 43}=\n", "bot.keys, line 2: the key's id is damaged."),
        (f"{ROOT}\n{FIELD}\n{FIELD}\n", "bot.keys, line 3: this key's id is there twice."),
        (f"{ROOT}\n{ROOT}\n{FIELD}\n", "bot.keys, line 2: is neither"),
        (f"{ROOT}\nfeild 00000001 {'B' * 43}=\n", "bot.keys, line 2: is neither"),
        (f"{FIELD}\n", "lacks a root key or a field key."),
        (f"{ROOT}\n", "lacks a root key or a field key."),
        ("", "lacks a root key or a field key."),
    ],
)
def test_a_damaged_line_is_named_and_no_key_is_repeated(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "bot.keys"
    path.write_text(text)
    with pytest.raises(KeyFileError) as told:
        keys.read(path)
    assert sentence in str(told.value)
    assert "AAAA" not in str(told.value)
    assert "BBBB" not in str(told.value)
    assert path.read_text() == text


def test_a_missing_or_foreign_file_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match=r"The key file bot\.keys is missing\."):
        keys.read(tmp_path / "bot.keys")
    (tmp_path / "picture").write_bytes(b"\x89PNG\xff\xfe")
    with pytest.raises(KeyFileError, match="picture is no key file"):
        keys.read(tmp_path / "picture")
    with pytest.raises(KeyFileError, match="can't be read"):
        keys.read(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(KeyFileError, match=r"can't be (made|read)"):
        keys.read_or_make(tmp_path / "file" / "bot.keys")


def test_a_new_field_key_seals_and_the_earlier_ones_stay_until_they_are_dropped(tmp_path: Path) -> None:
    path = tmp_path / "bot.keys"
    first = keys.read_or_make(path)
    second = keys.add_field_key(path)
    third = keys.add_field_key(path)
    assert second.newest != first.newest
    assert list(keys.read(path).field) == [first.newest, second.newest, third.newest]
    assert keys.read(path).root == first.root
    kept = keys.drop_old_field_keys(path, {first.newest})
    assert list(kept.field) == [first.newest, third.newest]
    assert list(keys.drop_old_field_keys(path).field) == [third.newest]
    assert [line[0] for line in lines_of(path)] == ["root", "field"]


def test_a_change_of_the_file_is_seen_at_the_next_reading(tmp_path: Path) -> None:
    path = tmp_path / "bot.keys"
    first = keys.read_or_make(path)
    keys.add_field_key(path)
    assert keys.read(path) != first


def test_one_process_at_a_time_changes_the_file(tmp_path: Path) -> None:
    path = tmp_path / "bot.keys"
    keys.read_or_make(path)
    with keys.changing(path), pytest.raises(KeyFileError, match="Another process is changing"), keys.changing(path):
        pass
    with keys.changing(path):
        pass


def test_keys_are_never_in_a_representation(tmp_path: Path) -> None:
    made = keys.read_or_make(tmp_path / "bot.keys")
    assert repr(made.root) not in repr(made)
    assert repr(made.field[made.newest]) not in repr(made)
