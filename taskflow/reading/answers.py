"""Who answers for what was read: notes in brackets, lines of labels below an item, and headings that name a unit."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from taskflow.reading.statements import label_times, responsible, when

Measure = dict[str, Any]


@dataclass
class Answers:
    """Which measures the next note or label is about, as a document is gone through."""

    time: when.Frame
    notes: responsible.Notes = field(default_factory=responsible.Notes)
    #: Since the note before, in the same paragraph.
    unnamed: list[Measure] = field(default_factory=list)
    #: Of the item at hand: below one heading, or one number.
    item: list[Measure] = field(default_factory=list)
    #: Since the last heading: 以上任务的责任单位：… is about all of it.
    part: list[Measure] = field(default_factory=list)
    #: The lines of labels behind the item, so far: 牵头单位：…；完成时限：…；
    labels: str = ""
    #: The sentence at hand, which may open with who does what it says.
    sentence: str = ""

    def begin_part(self) -> None:
        """A heading begins something new."""
        self.part = []

    def begin_item(self) -> None:
        """A heading or a numbered paragraph: labels that follow are not about what stands before."""
        self.item, self.labels = [], ""

    def begin_paragraph(self, text: str, begun: int) -> list[tuple[int, str]]:
        """The notes of a paragraph, each with its place; one that opens it is about the paragraph before."""
        found = [(note.start(), note[1]) for note in responsible.notes(text)]
        if responsible.FIRST_LEADS.search(text):
            self.notes.first_leads = True
        if not found or found[0][0] > begun:
            self.unnamed = []
        return found

    def begin_sentence(self, told: str) -> None:
        """Text behind lines of labels belongs to another item."""
        self.sentence = told
        if self.labels:
            self.begin_item()

    def add(self, measure: Measure) -> None:
        """One more measure that a note may be about."""
        for about in (self.unnamed, self.item, self.part):
            about.append(measure)

    def units(self, told: str, heading: str) -> dict[str, Any]:
        """The units of a clause by its own words or by what its heading says; a note behind it says it better."""
        doers = responsible.doers(self.sentence, told)
        return (doers or (self.notes.read(heading) if heading else doers)).plain()

    def note(self, note: str, place: int) -> None:
        """A note, standing at a place of the file, is about every measure between it and the note before."""
        self._assign(note, [one for one in self.unnamed if one["char_start"] < place])
        self.unnamed = [one for one in self.unnamed if one["char_start"] >= place]

    def label(self, told: str) -> None:
        """A line or sentence of labels is about the whole item above it, together with the lines before."""
        if told.startswith(("以上", "上述")):
            self._assign(told, [one for one in self.part if not one["units"]["named"]])
            return
        self.labels += told.rstrip("。；") + "；"
        self._assign(self.labels, self.item)

    def _assign(self, note: str, measures: list[Measure]) -> None:
        named, texts = self.notes.read(note), [str(measure["text"]) for measure in measures]
        for measure, due in zip(measures, label_times.dues(note, texts, self.time), strict=True):
            if named:
                measure["units"] = named.plain()
                measure["why"] = [*(rule for rule in measure["why"] if rule != "units_named"), "units_named"]
            if due and measure["deadline"]["basis"] in ("assumed", "inherited"):
                measure["deadline"], measure["recurrence"] = due.plain(), due.recurrence
