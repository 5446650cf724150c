"""A resident with a camera, the bucket's events, and WeChat's pushes on their way to the functions."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

import pytest
import requests
from PIL import Image

from miniprogram_api.container import Container
from tests.wechat.push_receiver import Delivery, PushReceiver

if TYPE_CHECKING:
    from miniprogram_api.storage.kinds import Key
    from tests.world import Person, World


JPEG_BYTES = 4096


def jpeg_with_place(size: tuple[int, int] = (64, 32)) -> bytes:
    """A photo as a phone takes it: lying on its side (orientation 6), with position and camera; no two are alike.

    All are as long as each other, so that one fits the permit of another: phones too write after the end of a picture.
    """
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825).update({1: "N", 2: (28.0, 0.0, 36.0), 3: "E", 4: (120.0, 39.0, 0.0)})
    image = Image.new("RGB", size, tuple(secrets.token_bytes(3)))
    out = BytesIO()
    image.save(out, "JPEG", exif=exif)
    return out.getvalue().ljust(JPEG_BYTES, b"\0")


def upload_event(estate_id: str, photo_id: str) -> dict[str, Any]:
    """What S3 tells Lambda of a new object; keys come URL-encoded."""
    key = quote_plus(f"uploads/{estate_id}/{photo_id}")
    return {"Records": [{"eventName": "ObjectCreated:Post", "s3": {"object": {"key": key}}}]}


def push_event(delivery: Delivery) -> dict[str, Any]:
    """The HTTP API event of one of WeChat's POSTs."""
    return {
        "version": "2.0",
        "requestContext": {"http": {"method": "POST"}},
        "queryStringParameters": delivery.query,
        "body": delivery.body.decode(),
        "isBase64Encoded": False,
    }


@dataclass
class PhotoDesk:
    """Acts on photos from outside, as a phone, the bucket and WeChat do."""

    container: Container
    client: Any
    simulator: Any
    receiver: PushReceiver
    process: Callable[[dict[str, Any], object], None]
    take_push: Callable[[dict[str, Any], object], dict[str, Any]]

    def ask(self, who: Person, estate_id: str, data: bytes, content_type: str = "image/jpeg") -> dict[str, Any]:
        body = {"content_type": content_type, "size": len(data)}
        path = f"/v1/estates/{estate_id}/photos"
        answer = self.client.post(path, json=body, who=who, key=f"key-{secrets.token_hex(8)}")
        assert answer.status_code == 201, answer.json
        return dict(answer.json)

    def post(self, form: dict[str, Any], data: bytes) -> int:
        files = {"file": ("photo.jpg", data)}
        return requests.post(form["url"], data=form["fields"], files=files, timeout=10).status_code

    def visit(self, who: Person) -> None:
        """The person opens the mini program, which WeChat asks for before it checks their pictures."""
        self.simulator.control("visit", openid=f"openid-{who.account_id}")

    def upload(self, who: Person, estate_id: str, data: bytes | None = None) -> str:
        """Ask, post and let the bucket tell the function; return the photo's id."""
        data = jpeg_with_place() if data is None else data
        self.visit(who)
        form = self.ask(who, estate_id, data)
        assert self.post(form, data) == 204
        self.arrive(estate_id, form["photo_id"])
        return str(form["photo_id"])

    def arrive(self, estate_id: str, photo_id: str) -> None:
        self.process(upload_event(estate_id, photo_id), None)

    def judged(self) -> dict[str, Any]:
        """Hand WeChat's next push to the function."""
        return self.take_push(push_event(self.receiver.take()), None)

    def accepted(self, who: Person, estate_id: str) -> str:
        """Upload a photo that passes."""
        photo_id = self.upload(who, estate_id)
        assert self.judged()["statusCode"] == 200
        return photo_id

    def read(self, who: Person, estate_id: str, photo_id: str) -> dict[str, Any]:
        return dict(self.client.get(f"/v1/estates/{estate_id}/photos/{photo_id}", who=who).json)

    def stored(self, estate_id: str, photo_id: str) -> Any:
        return self.container.photos._album.find(estate_id, photo_id)

    def item(self, key: Key) -> dict[str, Any]:
        """The raw item, as the table's stream would show it."""
        import boto3

        client = boto3.client("dynamodb", region_name=self.container.settings.region)
        place = {"pk": {"S": key.pk}, "sk": {"S": key.sk}}
        return dict(client.get_item(TableName=self.container.settings.table, Key=place)["Item"])

    def follow(self, before: dict[str, Any] | None, after: dict[str, Any]) -> None:
        """Let what follows from a write follow."""
        change: dict[str, Any] = {"Keys": {"pk": after["pk"], "sk": after["sk"]}, "NewImage": after}
        if before is not None:
            change["OldImage"] = before
        self.container.followers.follow({"dynamodb": {**change, "SequenceNumber": secrets.token_hex(8)}})

    def inbox(self, who: Person) -> list[tuple[str, str]]:
        """Title and text of a person's messages, newest first."""
        items = self.client.get("/v1/me/messages", who=who).json["items"]
        return [(message["title"], message["text"]) for message in items]


@pytest.fixture
def desk(container, client, simulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[PhotoDesk]:
    """The functions on this test's house, and WeChat pushing to a small receiver."""
    import functions.process_upload
    import functions.wechat_push

    for function in (functions.process_upload, functions.wechat_push):
        monkeypatch.setattr(function, "CONTAINER", container)
    with PushReceiver() as receiver:
        token = container.parameters.secret("wechat-push-token")
        key = container.parameters.secret("wechat-push-aes-key")
        simulator.control("push", url=receiver.url, token=token, encoding_aes_key=key, delay_seconds=0.0)
        handlers = functions.process_upload.handler, functions.wechat_push.handler
        yield PhotoDesk(container, client, simulator, receiver, *handlers)
        simulator.control("push", url=None)


@pytest.fixture
def resident(people, world: World) -> Person:
    return people.resident(world.estate)
