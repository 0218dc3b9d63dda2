"""The account of a printer's words, against printers that lose any of them: no word is taken for another ticket's."""

import random

from printers.words import Words


def in_step():
    words = Words()
    words.call()
    words.heard(2)
    words.quiet()
    assert words.in_step
    return words


def test_a_process_before_may_have_left_a_word():
    words = Words()
    assert not words.in_step
    assert words.call() == 2
    words.heard(1)
    assert not words.answered, "it may be the old one"
    words.heard(1)
    assert words.answered
    assert not words.in_step, "the call's other word may still come"
    words.quiet()
    assert words.in_step
    assert not words.complete


def test_a_ticket_and_its_word():
    words = in_step()
    words.ticket()
    assert not words.in_step
    words.heard(1)
    assert words.in_step
    assert words.complete


def test_words_that_nobody_asked_for_count_for_nothing():
    words = in_step()
    words.heard(5)
    words.ticket()
    assert not words.in_step


def test_what_is_printed_behind_a_call_makes_its_words_old_ones():
    words = Words()
    words.call()
    words.printing()
    assert words.call() == 4
    words.heard(3)
    assert not words.answered
    words.heard(1)
    assert words.answered


def test_a_printer_that_never_answers_is_not_asked_more_and_more():
    words = Words()
    for _ in range(100):
        words.call()
        words.printing()
    assert words.call() < 10


def test_whatever_is_lost_no_word_is_taken_for_another_tickets():
    """A printer as a queue of marks; what lies in it is lost by chance, and answered at any time, in its order."""
    chance = random.Random(3)
    confirmed = late = 0
    for _ in range(4000):
        words, asked, printed, doubtful, ticket = in_step(), [], set(), None, 0
        for _ in range(12):
            if words.in_step:
                if doubtful is not None and words.complete:
                    assert doubtful in printed
                    late += 1
                ticket += 1
                words.ticket()
                asked.append(ticket)
                doubtful = None
            elif chance.random() < 0.5 or doubtful is None:
                doubtful = ticket
                asked.append([0] * words.call())
            while asked and chance.random() < 0.6:
                done = asked.pop(0)
                if chance.random() < 0.2:
                    continue  # switched off, or the line was cut
                if isinstance(done, list):
                    words.heard(len(done))
                    while asked and isinstance(asked[0], list):
                        words.heard(len(asked.pop(0)))
                    if words.answered:
                        assert not asked, "everything before is through"
                        words.quiet()
                else:
                    printed.add(done)
                    words.heard(1)
                if words.in_step and doubtful is None and words.complete:
                    assert ticket in printed
                    confirmed += 1
                if words.in_step:
                    break
    assert confirmed > 1000
    assert late > 100
