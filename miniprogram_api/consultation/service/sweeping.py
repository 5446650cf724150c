"""What the clock does with topics: it tells of late tasks, and counts the ratings when their time is over (VOT-03)."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from miniprogram_api.consultation.rating import figures_of
from miniprogram_api.consultation.refusals import ConsultationMoved
from miniprogram_api.consultation.stages import judged, told_late
from miniprogram_api.consultation.store import LINE, TOPIC
from miniprogram_api.consultation.topic import Hand, Stage
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from datetime import datetime

    from miniprogram_api.consultation.store import ConsultationStore
    from miniprogram_api.consultation.topic import Topic


class ConsultationSweep:
    """What falls due in topics."""

    def __init__(self, store: ConsultationStore) -> None:
        self._store = store

    def sweep(self, now: datetime) -> int:
        """Mark late tasks, to be told once, and end ratings whose time is over; returns how many topics it touched."""
        done = 0
        for topic in self._store.each_due(now):
            with suppress(ConsultationMoved):  # somebody took a step at this very moment
                if topic.stage is Stage.RATE:
                    self._end_rating(topic, now)
                else:
                    self._change(topic, told_late(topic, now), "mark_task_late", now)
                done += 1
        return done

    def _end_rating(self, topic: Topic, now: datetime) -> None:
        """Let no more marks come in, then count those there are; the next run makes a crash in between good."""
        if not topic.rating_over:
            topic = self._change(topic, replace(topic, rating_over=True), "end_rating", now)
        hand = Hand("system", "系统", now, derived_id("cstep", topic.id, "judge", str(topic.round)))
        after, line = judged(topic, figures_of(self._store.all_ratings(topic)), hand)
        act = Transaction("system", "judge_topic", now)
        act.change(TOPIC, topic, after, otherwise=ConsultationMoved)
        act.add(LINE, line, otherwise=ConsultationMoved)
        self._store.commit(act)

    def _change(self, topic: Topic, after: Topic, verb: str, now: datetime) -> Topic:
        act = Transaction("system", verb, now)
        after = act.change(TOPIC, topic, after, otherwise=ConsultationMoved)
        self._store.commit(act)
        return after
