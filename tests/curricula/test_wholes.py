"""A long wording is compared by its sentences first; nobody can tell from the marks."""

import random

import pytest

from feedback_app.curricula.wholes import text_edits
from feedback_app.curricula.words import tokens, word_edits

WORDS = "officers wait ask listen family room door name slowly before after every night".split()


def sentence(chance, at):
    words = chance.choices(WORDS, k=chance.randint(1, 14))
    return f"{words[0].capitalize()} {at} {' '.join(words[1:])}{chance.choice('.?!')}"


def revised(chance, sentences):
    """Words exchanged, sentences taken out, put in, repeated and moved."""
    found = list(sentences)
    for n in range(60):
        at = chance.randrange(len(found))
        act = n % 5
        if act == 0:
            found[at] = found[at].replace(chance.choice(WORDS), f"new{n}")
        elif act == 1:
            found.insert(chance.randrange(len(found)), found.pop(at))
        elif act == 2:
            del found[at]
        elif act == 3:
            found.insert(at, sentence(chance, n))
        else:
            found.insert(at, chance.choice(sentences))
    return found


@pytest.mark.one_engine
@pytest.mark.parametrize("seed", range(4))
def test_a_long_paragraph_is_marked_as_if_its_words_alone_had_been_compared(seed):
    chance = random.Random(seed)
    sentences = [sentence(chance, n) for n in range(450)]
    old, new = " ".join(sentences), " ".join(revised(chance, sentences))
    assert min(len(old), len(new)) > 15_000

    edits = text_edits(old, new)

    made, at = "", 0
    for a1, a2, b1, b2 in edits:
        made += old[at:a1] + new[b1:b2]
        at = a2
    assert made + old[at:] == new
    assert edits == word_edits(tokens(old), tokens(new))
