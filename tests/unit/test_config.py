"""Settings: read once, from environment and file; a bad one says which and what would do."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revcycle.config import BadSetting, Settings, variables


def test_an_empty_environment_describes_an_embedded_world() -> None:
    settings = Settings.load({})
    assert settings.home == Path.cwd() / ".revcycle"
    assert settings.database_url == f"sqlite:///{settings.home}/revcycle.db"
    assert settings.api_url == "http://127.0.0.1:8080"
    assert settings.clock_file is None
    assert settings.worker_queues == ("claims", "payer-io", "letters")


def test_what_belongs_to_the_home_moves_with_it(home: Path) -> None:
    settings = Settings.load({"REVCYCLE_HOME": str(home)})
    assert settings.keyring_file == home / "keyring.json"
    assert settings.mail_drop == home / "mail"
    assert str(home) in settings.database_url


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "revcycle.toml"
    file.write_text('api_port = 9000\npractice_id = "north"\nworker_queues = ["letters"]\n')
    settings = Settings.load({"REVCYCLE_CONFIG": str(file), "REVCYCLE_API_PORT": "9001"})
    assert (settings.api_port, settings.practice_id) == (9001, "north")
    assert settings.worker_queues == ("letters",)
    assert settings.api_url == "http://127.0.0.1:9001"


def test_an_unknown_key_in_the_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "revcycle.toml"
    file.write_text("api_prot = 9000\n")
    with pytest.raises(BadSetting, match="unknown keys: api_prot"):
        Settings.load({"REVCYCLE_CONFIG": str(file)})


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("API_PORT", "high", "'high' is not a port"),
        ("API_PORT", "70000", "0 to 65535"),
        ("API_URL", "localhost:8080", "http://"),
        ("CONNECTION_URL", "https://user:hunter2@payer.example", "holds a password"),
        ("DATABASE_URL", "postgresql+psycopg://user:hunter2@db/x", "REVCYCLE_DATABASE_PASSWORD_FILE"),
        ("DATABASE_URL", "mysql://db/x", "postgresql"),
        ("LOG_LEVEL", "loud", "debug, info, warning, error"),
        ("MAILBOX_MINUTES", "0", "minutes"),
        ("WORKER_QUEUES", "claims,faxes", "faxes"),
        ("CONFIG", "missing.toml", "readable TOML"),
    ],
)
def test_a_bad_setting_says_which_and_what_would_do(name: str, value: str, said: str) -> None:
    with pytest.raises(BadSetting) as refused:
        Settings.load({f"REVCYCLE_{name}": value})
    assert f"REVCYCLE_{name}" in str(refused.value)
    assert said in str(refused.value)
    assert "hunter2" not in str(refused.value)


def test_secrets_come_from_files_and_stay_out_of_sight(tmp_path: Path) -> None:
    password, token = tmp_path / "password", tmp_path / "token"
    password.write_text("p@ss:word/1\n")
    token.write_text("bearer-1\n")
    settings = Settings.load(
        {
            "REVCYCLE_DATABASE_URL": "postgresql+psycopg://revcycle@database:5432/revcycle",
            "REVCYCLE_DATABASE_PASSWORD_FILE": str(password),
            "REVCYCLE_CONNECTION_TOKEN_FILE": str(token),
        }
    )
    with_password = "postgresql+psycopg://revcycle:p%40ss%3Aword%2F1@database:5432/revcycle"
    assert settings.database_url_with_password == with_password
    assert settings.connection_token == "bearer-1"
    assert "p@ss" not in repr(settings)
    assert "bearer-1" not in repr(settings)


def test_a_missing_or_empty_secret_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n")
    for name in ("missing", "empty"):
        settings = Settings.load({"REVCYCLE_CONNECTION_TOKEN_FILE": str(tmp_path / name)})
        with pytest.raises(BadSetting, match="REVCYCLE_CONNECTION_TOKEN_FILE"):
            _ = settings.connection_token
    with pytest.raises(BadSetting, match="is not set"):
        _ = Settings.load({}).connection_token


def test_another_process_can_be_given_the_same_settings(home: Path) -> None:
    timeline = home / "timeline"
    given_ = {
        "REVCYCLE_HOME": str(home),
        "REVCYCLE_CLOCK_FILE": str(timeline),
        "REVCYCLE_WORKER_QUEUES": "letters, claims",
    }
    settings = Settings.load(given_)
    assert Settings.load(settings.environment()) == settings
    assert settings.clock_file == timeline
    assert set(settings.environment()) <= set(variables())


@given(st.dictionaries(st.sampled_from(variables()), st.text(max_size=20)))
def test_no_value_of_any_variable_ends_in_anything_but_settings_or_a_plain_refusal(
    given_: dict[str, str],
) -> None:
    try:
        outcome = set(Settings.load(given_).environment())
    except BadSetting as refused:
        outcome = {str(refused)}
    assert all(said.startswith("REVCYCLE_") for said in outcome)
