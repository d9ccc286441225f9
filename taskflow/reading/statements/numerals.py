"""Numbers as documents write them: 1,200 and 1.5, 一千二百, 三分之一, 半."""

from __future__ import annotations

import re

DIGITS = {letter: value for value, letter in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "两": 2, "壹": 1}
PLACES = {"十": 10, "百": 100, "千": 1000}
GROUPS = {"万": 10_000, "亿": 100_000_000}

ARABIC = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
CHINESE = r"[一二两三四五六七八九十百千零〇]+"
FRACTION = rf"(?P<below>{CHINESE}万?|\d+)分之(?P<above>{CHINESE}(?:点{CHINESE})?|\d+)|(?<=[过到于占])\d/\d(?!\d)"


def whole(text: str) -> int | None:
    """A whole number in Chinese or Arabic digits; None when it is none. 二〇二五 is 2025, 二十五 is 25."""
    if re.fullmatch(r"\d+", text):
        return int(text)
    if not text or not set(text) <= set(DIGITS) | set(PLACES) | set(GROUPS):
        return None
    if set(text) <= set(DIGITS):
        return int("".join(str(DIGITS[letter]) for letter in text))
    total = section = figure = 0
    for letter in text:
        if letter in DIGITS:
            figure = DIGITS[letter]
        elif letter in PLACES:
            section += (figure or 1) * PLACES[letter]
            figure = 0
        else:
            total += (section + figure or 1) * GROUPS[letter]
            section = figure = 0
    return total + section + figure


def number(text: str) -> int | float | None:
    """A figure: 12,000 · 99.5 · 四十 · 半 · 三分之一. None when the text is no number."""
    if re.fullmatch(r"\d/\d", text):
        return round(int(text[0]) / int(text[2]), 4) if text[2] != "0" else None
    if (match := re.fullmatch(FRACTION, text)) and match["below"]:
        below, above = whole(match["below"]), number(match["above"])
        return float(f"{above / below:.4g}") if below and above else None
    if text == "半":
        return 0.5
    if re.fullmatch(ARABIC, text):
        figure = float(text.replace(",", ""))
        return int(figure) if figure.is_integer() else figure
    before, _, behind = text.partition("点")
    if behind and (first := whole(before)) is not None and set(behind) <= set(DIGITS):
        return float(f"{first}.{''.join(str(DIGITS[letter]) for letter in behind)}")
    return whole(text)
