"""Bytes and times become presses: contacts that bounce, long presses, noise, a reader that is held up."""

import math
import random
from collections import deque
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from buttons.line import LOOK_S
from buttons.presses import REPEATS_S, Press, Presses
from queue_server.settings.model_devices import ButtonKey

BOUNCE, LONG = 0.08, 1.2
PLAIN = ButtonKey(sends="41", counter="1", press="call-next")
TWO_WAY = ButtonKey(sends="02 31 03", released="02 32 03", counter="2", press="call-next")
LONG_KEY = ButtonKey(sends="10 55", released="10 56", counter="3", press="recall", long="no-show")
KEYS = (PLAIN, TWO_WAY, LONG_KEY)
NOISE = b"\x00\x7f\xfe"


def codes(key):
    return bytes.fromhex(key.sends), bytes.fromhex(key.released)


def read(timeline, *, keys=KEYS, stall=lambda: 0.0, debounce=BOUNCE):
    """What a line's loop makes of bytes that arrive at their times, when it is held up after each wait."""
    presses = Presses(keys, debounce, LONG)
    found, rest = [], deque(sorted(timeline, key=lambda item: item[0]))
    now = empty_at = 0.0
    while rest or presses.next_at(empty_at) < math.inf:
        began = now
        within = max(0.0, min(LOOK_S, presses.next_at(empty_at) - began))
        if rest and rest[0][0] <= began + within:
            now = max(now, rest[0][0]) + stall()
            data = b""
            while rest and rest[0][0] <= now:
                data += rest.popleft()[1]
            found += presses.feed(data, empty_at, now)
            empty_at = began
        else:
            empty_at = began + within
            found += presses.settle(empty_at)
            now = began + within + stall()
            if rest and presses.next_at(empty_at) == math.inf:
                now = empty_at = max(now, rest[0][0] - LOOK_S / 2)  # nothing happens for long
    return [(press.counter, press.action) for press in found]


def bounces(draw_gap, at, signals):
    """The signals of one contact that closes or opens, not longer apart than bounces are, and the last one's time."""
    timeline = []
    for signal in signals:
        for byte in signal:
            timeline.append((at, bytes([byte])))
            at += 0.001
        at += draw_gap()
    return timeline, at


def act(key, at, *, held, gap, times):
    """Timeline of one intended press with ``times`` bounces at each end, and when it is over."""
    down, up = codes(key)
    train = [down, *([up, down] if up else [down]) * times]
    timeline, end = bounces(gap, at, train)
    if up:
        more, end = bounces(gap, max(end, at + held), [up, *[down, up] * times])
        timeline += more
    return timeline, end


def apart(key, at):
    """When such a button can be pressed again after ``at``: one that does not say when it is let go must rest."""
    return at + 0.3 if key.released else at + REPEATS_S + 0.1


@st.composite
def hands(draw):
    """Intended presses, what arrives of them, and how long the reader is held up at most."""
    stalls = draw(st.sampled_from([0.0, 0.005, 0.03]))
    at, timeline, wanted, free = 1.0, [], [], {}
    for _ in range(draw(st.integers(1, 12))):
        key = draw(st.sampled_from(KEYS))
        at = max(at, free.get(key.counter, 0.0))
        long = key.long is not None and draw(st.booleans())
        held = LONG + 0.4 if long else draw(st.floats(0.3, 0.6))
        gap = draw(st.sampled_from([0.0, 0.002, 0.01, 0.04]))
        more, at = act(key, at, held=held, gap=lambda gap=gap: gap, times=draw(st.integers(0, 3)))
        timeline += more
        wanted.append((key.counter, key.long if long else key.press))
        free[key.counter] = apart(key, at)
        noise = draw(st.binary(max_size=3).map(lambda data: bytes(NOISE[byte % 3] for byte in data)))
        timeline += [(at, bytes([byte])) for byte in noise]
        at += draw(st.floats(0.3, 3.0))
    return wanted, timeline, stalls


@given(hands(), st.randoms(use_true_random=False))
def test_bouncing_presses_are_exactly_the_intended_ones(hand, chance):
    wanted, timeline, stalls = hand
    assert sorted(read(timeline, stall=lambda: chance.random() * stalls)) == sorted(wanted)


@given(hands(), st.floats(0.05, 2.0), st.randoms(use_true_random=False))
def test_a_reader_held_up_never_makes_two_presses_of_one(hand, longest, chance):
    wanted, timeline, _ = hand
    found = read(timeline, stall=lambda: chance.random() * longest if chance.random() < 0.2 else 0.0)
    for counter in {counter for counter, _ in found}:
        assert sum(c == counter for c, _ in found) <= sum(c == counter for c, _ in wanted)


@given(st.binary(max_size=200), st.lists(st.integers(0, 200), max_size=8))
def test_it_does_not_matter_how_the_bytes_are_cut(data, cuts):
    whole = Presses(KEYS, 0.0, LONG).feed(data, 1.0, 1.0)
    parts = Presses(KEYS, 0.0, LONG)
    edges = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    assert [p for a, b in pairwise(edges) for p in parts.feed(data[a:b], 1.0, 1.0)] == whole


def test_a_thousand_bouncing_presses():
    chance = random.Random(1000)
    timeline, wanted, at = [], [], 1.0
    for _ in range(1000):
        key = chance.choice(KEYS)
        long = key.long is not None and chance.random() < 0.5
        more, at = act(
            key,
            at,
            held=LONG + 0.4 if long else 0.4,
            gap=lambda: chance.random() * BOUNCE * 0.9,
            times=chance.randrange(4),
        )
        timeline += more
        wanted.append((key.counter, key.long if long else key.press))
        at = apart(key, at)
    assert read(timeline, stall=lambda: chance.random() * 0.01) == wanted


def presses(**options):
    return Presses(KEYS, options.get("debounce", BOUNCE), LONG)


def test_a_plain_press_counts_at_once():
    assert presses().feed(b"A", 1.0, 1.01) == [Press("1", "call-next", 1.0)]


def test_a_jammed_button_that_never_says_it_was_let_go_is_one_press():
    timeline = [(1.0 + n * 0.25, b"A") for n in range(44)]
    again = [(timeline[-1][0] + after, b"A") for after in (3.0, 6.0)]
    assert read(timeline) == [("1", "call-next")]
    assert read(timeline + again) == [("1", "call-next")] * 3, "some seconds apart they are meant"


@given(st.lists(st.floats(0.0, REPEATS_S * 0.95), max_size=60), st.randoms(use_true_random=False))
def test_however_it_repeats_itself_and_is_read(gaps, chance):
    at, timeline = 1.0, [(1.0, b"A")]
    for gap in gaps:
        timeline.append((at := at + gap, b"A"))
    assert read(timeline, stall=lambda: chance.random() * 0.03) == [("1", "call-next")]


def test_a_box_that_repeats_itself_while_a_button_is_held():
    buttons = presses()
    down, up = codes(TWO_WAY)
    found = [p for n in range(8) for p in buttons.feed(down, 1 + n * 0.5, 1 + n * 0.5)]
    found += buttons.feed(up, 5.0, 5.0) + buttons.settle(6.0)
    assert [p.action for p in found] == ["call-next"]
    assert buttons.feed(down, 6.0, 6.0), "and the next press counts"


def test_a_lost_code_for_letting_go_does_not_kill_the_button():
    buttons = presses()
    down, _ = codes(TWO_WAY)
    assert buttons.feed(down, 1.0, 1.0)
    assert buttons.feed(down, 1.0 + LONG + 0.1, 1.0 + LONG + 0.1)


def test_a_long_press_is_done_while_the_button_is_still_held():
    buttons = presses()
    down, up = codes(LONG_KEY)
    assert buttons.feed(down, 1.0, 1.0) == []
    assert buttons.next_at(2.0) == 1.0 + LONG
    assert [p.action for p in buttons.settle(1.0 + LONG)] == ["no-show"]
    assert buttons.feed(up, 3.0, 3.0) + buttons.settle(9.0) == []


def test_a_release_read_late_does_not_make_a_short_press_long():
    buttons = presses()
    down, up = codes(LONG_KEY)
    buttons.feed(down, 1.0, 1.0)
    found = buttons.feed(up, 1.5, 8.0) + buttons.settle(9.0)
    assert [p.action for p in found] == ["recall"], "it came somewhen after 1.5"


def test_the_beginning_of_a_code_that_stays_alone_is_noise():
    buttons = presses()
    assert buttons.feed(b"\x02\x31", 1.0, 1.0) == []
    assert buttons.feed(b"\x03", 1.2, 1.2) != [], "the rest may come later"
    buttons = presses()
    assert buttons.feed(b"\x02\x31", 1.0, 1.0) == []
    assert buttons.feed(b"\x03", 2.0, 2.0) == [], "but not much later"


@pytest.mark.parametrize("sends", ["00 41", "41 00", "00 00 41", "FF 41"])
def test_a_cable_that_is_pulled_presses_nothing(sends):
    """A break and a pulse between are read as 00 and FF, one at a time or in a row."""
    key = ButtonKey(sends=sends, counter="1", press="call-next")
    for noise in (b"\x00", b"\xff", b"\x00" * 50, b"\xff\x00" * 50):
        buttons = Presses([key], BOUNCE, LONG)
        assert buttons.feed(noise, 1.0, 1.0) + buttons.settle(9.0) == []
        assert len(buttons.feed(bytes.fromhex(sends), 9.0, 9.0)) == 1, "and the button works afterwards"


@pytest.mark.parametrize("noise", [b"\x02", b"\x02\x31", b"\xff\x02\x02\x31", b"\x10"])
def test_a_code_is_found_after_noise(noise):
    assert len(presses().feed(noise + codes(TWO_WAY)[0], 1.0, 1.0)) == 1
