import pytest

from adcore.errors import ADError
from adcore.limits import ENGINE_SETTINGS
from server.settings import CHOICES, PREFIX, SERVICE_SETTINGS, Settings

EVERY = (*ENGINE_SETTINGS, *SERVICE_SETTINGS, *CHOICES)


@pytest.mark.parametrize("setting", EVERY, ids=lambda setting: setting.name)
def test_every_setting_says_what_it_is_for(setting):
    assert len(setting.help) >= 10
    assert setting.name == setting.name.lower()


def test_names_are_unique():
    names = [setting.name for setting in EVERY]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("setting", [*ENGINE_SETTINGS, *SERVICE_SETTINGS], ids=lambda setting: setting.name)
def test_every_limit_is_changed_by_the_environment(setting):
    settings = Settings.from_environment({PREFIX + setting.name.upper(): "7"})
    assert settings[setting.name] == 7
    if setting in ENGINE_SETTINGS:
        assert settings.engine[setting.name] == 7


@pytest.mark.parametrize("text", ["0", "-1", "many", "1.5", "", "٣", "9" * 20])
def test_a_limit_must_be_a_positive_whole_number(text):
    with pytest.raises(ADError, match="WENGERT_BODY_BYTES"):
        Settings.from_environment({"WENGERT_BODY_BYTES": text})


def test_an_unknown_setting_is_refused():
    with pytest.raises(ADError, match="no setting called speed"):
        Settings(speed=3)


def test_lists_are_split_at_commas():
    assert Settings(hosts="A.example, b.example,").listed("hosts") == ("a.example", "b.example")
    assert Settings().listed("origins") == ()


def test_a_change_keeps_the_rest():
    settings = Settings(body_bytes=99, host="::1").changed(port="0")
    assert (settings["body_bytes"], settings.choice("host"), settings.choice("port")) == (99, "::1", "0")
