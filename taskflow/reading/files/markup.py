"""Trees from XML and HTML that nobody vouches for: no document type, no entities, no network.

The only importer of lxml. XML is read as UTF-8 whatever it claims, so that what `forbids` has searched is what
the parser sees.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO
from typing import Any

from lxml import etree

from taskflow import errors

Element = Any  # lxml comes without types

BROKEN = "文件已损坏（内部的 XML 不完整），请用 Word、Excel 或 WPS 打开后另存一份再试。"
DECLARES = "文件内部带有文档类型声明（DOCTYPE），可能不安全，不能读取。"
TOO_DEEP = "网页的结构太复杂（嵌套太深），不能读取，请把正文复制到 Word 文档后再试。"
_DECLARATIONS = [
    word.encode(code) for word in ("<!DOCTYPE", "<!ENTITY") for code in ("utf-8", "utf-16-le", "utf-16-be")
]
LONGEST_DECLARATION = max(map(len, _DECLARATIONS))
NO_MEMORY = 2  # libxml2's XML_ERR_NO_MEMORY
_SAFE: dict[str, Any] = {
    "resolve_entities": False,
    "load_dtd": False,
    "no_network": True,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}

#: Short names for the namespaces that readers look for, in both editions of the standard.
_NAMESPACES = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w",
    "http://purl.oclc.org/ooxml/wordprocessingml/main": "w",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m",
    "http://purl.oclc.org/ooxml/officeDocument/math": "m",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc",
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main": "x",
    "http://purl.oclc.org/ooxml/spreadsheetml/main": "x",
    "http://schemas.openxmlformats.org/package/2006/relationships": "rel",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": "r",
    "http://purl.oclc.org/ooxml/officeDocument/relationships": "r",
}


def forbids(piece: bytes) -> bool:
    """Whether a piece of XML begins a document type or an entity."""
    return any(word in piece for word in _DECLARATIONS)


@lru_cache(maxsize=1024)
def short(tag: str) -> str:
    """“w:p” for {http://…/wordprocessingml/2006/main}p; "" for what no reader looks for."""
    namespace, _, name = tag.removeprefix("{").rpartition("}")
    prefix = _NAMESPACES.get(namespace)
    return f"{prefix}:{name}" if prefix else ""


def name(element: Element) -> str:
    """The short name of an element."""
    return short(element.tag)


def attributes(element: Element) -> dict[str, str]:
    """An element's attributes by their own names, without namespaces but for those of relationships (“r:id”)."""
    found = {}
    for key, value in element.attrib.items():
        known = short(key)
        found[known if known.startswith("r:") else key.rpartition("}")[2]] = value
    return found


def child(element: Element, wanted: str) -> Element | None:
    """The first child with a short name."""
    return next((one for one in element if name(one) == wanted), None)


def value(element: Element | None, wanted: str) -> str | None:
    """The attribute `val` of a child: how Office writes nearly every property."""
    found = None if element is None else child(element, wanted)
    return None if found is None else attributes(found).get("val")


def tree(data: bytes) -> Element:
    """The root of an XML part."""
    try:
        return etree.fromstring(_plain(data), etree.XMLParser(encoding="utf-8", **_SAFE))
    except etree.XMLSyntaxError as error:
        raise _refusal(error, BROKEN) from error


def stream(data: bytes, *wanted: str) -> Iterator[Element]:
    """The elements with these short names as they end; each is emptied after use, so that memory stays small."""
    tags = [f"{{*}}{one.partition(':')[2]}" for one in wanted]
    try:
        for _, element in etree.iterparse(BytesIO(_plain(data)), tag=tags, encoding="utf-8", **_SAFE):
            yield element
            element.clear()
            while (before := element.getprevious()) is not None:
                before.getparent().remove(before)
    except etree.XMLSyntaxError as error:
        raise _refusal(error, BROKEN) from error


def _refusal(error: Any, sentence: str) -> Exception:
    return MemoryError() if error.code == NO_MEMORY else errors.Unreadable(sentence)


def _plain(data: bytes) -> bytes:
    """The same XML in UTF-8; never one with a document type."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        data = data.decode("utf-16", errors="replace").encode()
    if forbids(data):
        raise errors.Unreadable(DECLARES)
    return data


def page(text: str) -> Element | None:
    """The root of a web page, None when nothing is in it. Its scripts are text to the parser, never run."""
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        raise _refusal(error, TOO_DEEP) from error
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise errors.Unreadable(TOO_DEEP)  # the parser stops there, and the rest would be missing silently
    return root
