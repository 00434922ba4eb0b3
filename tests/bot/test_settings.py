import re
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import NAMES, ROOT, Settings, read

TOKEN = "123456:" + "a" * 35


def said(environment: dict[str, str], env_file: Path | None = None) -> str:
    with pytest.raises(SettingsError) as error:
        read(environment, env_file)
    return str(error.value)


def test_without_a_token_the_bot_is_in_practice_mode() -> None:
    assert read({}, None).practice
    assert not read({"TELEGRAM_BOT_TOKEN": TOKEN}, None).practice


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SEND_PER_SECOND", "0"),
        ("SEND_PER_SECOND", "many"),
        ("LOG_LEVEL", "LOUD"),
        ("DATABASE_URL", "mysql://x/y"),
        ("TELEGRAM_API_BASE", "api.telegram.org"),
        ("TELEGRAM_RECEIVE", "pigeon"),
        ("WEBHOOK_SECRET", "short"),
        ("TELEGRAM_BOT_TOKEN", "letmein"),
    ],
)
def test_a_wrong_value_is_one_sentence_that_names_the_setting_and_not_the_value(name: str, value: str) -> None:
    sentence = said({name: value})
    assert sentence.startswith(name)
    assert "Allowed:" in sentence
    assert "\n" not in sentence
    assert value == "0" or value not in sentence


def test_a_misspelt_name_in_the_environment_is_refused_with_the_right_one() -> None:
    assert "did you mean TELEGRAM_BOT_TOKEN?" in said({"TELEGRAM_BOT_TOKN": TOKEN})


def test_an_unknown_name_in_the_env_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("COLOUR=red\n")
    assert said({}, tmp_path / ".env").startswith("COLOUR in .env is not a setting")


def test_other_programs_settings_are_left_alone() -> None:
    assert read({"PATH": "/bin", "HOME": "/x", "EDITOR": "vi", "PGHOST": "db"}, None).practice


def test_the_environment_wins_over_the_env_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("LOG_LEVEL=DEBUG\nSEND_PER_SECOND=3\n")
    settings = read({"LOG_LEVEL": "ERROR"}, tmp_path / ".env")
    assert (settings.log_level, settings.send_per_second) == ("ERROR", 3)


def test_a_webhook_without_its_address_or_secret_is_refused() -> None:
    assert said({"TELEGRAM_RECEIVE": "webhook"}).startswith("WEBHOOK_URL is missing")
    assert said({"TELEGRAM_RECEIVE": "webhook", "WEBHOOK_URL": "https://x.example"}).startswith(
        "WEBHOOK_SECRET is missing"
    )


def test_secrets_are_masked_wherever_settings_are_printed() -> None:
    settings = read({"TELEGRAM_BOT_TOKEN": TOKEN, "DATABASE_URL": "postgresql://bot:hunter2@db/x"}, None)
    for shown in (repr(settings), str(settings)):
        assert TOKEN not in shown
        assert "hunter2" not in shown


def test_the_example_file_explains_every_setting_and_no_other() -> None:
    written = re.findall(r"^# ([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert sorted(written) == sorted(NAMES)
    assert len(Settings.model_fields) == len(NAMES)
