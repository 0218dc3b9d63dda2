"""Every refusal has a sentence that a resident or a clerk can use, in Japanese and in English."""

import re
import string
from pathlib import Path

import pytest

import queue_server.web
from queue_server.domain.refusal import CODES
from queue_server.web.languages import Languages
from queue_server.web.problems import STATUS, ProblemError, detail_of, title_of
from queue_server.web.texts import Texts

WEB = Path(queue_server.web.__file__).parent
ROOT = WEB.parents[1]
ROOMS = ("queue_server", "displays", "printers", "buttons", "intake_link", "notifiers", "forecasting")
SOURCES = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]
RAISED = re.compile(r'(?:ProblemError|RefusedError)\(\s*"(\w+)"([^()]*(?:\([^()]*\)[^()]*)*)\)')


@pytest.fixture(scope="module")
def texts():
    return Texts([WEB / "locales"])


@pytest.mark.parametrize("code", STATUS)
def test_every_code_has_a_title_and_a_detail(texts, code):
    for lang in ("ja", "en"):
        catalogue = texts.catalogue(lang)
        for key in (f"problem.{code}", f"problem.{code}.detail"):
            assert catalogue.get(key), (lang, key)
            assert catalogue[key].isascii() is (lang == "en"), (lang, key)


def fields(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("code", STATUS)
def test_both_languages_tell_the_same_facts(texts, code):
    key = f"problem.{code}.detail"
    assert fields(texts.catalogue("ja")[key]) >= fields(texts.catalogue("en")[key])


def test_no_text_is_left_over(texts):
    told = {key.split(".")[1] for key in texts.catalogue("ja") if key.startswith("problem.")} - {"state"}
    assert told == set(STATUS)


def raised():
    for path in SOURCES:
        for code, rest in RAISED.findall(path.read_text()):
            yield path, code, set(re.findall(r"(\w+)=", rest))


def test_every_code_that_is_raised_has_a_status_and_its_facts(texts):
    found = list(raised())
    assert len(found) > 60
    for path, code, facts in found:
        assert code in STATUS, (path, code)
        named = fields(texts.catalogue("ja")[f"problem.{code}.detail"]) - {"hint"}
        if code not in (
            "not_held",
            "not_ended",
            "not_called",
            "not_waiting",
        ):  # raised by a function of their own
            # one code may be raised with fewer facts where there are none: then its sentence must not need them
            assert named <= facts, (path, code, named - facts)


def test_every_code_of_the_core_has_its_status():
    assert {code: STATUS[code] for code in CODES} == CODES


def test_names_and_states_instead_of_ids(texts):
    problem = ProblemError("not_waiting", number="A012", state="held")
    assert "held" in detail_of(problem, texts, "en")
    assert "held" not in detail_of(problem, texts, "ja")
    problem = ProblemError("same_service", service="cert")
    problem.names["service"] = {"ja": "Shomeisho", "en": "Certificates"}
    assert "Certificates" in detail_of(problem, texts, "en")
    assert problem.names["service"]["ja"] in detail_of(problem, texts, "pt-BR")
    assert title_of(problem, texts, "pt-BR") == title_of(problem, texts, "ja")


def test_a_missing_fact_does_not_cost_the_answer(texts):
    assert "{number}" in texts.get("en", "problem.unknown_number.detail")
    assert texts.get("en", "no.such.key") == "no.such.key"


def test_later_rooms_replace_texts(tmp_path):
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    for room, text in (("one", "first"), ("two", "second")):
        (tmp_path / room).mkdir()
        (tmp_path / room / "en.po").write_text(f'{head}msgid "a"\nmsgstr "{text}"\n')
    texts = Texts([tmp_path / "one"])
    assert texts.get("en", "a") == "first"
    texts.add(tmp_path / "two")
    assert texts.get("en", "a") == "second"
    assert texts.get("vi", "a") == "second"


@pytest.mark.parametrize(
    ("tag", "found"),
    [
        ("en", "en"),
        ("EN-gb", "en"),
        ("pt", None),
        ("pt-br", "pt-BR"),
        ("zh-Hans-CN", "zh-Hans"),
        ("", None),
        (None, None),
        ("x" * 60, None),
    ],
)
def test_tags(tag, found):
    assert Languages(("ja", "en", "pt-BR", "zh-Hans")).known(tag) == found


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("pt-PT,pt;q=0.9", "pt-BR"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"),
        ("ko, en;q=0.2", "en"),
        ("ko", "ja"),
        ("*", "ja"),
        ("en;q=0, ja;q=0.1", "ja"),
        ("," * 500, "ja"),
    ],
)
def test_what_a_browser_asks_for(header, found):
    assert Languages(("ja", "en", "pt-BR", "zh-Hans")).accepted(header) == found
