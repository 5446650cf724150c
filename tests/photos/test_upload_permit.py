"""What a permission to upload lets through, asked of a store that enforces it (REP-01)."""

from __future__ import annotations

import base64
import json
import time
from typing import TYPE_CHECKING, Any

import pytest
import requests

from local.object_store import ACCESS_KEY, SECRET_KEY, SeaweedS3
from miniprogram_api.storage import objects
from miniprogram_api.storage.aws import Aws
from miniprogram_api.storage.objects import ObjectMissing, Objects

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.row("REP-01")

KEY = "uploads/est_1/photo_1"
PHOTO = b"\xff\xd8\xff" + bytes(497)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SeaweedS3]:
    with SeaweedS3(tmp_path_factory.mktemp("weed")) as running:
        yield running


@pytest.fixture
def bucket(store: SeaweedS3, monkeypatch: pytest.MonkeyPatch) -> Objects:
    """The product's own adapter, with the store found as AWS is found: through the environment."""
    import boto3

    access = {"AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY, "AWS_ENDPOINT_URL": store.url}
    for name, value in access.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_SESSION_TOKEN", raising=False)
    # A session of its own: boto3's shared one keeps the keys that an earlier test found in the environment.
    s3 = boto3.Session().client("s3", region_name="us-east-1")
    if not s3.list_buckets()["Buckets"]:
        s3.create_bucket(Bucket="uploads")
    s3.delete_object(Bucket="uploads", Key=KEY)
    return Objects("uploads", Aws("us-east-1"))


def post(form: objects.UploadPermit, data: bytes = PHOTO, **changed: str) -> int:
    fields = {**form.fields, **changed}
    return requests.post(form.url, data=fields, files={"file": ("p.jpg", data)}, timeout=10).status_code


def permit(bucket: Objects) -> objects.UploadPermit:
    return bucket.permit_upload(KEY, content_type="image/jpeg", maximum_bytes=len(PHOTO))


def is_empty(bucket: Objects) -> bool:
    try:
        bucket.read(KEY)
    except ObjectMissing:
        return True
    return False


def test_the_file_it_was_given_for_is_taken(bucket: Objects) -> None:
    assert post(permit(bucket)) == 204
    assert bucket.read(KEY) == PHOTO


REFUSED = {400, 403}


def test_one_byte_too_many_is_refused(bucket: Objects) -> None:
    assert post(permit(bucket), PHOTO + b"x") in REFUSED
    assert is_empty(bucket)


def test_an_empty_file_is_refused(bucket: Objects) -> None:
    assert post(permit(bucket), b"") in REFUSED
    assert is_empty(bucket)


def test_another_type_is_refused(bucket: Objects) -> None:
    assert post(permit(bucket), **{"Content-Type": "text/html"}) in REFUSED
    assert is_empty(bucket)


@pytest.mark.parametrize("key", ["uploads/est_1/photo_2", "uploads/est_2/photo_1", "photos/est_1/photo_1/full.jpg"])
def test_another_place_is_refused(bucket: Objects, key: str) -> None:
    assert post(permit(bucket), key=key) in REFUSED
    with pytest.raises(ObjectMissing):
        bucket.read(key)


def test_a_forged_signature_is_refused(bucket: Objects) -> None:
    form = permit(bucket)
    forged = "0" * len(form.fields["x-amz-signature"])
    assert post(form, **{"x-amz-signature": forged}) in REFUSED
    assert is_empty(bucket)


def test_a_policy_made_wider_after_signing_is_refused(bucket: Objects) -> None:
    form = permit(bucket)
    policy: dict[str, Any] = json.loads(base64.b64decode(form.fields["policy"]))
    for condition in policy["conditions"]:
        if isinstance(condition, list) and condition[0] == "content-length-range":
            condition[2] = 10**9
    wider = base64.b64encode(json.dumps(policy).encode()).decode()
    assert post(form, PHOTO * 2, policy=wider) in REFUSED
    assert is_empty(bucket)


def test_a_permit_whose_time_is_over_is_refused(bucket: Objects, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objects, "UPLOAD_SECONDS", 1)
    form = permit(bucket)
    ends = json.loads(base64.b64decode(form.fields["policy"]))["expiration"]
    while time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()) <= ends:
        time.sleep(0.02)
    assert post(form) in REFUSED
    assert is_empty(bucket)
