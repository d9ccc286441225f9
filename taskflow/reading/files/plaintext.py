"""Bytes to characters: UTF-8, UTF-16 with its mark, a declared encoding, else GB18030."""

from __future__ import annotations

import codecs
import re

from taskflow import errors

NOT_TEXT = "文件内容不是文字，不能读取，请另存为 .docx 或 UTF-8 编码的 .txt 后再试。"
UNKNOWN = "文件的文字编码不能识别，请用记事本打开后另存为 UTF-8 编码再试。"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
#: What a web page may say of itself, beside UTF-8.
_DECLARED = {"gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "big5": "big5hkscs"}
_CONTROL = re.compile("[\x01-\x08\x0e-\x1f\x7f]")
MOST_CONTROL = 0.01  # share of all characters
MOST_DAMAGE = 0.001
LEAST_COMMON = 0.6  # share of characters that GB2312 has, in Chinese text
BEGIN = 1_000_000  # characters that are enough to judge the rest by


def decode(data: bytes, declared: str = "") -> tuple[str, tuple[str, ...]]:
    r"""The text with \n at every line's end and without a byte order mark, and what had to be said about it.

    Whoever counts characters of a file counts them in this text. Raises errors.Unreadable.
    """
    text, warnings = _characters(data, _DECLARED.get(declared.lower(), ""))
    if "\0" in text or len(_CONTROL.findall(text)) > MOST_CONTROL * len(text):
        raise errors.Unreadable(NOT_TEXT)
    return text.replace("\r\n", "\n").replace("\r", "\n"), warnings


def _characters(data: bytes, declared: str) -> tuple[str, tuple[str, ...]]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strictly(data[len(mark) :], encoding), ()
    if b"\0" in data:
        raise errors.Unreadable(NOT_TEXT)
    for encoding in filter(None, ("utf-8", declared, "gb18030")):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "gb18030" and not _is_chinese(text):
            raise errors.Unreadable(UNKNOWN)
        return text, ()
    return _damaged(data)


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise errors.Unreadable(UNKNOWN) from error


def _is_chinese(text: str) -> bool:
    """Nearly any bytes make some characters of GB18030; those of another encoding make rare ones."""
    foreign = "".join(sign for sign in text[:BEGIN] if not sign.isascii())
    common = foreign.encode("gb2312", errors="ignore").decode("gb2312")
    return len(common) >= LEAST_COMMON * len(foreign)


def _damaged(data: bytes) -> tuple[str, tuple[str, ...]]:
    """A few bytes of a long text may be damaged; they show as �."""
    text = min((data.decode(code, errors="replace") for code in ("utf-8", "gb18030")), key=_holes)
    if _holes(text) > MOST_DAMAGE * len(text) or not _is_chinese(text.replace("\ufffd", "")):
        raise errors.Unreadable(UNKNOWN)
    return text, (f"有 {_holes(text)} 处文字已损坏，显示为“\ufffd”，请核对。",)


def _holes(text: str) -> int:
    return text.count("\ufffd")
