"""Line breaking: where a line may end in Japanese and elsewhere."""

import pytest

from printers.clean import clean
from printers.wrap import wrap


def cells(text):
    return sum(1 if char.isascii() else 2 for char in text)


@pytest.mark.parametrize("limit", range(8, 60))
def test_lines_fit_and_lose_nothing(texts, limit):
    sentence = texts["long_sentence"]
    lines = wrap(sentence, limit, cells, balance=limit % 2 == 0)
    assert "".join(lines) == sentence
    assert all(cells(line) <= limit for line in lines)


@pytest.mark.parametrize("limit", range(12, 60))
def test_no_line_begins_or_ends_with_a_forbidden_mark(texts, limit):
    openers, never_first = texts["kinsoku"][:2], texts["kinsoku"][2:]
    for line in wrap(texts["long_sentence"], limit, cells):
        assert line[0] not in never_first
        assert line[-1] not in openers


def test_a_figure_stays_with_its_unit(texts):
    lines = wrap(texts["figure"], 10, cells)
    assert any(line.startswith("12") and len(line) > 2 for line in lines)


def test_phrases_break_after_particles(texts):
    assert wrap(texts["particles"], 14, cells) == texts["particle_lines"]


def test_words_stay_whole_and_a_word_too_long_is_cut():
    assert wrap("moving in and out", 9, len) == ["moving in", "and out"]
    assert wrap("registration", 5, len) == ["regis", "trati", "on"]
    assert wrap("abcdef", 0, len) == list("abcdef")


def test_balance_needs_no_more_lines_and_breaks_no_word():
    text = "one two three four five six"
    greedy, even = wrap(text, 18, len), wrap(text, 18, len, balance=True)
    assert len(even) == len(greedy)
    assert max(map(len, even)) < max(map(len, greedy)) or even == greedy
    assert " ".join(even) == text


@pytest.mark.parametrize(
    ("text", "limit", "lines"),
    [
        ("You will be called to: Counter 1", 24, ["You will be called to:", "Counter 1"]),
        ("Wait for 20 minutes at the door", 20, ["Wait for 20 minutes", "at the door"]),
        ("Please wait for 20 minutes", 18, ["Please wait", "for 20 minutes"]),
        ("Issued on 2026-11-20 18:15", 20, ["Issued on", "2026-11-20 18:15"]),
        ("one two (three four) five", 18, ["one two", "(three four) five"]),
        ("now and then, or never at all", 20, ["now and then,", "or never at all"]),
    ],
)
def test_even_lines_end_where_sense_does(text, limit, lines):
    assert wrap(text, limit, len, balance=True) == lines


def test_kana_are_not_cut_inside_a_word_where_one_more_line_helps(texts):
    for text, limit, lines in texts["kana_lines"]:
        assert wrap(text, limit, cells, balance=True) == lines


def test_line_feeds_are_kept_and_empty_lines_are_not():
    assert wrap("one\n\ntwo", 10, len) == ["one", "two"]
    assert wrap("", 10, len) == []


def test_cleaning(texts):
    assert clean("a\x1bb\x00c\u200bd\te") == "abcd e"
    assert clean("one\r\ntwo") == "one\ntwo"
    assert clean(texts["selector"]) == texts["no_selector"]
    assert clean(texts["decomposed"]) == texts["composed"]
