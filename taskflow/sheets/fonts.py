"""Fonts by role (GB/T 9704: 小标宋, 仿宋, 楷体, 黑体): the county's licensed ones first, free stand-ins else.

An administrator puts .ttf or .otf files into `<DATA>/fonts`; they are known by their names. What stands in
for what is told to every sheet, never silent.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from pylopdf_fonts_zh_cn import sans_path, serif_path

#: Role → its Chinese name, words that such a file's name holds (lower case), and whether Sans stands in.
ROLES = {
    "title": ("小标宋", ("小标宋", "xiaobiaosong", "xbs"), False),
    "body": ("仿宋", ("仿宋", "fangsong", "simfang"), False),
    "kai": ("楷体", ("楷体", "kaiti", "simkai"), False),
    "hei": ("黑体", ("黑体", "heiti", "simhei"), True),
}
OURS = "tf-"  # how the families of our own faces begin
SERIF, SANS = "tf-serif", "tf-sans"


@dataclass(frozen=True)
class Fonts:
    """What is used for each role: the style sheet, the files it names, and the sentences about stand-ins."""

    css: str
    files: frozenset[str]
    substitutions: list[str] = field(default_factory=list)


def found(folder: Path) -> Fonts:
    """The fonts for sheets, given the county's own folder (which need not exist)."""
    faces = {SERIF: serif_path(), SANS: sans_path()}
    rules = [_face(SERIF, faces[SERIF]), _face(SERIF, faces[SANS], bold=True), _face(SANS, faces[SANS])]
    roles, told = [], []
    for role, (name, words, sans) in ROLES.items():
        stand_in = SANS if sans else SERIF
        if own := _own(folder, words):
            faces[f"tf-{role}"] = own
            rules.append(_face(f"tf-{role}", own))
            roles.append(f'--{role}: "tf-{role}", "{stand_in}"')
        else:
            roles.append(f'--{role}: "{stand_in}"')
            told.append(f"{name}→{'思源黑体' if sans else '思源宋体'}")
    css = "\n".join(rules) + f'\n:root {{ --table: "{SANS}"; {"; ".join(roles)} }}\n'
    return Fonts(css, frozenset(path.as_uri() for path in faces.values()), told)


def _own(folder: Path, words: tuple[str, ...]) -> Path | None:
    if not folder.is_dir():
        return None
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in (".ttf", ".otf"))
    return next((path.resolve() for path in files if any(word in path.name.lower() for word in words)), None)


def _face(family: str, path: Path, *, bold: bool = False) -> str:
    weight = " font-weight: bold;" if bold else ""
    return f'@font-face {{ font-family: "{family}";{weight} src: url("{path.as_uri()}") }}'
