"""What the bytes from a printer mean: answers, changes told unasked, the end of a ticket, and noise."""

import random

import pytest

from printers.status import StatusReader, automatic, real_time, said
from queue_server.devices import Status

WELL = b"\x12\x12\x12\x12"
ASB_WELL = b"\x10\x00\x00\x0f"
DONE = b"\x00"


def told(*pieces, asked=True):
    """(state, reason) after each piece, None where none was told; whether the end of a ticket was told; noise."""
    reader = StatusReader()
    if asked:
        reader.asked()
    heard = [reader.feed(piece) for piece in pieces]
    states = [h.status and (h.status.state, h.status.reason) for h in heard]
    return states, [h.done for h in heard], [h.noise for h in heard]


@pytest.mark.parametrize(
    ("answers", "state", "reason"),
    [
        ("12 12 12 12", "ready", ""),
        ("16 12 12 12", "ready", ""),  # the drawer
        ("12 12 12 1e", "paper_near_end", ""),
        ("1a 32 12 7e", "paper_out", ""),
        ("12 12 12 72", "paper_out", ""),
        ("1a 16 12 12", "cover_open", ""),
        ("1a 36 12 7e", "cover_open", ""),  # both: the cover first, the paper lies under it
        ("1a 52 1a 12", "error", "blade"),
        ("1a 52 32 12", "error", "printer_error"),
        ("1a 52 52 12", "error", "overheated"),
        ("1a 52 12 12", "error", "printer_error"),
        ("1a 12 12 12", "offline", ""),
    ],
)
def test_answers_to_the_four_questions(answers, state, reason):
    status = real_time(bytes.fromhex(answers))
    assert (status.state, status.reason) == (state, reason)
    assert said(status) == (state not in ("ready", "paper_near_end"))


@pytest.mark.parametrize(
    ("bytes_", "state", "reason"),
    [
        ("10 00 00 0f", "ready", ""),
        ("14 00 00 00", "ready", ""),
        ("10 00 03 0f", "paper_near_end", ""),
        ("18 00 0f 0f", "paper_out", ""),
        ("38 00 00 0f", "cover_open", ""),
        ("18 08 00 0f", "error", "blade"),
        ("18 20 00 0f", "error", "printer_error"),
        ("18 40 00 0f", "error", "overheated"),
        ("18 01 00 0f", "offline", ""),
    ],
)
def test_changes_told_unasked(bytes_, state, reason):
    status = automatic(bytes.fromhex(bytes_))
    assert (status.state, status.reason) == (state, reason)


def test_what_only_silence_or_the_line_shows_is_not_the_printers_word():
    assert not said(Status("offline", "no_answer"))
    assert not said(Status("offline", "unreachable"))
    assert not said(Status("unplugged", "unplugged"))
    assert not said(Status("error", "timeout"))


def test_each_kind_is_told_from_the_others():
    ready = ("ready", "")
    assert told(WELL) == ([ready], [False], [False])
    assert told(ASB_WELL, asked=False) == ([ready], [False], [False])
    assert told(DONE, asked=False) == ([None], [True], [False])
    assert told(b"\x03", asked=False) == ([None], [True], [False]), "near its end, and printed"
    assert told(b"\x0c", asked=False) == ([None], [False], [False]), "no paper: nothing was done"
    assert told(b"\x11\x13", asked=False) == ([None], [False], [False])
    assert told(WELL, asked=False) == ([None], [False], [False]), "an answer that nobody waits for"


def test_the_pieces_of_a_line_do_not_matter():
    data = b"\x13" + b"\x38\x00\x00\x0f" + b"\x12\x12" + b"\x11" + b"\x12\x1e" + b"\x10\x00\x00\x0f" + DONE
    whole = StatusReader()
    whole.asked()
    heard = whole.feed(data)
    assert (heard.status.state, heard.done) == ("ready", True)
    single = StatusReader()
    single.asked()
    each = [single.feed(bytes((byte,))) for byte in data]
    assert [h.status.state for h in each if h.status] == ["cover_open", "paper_near_end", "ready"]
    assert [h.done for h in each] == [False] * (len(data) - 1) + [True]


def test_an_answer_in_the_middle_of_a_change_belongs_to_its_question():
    states, done, _ = told(b"\x38\x00", b"\x12\x12", b"\x00\x0f", b"\x12\x12")
    assert states == [None, None, ("cover_open", ""), ("ready", "")]
    assert done == [False] * 4


def test_a_change_cut_short_is_no_end_of_a_ticket():
    states, done, _ = told(b"\x10\x00", b"\x38\x00\x00\x0f", asked=False)
    assert states == [None, ("cover_open", "")]
    assert not any(done)


def test_after_a_silence_nothing_old_is_completed():
    reader = StatusReader()
    reader.asked()
    assert reader.feed(b"\x12\x12").status is None
    reader.lapse()
    reader.asked()
    assert reader.feed(b"\x12\x12\x12").status is None
    assert reader.feed(b"\x1e").status.state == "paper_near_end"


def test_a_change_torn_by_a_pause_is_still_one_and_no_end_of_a_ticket():
    reader = StatusReader()
    assert reader.feed(b"\x18") == (None, 0, False)
    reader.lapse()
    assert reader.feed(b"\x00\x0f") == (None, 0, False)
    reader.lapse()
    heard = reader.feed(b"\x0f" + DONE)
    assert (heard.status.state, heard.done) == ("paper_out", 1)


def test_the_rest_of_a_change_is_not_waited_for_once_the_printer_has_answered_something_else():
    reader = StatusReader()
    reader.feed(b"\x10\x00")
    reader.lapse()
    reader.asked()
    assert reader.feed(WELL).status.state == "ready"
    assert reader.feed(DONE).done == 1


@pytest.mark.parametrize("noise", [b"\xff", b"\x80", b"\x15", b"\x17", b"\x91", b"\x3b"])
def test_one_byte_without_sense_throws_doubt_on_all_until_the_line_is_quiet(noise):
    reader = StatusReader()
    reader.asked()
    assert reader.feed(b"\x00" + WELL + noise) == (None, False, True)
    assert reader.feed(DONE) == (None, False, True)
    reader.lapse()
    assert reader.feed(DONE).done


def test_no_bytes_whatever_make_it_fail():
    chance = random.Random(7)
    reader = StatusReader()
    for _ in range(3000):
        reader.asked()
        heard = reader.feed(chance.randbytes(chance.randrange(1, 9)))
        if heard.noise:
            assert heard.status is None
            assert not heard.done
        if chance.random() < 0.3:
            reader.lapse()
    reader.lapse()
    reader.asked()
    assert reader.feed(WELL).status.state == "ready"
