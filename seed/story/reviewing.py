"""How the first quarter of 2024 is reviewed in the story."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from seed.story import words
from seed.story.stage import Stage
from taskflow import db
from taskflow.reviews.models import Grade, Review, ReviewState
from taskflow.reviews.opening import open_quarter

GRADES = (Grade.EXCELLENT, Grade.GOOD, Grade.GOOD, Grade.FAIR)


class Reviewing:
    """Self-assessment, assessment, objection, signature."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    def open(self) -> None:
        """The quarter is opened; every unit has its own pace."""
        stage = self.stage
        open_quarter(stage.cast.region.code)
        reviews = db.rows(select(Review).order_by(Review.id))
        for place, review in enumerate(reviews):
            die = stage.chance("review", review.unit_id)
            late = place % 9 == 4  # noqa: PLR2004
            day = date(2024, 6, 5) if late else stage.calendar.add(stage.today, die.randint(3, 9))
            stage.at(day, 10, self.self_assess, review, place)

    def self_assess(self, review: Review, place: int) -> None:
        """The head judges the unit's quarter."""
        stage = self.stage
        if review.state is not ReviewState.OPEN:
            return
        die = stage.chance("self", review.unit_id)
        head = stage.cast.head(review.unit)
        stage.do(review, "self_assess", head, die.choice(words.SELF), grade=die.choice(GRADES[:3]).value)
        if place % 18 != 4:  # noqa: PLR2004  # one in two of the late ones still waits for the office
            stage.in_days(die.randint(2, 6), 15, self.assess, review, place)

    def assess(self, review: Review, place: int) -> None:
        """The office judges it."""
        stage = self.stage
        if review.state is not ReviewState.SELF_ASSESSED:
            return
        die = stage.chance("assess", review.unit_id)
        officer = stage.officer("review", review.id)
        stage.do(review, "assess", officer, die.choice(words.OFFICE), grade=die.choice(GRADES).value)
        if place % 10 == 7:  # noqa: PLR2004
            stage.in_days(2, 10, self.object, review, officer.login, place)
        elif place % 9 not in (4, 6):
            stage.in_days(die.randint(2, 8), 16, self.sign, review)

    def object(self, review: Review, assessed_by: str, place: int) -> None:
        """The unit does not agree."""
        stage = self.stage
        if review.state is not ReviewState.ASSESSED:
            return
        stage.do(review, "object", stage.cast.head(review.unit), "迟报系上级系统故障所致，已附情况说明，请复议。")
        if place % 20 != 7:  # noqa: PLR2004
            stage.in_days(3, 10, self.decide, review, assessed_by)

    def decide(self, review: Review, assessed_by: str) -> None:
        """Another officer looks at it again."""
        stage = self.stage
        if review.state is ReviewState.OBJECTED:
            other = stage.other_officer(stage.cast.holder(assessed_by))
            stage.do(review, "decide", other, "情况属实，予以采纳。", grade=Grade.GOOD.value)
            stage.in_days(3, 16, self.sign, review)

    def sign(self, review: Review) -> None:
        """The leader signs."""
        if review.state is ReviewState.ASSESSED:
            self.stage.do(review, "sign", self.stage.leader(review))
