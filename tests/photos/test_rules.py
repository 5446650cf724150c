"""The states of a photo, whatever happens in whatever order (REP-01); and who is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.errors import Problem
from miniprogram_api.kernel.photo import PhotoState
from miniprogram_api.photos.notices import notices
from miniprogram_api.photos.rules import ContentType, Judgement, Photo, judged, moved, read_raw_file, waited_enough

pytestmark = pytest.mark.row("REP-01")

START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
NEW = Photo("photo_1", "est_1", "acc_1", ContentType.JPEG, 1000, START, START)

EVENTS = st.lists(
    st.one_of(
        st.sampled_from(["take_up", "give_up", "ask", "hand_over", "accept", "refuse"]),
        st.sampled_from(list(Judgement)),
        st.integers(min_value=1, max_value=90),
    ),
    max_size=12,
)


@given(EVENTS)
def test_a_verdict_is_final_and_nothing_waits_forever(events: list) -> None:
    photo, now = NEW, START
    for event in events:
        before = photo
        if isinstance(event, int):
            now += timedelta(minutes=event)
            photo = waited_enough(photo, now)
        elif isinstance(event, Judgement):
            photo = judged(photo, event, now)
        else:
            try:
                photo = moved(photo, event, now, by="acc_desk", reason="看不清")
            except Problem:
                assert photo == before
        if before.state in {PhotoState.ACCEPTED, PhotoState.REFUSED}:
            assert photo == before
        if photo.state is PhotoState.ACCEPTED:
            was = before.state in {PhotoState.CHECKING, PhotoState.TO_DECIDE, PhotoState.ACCEPTED}
            assert was, "nothing is shown that neither WeChat nor a person has looked at"
        assert photo.usable == (photo.state not in {PhotoState.REFUSED, PhotoState.EXPIRED})
    after = waited_enough(photo, now + timedelta(hours=2))
    assert after.waits_until is None, "whatever a machine should have done by now is with a person or has an end"


def test_who_is_told_of_what() -> None:
    refused = replace(NEW, state=PhotoState.REFUSED, reason="照片打不开，请重新拍照上传。")
    (to_uploader,) = notices(NEW, refused)
    assert (to_uploader.to.account_id, to_uploader.text) == ("acc_1", "照片打不开，请重新拍照上传。")
    (to_desk,) = notices(NEW, replace(NEW, state=PhotoState.TO_DECIDE))
    assert (to_desk.to.estate_id, to_desk.to.roles) == ("est_1", {Role.MANAGER, Role.DISPATCHER})
    expired = replace(NEW, state=PhotoState.EXPIRED)
    assert notices(NEW, expired) == ()
    (missing,) = notices(NEW, replace(expired, owner="wo_1"))
    assert missing.title == "照片未上传"
    assert notices(refused, replace(refused, version=2)) == ()
    assert notices(NEW, replace(NEW, state=PhotoState.ACCEPTED)) == ()


@pytest.mark.parametrize("name", ["uploads/est_1", "uploads/est_1/photo_1/more", "photos/est_1/photo_1", "", "uploads"])
def test_a_file_that_lies_elsewhere_is_no_upload(name: str) -> None:
    assert read_raw_file(name) is None
    assert read_raw_file("uploads/est_1/photo_1") == ("est_1", "photo_1")
