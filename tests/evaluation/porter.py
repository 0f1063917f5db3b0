"""The stemmer of M. F. Porter, "An algorithm for suffix stripping", Program 14(3), 1980, as published, for bm25.py."""

import re

C, V = "(?:[^aeiouy]|(?<![^aeiou])y|^y)", "(?:[aeiou]|(?<=[^aeiou])y)"
VOWEL = re.compile(V)
MEASURE = re.compile(f"{V}+{C}+")
DOUBLE = re.compile(r"([^aeiouylsz])\1$")
SHORT = re.compile(f"{C}{V}(?![wxy]){C}$")

STEP2 = [
    ("ational", "ate"), ("tional", "tion"), ("enci", "ence"), ("anci", "ance"), ("izer", "ize"), ("abli", "able"), ("alli", "al"),
    ("entli", "ent"), ("eli", "e"), ("ousli", "ous"), ("ization", "ize"), ("ation", "ate"), ("ator", "ate"), ("alism", "al"),
    ("iveness", "ive"), ("fulness", "ful"), ("ousness", "ous"), ("aliti", "al"), ("iviti", "ive"), ("biliti", "ble"),
]  # fmt: skip
STEP3 = [("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"), ("ical", "ic"), ("ful", ""), ("ness", "")]
STEP4 = "ement ance ence able ible ment ant ent ism ate iti ous ive ize al er ic ou".split()


def measure(word):
    """How often vowels are followed by consonants: Porter's m."""
    return len(MEASURE.findall(word))


def replaced(word, pairs):
    """The longest suffix decides, whether its condition holds or not."""
    for suffix, other in sorted(pairs, key=lambda pair: -len(pair[0])):
        if word.endswith(suffix):
            rest = word[: -len(suffix)]
            return rest + other if measure(rest) > 0 else word
    return word


def plural(word):
    for suffix, other in (("sses", "ss"), ("ies", "i"), ("ss", "ss"), ("s", "")):
        if word.endswith(suffix):
            return word[: -len(suffix)] + other
    return word


def past(word):
    if word.endswith("eed"):
        return word[:-1] if measure(word[:-3]) > 0 else word
    for suffix in ("ed", "ing"):
        rest = word[: -len(suffix)]
        if word.endswith(suffix):
            if not VOWEL.search(rest):
                return word
            if rest.endswith(("at", "bl", "iz")):
                return rest + "e"
            if DOUBLE.search(rest):
                return rest[:-1]
            return rest + "e" if measure(rest) == 1 and SHORT.search(rest) else rest
    return word


def derived(word):
    if word.endswith("ion"):
        return word[:-3] if word[:-3].endswith(("s", "t")) and measure(word[:-3]) > 1 else word
    for suffix in STEP4:
        if word.endswith(suffix):
            return word[: -len(suffix)] if measure(word[: -len(suffix)]) > 1 else word
    return word


def stem(word):
    """The stem of a word in lower case; words of one or two letters, or with anything but a to z, stay."""
    if len(word) < 3 or not (word.isascii() and word.isalpha()):
        return word
    word = past(plural(word))
    if word.endswith("y") and VOWEL.search(word[:-1]):
        word = word[:-1] + "i"
    word = derived(replaced(replaced(word, STEP2), STEP3))
    if word.endswith("e") and (measure(word[:-1]) > 1 or measure(word[:-1]) == 1 and not SHORT.search(word[:-1])):
        word = word[:-1]
    return word[:-1] if word.endswith("ll") and measure(word) > 1 else word
