"""``--set KEY=VALUE``: any key by its dotted path, as TOML where it is TOML, else as text."""

import pytest

from queue_server import settings


def test_values_are_toml_where_they_are_toml_else_text(write_city):
    city = settings.load(
        write_city({}),
        [
            "printers.p1.device=tcp://127.0.0.1:9100",
            "limits.misses_per_minute=1000",
            "line.api_base=http://127.0.0.1:9",
            "line.basic_id=@city=hall",
            'webpush.allowed_hosts=["localhost", "127.0.0.1"]',
            "sites.hall.services.s1.target_minutes=7",
            "sites.hall.names.en=Hall",
            "sites.hall.hours.always_open=true",
            'sites.hall.services.s1.caps=[{count=5, from="8:30"}]',
        ],
    )
    assert city.printers["p1"].device == "tcp://127.0.0.1:9100"
    assert city.limits.misses_per_minute == 1000
    assert city.line.api_base == "http://127.0.0.1:9"
    assert city.line.basic_id == "@city=hall"
    assert city.webpush.allowed_hosts == ("localhost", "127.0.0.1")
    hall = city.sites["hall"]
    assert hall.services["s1"].target_minutes == 7
    assert hall.names == {"ja": "Hall", "en": "Hall"}
    assert hall.hours.always_open
    assert (hall.services["s1"].caps[0].count, hall.services["s1"].caps[0].from_) == (5, "8:30")


@pytest.mark.parametrize(
    ("typed", "read"),
    [("123", "123"), ("true", "true"), ("2026-01-02", "2026-01-02"), ("", ""), ('"12"', "12")],
)
def test_where_a_text_belongs_what_was_typed_is_the_text(write_city, typed, read):
    assert settings.load(write_city({}), [f"line.basic_id={typed}"]).line.basic_id == read


@pytest.mark.parametrize(("typed", "read"), [("a.example", ("a.example",)), ("a:1, b:2", ("a:1", "b:2"))])
def test_a_list_of_texts_may_be_typed_with_commas(write_city, typed, read):
    assert settings.load(write_city({}), [f"webpush.allowed_hosts={typed}"]).webpush.allowed_hosts == read


def test_the_last_of_two_counts_and_a_mistake_in_a_file_can_be_covered(write_city):
    folder = write_city({"more.toml": "[limits]\nmisses_per_minute = 'many'"})
    assert len(settings.check(folder)) == 1
    city = settings.load(folder, ["limits.misses_per_minute=1", "limits.misses_per_minute=2"])
    assert city.limits.misses_per_minute == 2


@pytest.mark.parametrize(
    ("override", "key", "code"),
    [
        ("limits.missis_per_minute=1", "limits.missis_per_minute", "unknown_key"),
        ("limit.misses_per_minute=1", "limit", "unknown_key"),
        ("limits.misses_per_minute=many", "limits.misses_per_minute", "wrong_type"),
        ("limits=3", "limits", "wrong_type"),
        ("line.channel_secret=hunter2", "line.channel_secret", "literal_secret"),
        ("line.api_base=localhost", "line.api_base", "bad_value"),
        ("sites.hall.services.s1.band=Q", "sites.hall.services.s1.band", "unknown_reference"),
        ("sites.hall.services.s1.caps=[{count=0}]", "sites.hall.services.s1.caps", "wrong_type"),
        ("webpush.allowed_hosts=[1]", "webpush.allowed_hosts", "wrong_type"),
        ("time_zone.name=x", "time_zone", "wrong_type"),
        ("names.ja.kana=x", "names.ja.kana", "override_path"),
        ("nonsense", "", "override_form"),
        ("limits..streams=1", "", "override_form"),
        ("=1", "", "override_form"),
    ],
)
def test_a_mistake_in_an_override_is_one_like_any_other(write_city, override, key, code):
    mistakes = settings.check(write_city({}), [override])
    assert [(m.file, m.key, m.code) for m in mistakes] == [("--set", key, code)]


def test_a_misspelt_site_is_reported_where_it_was_typed(write_city):
    mistakes = settings.check(write_city({}), ["sites.hal.services.s1.target_minutes=7"])
    assert mistakes
    assert {m.file for m in mistakes} == {"--set"}


def test_a_value_cannot_smuggle_a_second_key(write_city):
    mistakes = settings.check(write_city({}), ["limits.streams=1\nmisses_per_minute=5"])
    assert [m.key for m in mistakes] == ["limits.streams"]


def test_secrets_come_from_the_environment_or_a_file(write_city, monkeypatch):
    folder = write_city({})
    (folder / "token.txt").write_text("abc\n")
    city = settings.load(
        folder, ["line.channel_secret=env:CITY_SECRET", "line.channel_access_token=file:token.txt"]
    )
    assert city.line.channel_secret
    assert city.line.channel_access_token
    monkeypatch.setenv("CITY_SECRET", "s3cret")
    assert settings.secret(city, city.line.channel_secret) == "s3cret"
    assert settings.secret(city, city.line.channel_access_token) == "abc"
    monkeypatch.delenv("CITY_SECRET")
    (folder / "token.txt").unlink()
    with pytest.raises(settings.SecretMissing, match="CITY_SECRET"):
        settings.secret(city, city.line.channel_secret)
    with pytest.raises(settings.SecretMissing, match=r"token\.txt"):
        settings.secret(city, city.line.channel_access_token)
