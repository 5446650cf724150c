"""From the camera to the wall of the order: uploaded straight to the bucket, made safe, judged, shown (REP-01)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO

import pytest
import requests
from PIL import Image

from miniprogram_api.kernel.photo import PhotoState
from miniprogram_api.photos.rules import Judgement
from miniprogram_api.storage import keys
from miniprogram_api.storage.objects import ObjectMissing
from tests.photos.conftest import jpeg_with_place, push_event

pytestmark = pytest.mark.row("REP-01")


def test_an_accepted_photo_is_upright_without_its_place_and_the_raw_file_is_gone(desk, world, resident) -> None:
    photo_id = desk.upload(resident, world.estate.id, jpeg_with_place((3000, 1500)))
    waiting = desk.read(resident, world.estate.id, photo_id)
    assert (waiting["state"], waiting.get("links")) == ("checking", None)
    assert desk.judged()["body"] == "success"
    shown = desk.read(resident, world.estate.id, photo_id)
    assert shown["state"] == "accepted"
    for size, long_side in (("small", 240), ("medium", 720), ("full", 2048)):
        data = requests.get(shown["links"][size], timeout=10).content
        assert b"SecretCamera" not in data
        picture = Image.open(BytesIO(data))
        assert not picture.getexif()
        assert picture.size == (long_side // 2, long_side), "orientation 6 stands upright: half as wide as high"
    with pytest.raises(ObjectMissing):
        desk.container.uploads.read(f"uploads/{world.estate.id}/{photo_id}")


def test_what_wechat_objects_to_is_never_shown_and_the_uploader_is_told_why(desk, world, resident) -> None:
    desk.simulator.control("content", next_image=["risky", 20002])
    photo_id = desk.upload(resident, world.estate.id)
    key = keys.photo(world.estate.id, photo_id)
    before = desk.item(key)
    desk.judged()
    shown = desk.read(resident, world.estate.id, photo_id)
    assert (shown["state"], shown.get("links")) == ("refused", None)
    assert shown["reason"] == "照片未通过微信内容审核，请换一张照片。"
    for _ in range(2):  # the stream may deliver a write twice
        desk.follow(before, desk.item(key))
    assert desk.inbox(resident) == [("照片未通过", shown["reason"])]


def test_a_file_cut_short_says_so(desk, world, resident) -> None:
    whole = jpeg_with_place((800, 600))
    photo_id = desk.upload(resident, world.estate.id, whole[: len(whole) // 2])
    shown = desk.read(resident, world.estate.id, photo_id)
    assert (shown["state"], shown["reason"]) == ("refused", "照片文件已损坏或没有传完，请重新选择照片上传。")


def test_a_file_that_only_claims_to_be_a_jpeg_says_so(desk, world, resident) -> None:
    photo_id = desk.upload(resident, world.estate.id, b"GIF89a" + bytes(100))
    shown = desk.read(resident, world.estate.id, photo_id)
    assert shown["state"] == "refused"
    assert "JPG" in shown["reason"]


def test_an_unclear_judgement_goes_to_the_desk_which_decides_once(desk, world, resident, people) -> None:
    desk.simulator.control("content", next_image=["review", 10001])
    photo_id = desk.upload(resident, world.estate.id)
    desk.judged()
    manager, dispatcher = people.staff(world.estate), people.staff(world.estate)
    queue = f"/v1/estates/{world.estate.id}/photos-to-decide"
    (waiting,) = desk.client.get(queue, who=manager).json["items"]
    assert waiting["id"] == photo_id
    assert requests.get(waiting["links"]["full"], timeout=10).status_code == 200, "who decides must see"
    assert desk.read(resident, world.estate.id, photo_id).get("links") is None
    decision = f"/v1/estates/{world.estate.id}/photos/{photo_id}/decision"
    missing = desk.client.post(decision, json={"accept": False}, who=manager)
    assert (missing.status_code, missing.json["code"]) == (422, "input_missing")
    for _ in range(2):
        accepted = desk.client.post(decision, json={"accept": True}, who=manager)
        assert (accepted.status_code, accepted.json["state"]) == (200, "accepted")
    late = desk.client.post(decision, json={"accept": False, "reason": "看不清"}, who=dispatcher)
    assert (late.status_code, late.json["code"]) == (409, "photo_decided")
    assert desk.client.get(queue, who=manager).json["items"] == []


def test_a_person_wechat_has_not_seen_for_two_hours_loses_no_photo(desk, world, resident) -> None:
    data = jpeg_with_place()
    form = desk.ask(resident, world.estate.id, data)
    desk.post(form, data)
    desk.arrive(world.estate.id, form["photo_id"])  # never visited: WeChat answers 61010
    assert desk.read(resident, world.estate.id, form["photo_id"])["state"] == "to_decide"


def test_a_busy_wechat_is_asked_again_with_the_next_delivery_and_then_a_person_looks(desk, world, resident) -> None:
    desk.visit(resident)
    data = jpeg_with_place()
    form = desk.ask(resident, world.estate.id, data)
    desk.post(form, data)
    desk.simulator.control("fault", endpoint="/wxa/media_check_async", times=3, errcode=-1, errmsg="system error")
    for _ in range(2):
        with pytest.raises(Exception, match="微信"):
            desk.arrive(world.estate.id, form["photo_id"])
        assert desk.read(resident, world.estate.id, form["photo_id"])["state"] == "processing"
    desk.arrive(world.estate.id, form["photo_id"])
    assert desk.read(resident, world.estate.id, form["photo_id"])["state"] == "to_decide"


def test_the_same_event_twice_asks_wechat_once(desk, world, resident) -> None:
    photo_id = desk.upload(resident, world.estate.id)
    traced = desk.stored(world.estate.id, photo_id).trace_id
    desk.arrive(world.estate.id, photo_id)
    assert desk.stored(world.estate.id, photo_id).trace_id == traced
    desk.judged()
    desk.arrive(world.estate.id, photo_id)
    assert desk.read(resident, world.estate.id, photo_id)["state"] == "accepted"


@pytest.mark.parametrize("step", ["write", "check_image", "remove"])
def test_a_crash_at_any_step_is_healed_by_the_next_delivery(desk, world, resident, monkeypatch, step) -> None:
    desk.visit(resident)
    data = jpeg_with_place()
    form = desk.ask(resident, world.estate.id, data)
    desk.post(form, data)
    places = {"write": desk.container.media, "check_image": desk.container.wechat, "remove": desk.container.uploads}
    with monkeypatch.context() as broken:
        broken.setattr(places[step], step, lambda *_: (_ for _ in ()).throw(SystemError("the machine stopped")))
        with pytest.raises(SystemError):
            desk.arrive(world.estate.id, form["photo_id"])
    desk.arrive(world.estate.id, form["photo_id"])
    desk.judged()
    assert desk.read(resident, world.estate.id, form["photo_id"])["state"] == "accepted"
    with pytest.raises(ObjectMissing):
        desk.container.uploads.read(f"uploads/{world.estate.id}/{form['photo_id']}")


def test_another_file_under_the_same_permit_is_not_shown(desk, world, resident) -> None:
    """A harmless picture is judged, another one put in its place: nobody must see the other one."""
    desk.visit(resident)
    data = jpeg_with_place()
    form = desk.ask(resident, world.estate.id, data)
    desk.post(form, data)
    desk.arrive(world.estate.id, form["photo_id"])
    judged = desk.container.media.read(f"photos/{world.estate.id}/{form['photo_id']}/full.jpg")
    assert desk.post(form, jpeg_with_place()) == 204
    desk.arrive(world.estate.id, form["photo_id"])
    desk.judged()
    assert desk.container.media.read(f"photos/{world.estate.id}/{form['photo_id']}/full.jpg") == judged


def test_another_file_put_in_place_while_the_first_is_processed_is_not_taken(desk, world, resident) -> None:
    desk.visit(resident)
    data = jpeg_with_place()
    form = desk.ask(resident, world.estate.id, data)
    desk.post(form, data)
    desk.simulator.control("fault", endpoint="/wxa/media_check_async", times=1, errcode=-1, errmsg="system error")
    with pytest.raises(Exception, match="微信"):
        desk.arrive(world.estate.id, form["photo_id"])
    kept = desk.container.media.read(f"photos/{world.estate.id}/{form['photo_id']}/full.jpg")
    desk.post(form, jpeg_with_place())
    desk.arrive(world.estate.id, form["photo_id"])
    assert desk.container.media.read(f"photos/{world.estate.id}/{form['photo_id']}/full.jpg") == kept


def test_two_deliveries_at_once_end_as_one(desk, world, resident) -> None:
    desk.visit(resident)
    data = jpeg_with_place()
    form = desk.ask(resident, world.estate.id, data)
    desk.post(form, data)
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: desk.arrive(world.estate.id, form["photo_id"]), range(3)))
    assert desk.stored(world.estate.id, form["photo_id"]).state is PhotoState.CHECKING
    desk.judged()
    while not desk.receiver.arrived.empty():
        desk.judged()
    trace = desk.stored(world.estate.id, form["photo_id"]).trace_id
    assert desk.container.photos.settle_check(trace, Judgement.PASS, desk.container.clock())
    assert desk.read(resident, world.estate.id, form["photo_id"])["state"] == "accepted"


def test_two_judgements_and_the_sweep_at_once_end_as_one(desk, world, resident, clock) -> None:
    photo_id = desk.upload(resident, world.estate.id)
    trace, photos = desk.stored(world.estate.id, photo_id).trace_id, desk.container.photos
    clock.advance(timedelta(minutes=30))
    now = clock()
    acts = [
        lambda: photos.settle_check(trace, Judgement.PASS, now),
        lambda: photos.settle_check(trace, Judgement.RISKY, now),
        lambda: photos.sweep(now),
    ]
    with ThreadPoolExecutor(3) as pool:
        for done in [pool.submit(act) for act in acts]:
            done.result()
    ended = desk.stored(world.estate.id, photo_id)
    assert ended.state in {PhotoState.ACCEPTED, PhotoState.REFUSED}
    assert (ended.reason is None) == (ended.state is PhotoState.ACCEPTED)


def test_a_silent_check_goes_to_the_desk_after_half_an_hour_and_a_late_judgement_still_counts(
    desk, world, resident, clock
) -> None:
    photo_id = desk.upload(resident, world.estate.id)
    late = desk.receiver.take()
    clock.advance(timedelta(minutes=29))
    desk.container.photos.sweep(clock())
    assert desk.stored(world.estate.id, photo_id).state is PhotoState.CHECKING
    clock.advance(timedelta(minutes=1))
    desk.container.photos.sweep(clock())
    assert desk.stored(world.estate.id, photo_id).state is PhotoState.TO_DECIDE
    desk.take_push(push_event(late), None)
    assert desk.stored(world.estate.id, photo_id).state is PhotoState.ACCEPTED
    desk.container.photos.sweep(clock())
    assert desk.stored(world.estate.id, photo_id).state is PhotoState.ACCEPTED


def test_the_first_judgement_stands(desk, world, resident) -> None:
    photo_id = desk.accepted(resident, world.estate.id)
    trace = desk.stored(world.estate.id, photo_id).trace_id
    assert desk.container.photos.settle_check(trace, Judgement.RISKY, desk.container.clock())
    assert desk.stored(world.estate.id, photo_id).state is PhotoState.ACCEPTED


def test_a_persons_decision_stands_against_a_late_judgement(desk, world, resident, people, clock) -> None:
    photo_id = desk.upload(resident, world.estate.id)
    late = desk.receiver.take()
    clock.advance(timedelta(minutes=31))
    desk.container.photos.sweep(clock())
    manager = people.staff(world.estate)
    desk.container.photos.decide(world.estate.id, photo_id, False, "有人脸", manager.account_id, clock())
    desk.take_push(push_event(late), None)
    shown = desk.stored(world.estate.id, photo_id)
    assert (shown.state, shown.reason) == (PhotoState.REFUSED, "有人脸")


def test_an_upload_that_never_came_expires_but_one_told_of_late_is_taken(desk, world, resident, clock) -> None:
    data = jpeg_with_place()
    desk.visit(resident)
    form = desk.ask(resident, world.estate.id, data)
    desk.post(form, data)
    clock.advance(timedelta(minutes=59))
    desk.container.photos.sweep(clock())
    assert desk.stored(world.estate.id, form["photo_id"]).state is PhotoState.AWAITING_UPLOAD
    clock.advance(timedelta(minutes=1))
    desk.container.photos.sweep(clock())
    assert desk.stored(world.estate.id, form["photo_id"]).state is PhotoState.EXPIRED
    desk.arrive(world.estate.id, form["photo_id"])
    desk.judged()
    assert desk.stored(world.estate.id, form["photo_id"]).state is PhotoState.ACCEPTED


def test_processing_that_never_ended_is_told_to_the_uploader(desk, world, resident, clock) -> None:
    data = jpeg_with_place()
    desk.visit(resident)
    form = desk.ask(resident, world.estate.id, data)
    desk.post(form, data)
    desk.simulator.control("fault", endpoint="/wxa/media_check_async", times=1, errcode=-1, errmsg="system error")
    with pytest.raises(Exception, match="微信"):
        desk.arrive(world.estate.id, form["photo_id"])
    clock.advance(timedelta(minutes=30))
    desk.container.photos.sweep(clock())
    stopped = desk.stored(world.estate.id, form["photo_id"])
    assert (stopped.state, stopped.reason) == (PhotoState.REFUSED, "照片没有处理完，请重新上传。")
