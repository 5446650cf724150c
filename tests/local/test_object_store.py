"""The upload tests' S3 enforces a POST policy, which is why it is there."""

from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
import requests

from local.object_store import ACCESS_KEY, SECRET_KEY, SeaweedS3


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SeaweedS3]:
    with SeaweedS3(tmp_path) as running:
        yield running


def test_a_form_that_is_too_large_is_refused_and_one_that_fits_is_taken(store: SeaweedS3) -> None:
    s3 = boto3.client(
        "s3",
        endpoint_url=store.url,
        region_name="us-east-1",
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=SECRET_KEY,
    )
    s3.create_bucket(Bucket="uploads")
    form = s3.generate_presigned_post("uploads", "photo", Conditions=[["content-length-range", 1, 10]])
    too_large = requests.post(form["url"], data=form["fields"], files={"file": b"x" * 11}, timeout=10)
    fitting = requests.post(form["url"], data=form["fields"], files={"file": b"x" * 10}, timeout=10)
    assert too_large.status_code in {400, 403}
    assert fitting.status_code == 204
    assert [entry["Size"] for entry in s3.list_objects_v2(Bucket="uploads")["Contents"]] == [10]
