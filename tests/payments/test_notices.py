"""Who is told of what does not fit."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from miniprogram_api.payments.anomaly import Anomaly, AnomalyKind
from miniprogram_api.payments.notices import anomaly_notices, needs_a_person

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
LATE = Anomaly("anm_1", "est_1", "cmp_1", AnomalyKind.PAID_AFTER_CLOSE, 5192, NOW, in_suspense=True, left_fen=5192)
TWICE = replace(LATE, kind=AnomalyKind.PAID_TWICE, refund_id="rfd_1")


@pytest.mark.row("FEE-02")
def test_the_desk_is_told_once_of_what_waits_for_it() -> None:
    (notice,) = anomaly_notices(None, LATE)
    assert (notice.to.estate_id, notice.title) == ("est_1", "支付异常待处理")
    assert anomaly_notices(LATE, replace(LATE, refund_id="rfd_1", version=1)) == (), "a refund is on its way"
    assert anomaly_notices(LATE, replace(LATE, left_fen=0, resolved_at=NOW, version=1)) == ()
    assert anomaly_notices(None, replace(LATE, book="cmp_1")) == (), "money of no estate stands in the company's list"


@pytest.mark.row("FEE-02")
def test_what_is_paid_twice_reaches_the_desk_only_when_it_could_not_go_back() -> None:
    assert anomaly_notices(None, TWICE) == ()
    (notice,) = anomaly_notices(TWICE, replace(TWICE, refund_id=None, version=1))
    assert notice.text.startswith("退款失败 51.92元")
    (again,) = anomaly_notices(TWICE, replace(TWICE, refund_id=None, version=3))
    assert again.identity != notice.identity, "another refund of it came to nothing later"


@pytest.mark.row("FEE-02")
def test_the_operator_is_called_once_for_what_nobody_but_a_person_can_settle() -> None:
    assert needs_a_person(None, LATE)
    assert not needs_a_person(LATE, replace(LATE, version=1)), "it waited before"
    assert not needs_a_person(LATE, replace(LATE, left_fen=0, resolved_at=NOW, version=1))
    assert not needs_a_person(None, TWICE), "it goes back by itself"
    assert needs_a_person(TWICE, replace(TWICE, refund_id=None, version=1)), "unless it could not"
