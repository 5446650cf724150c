"""Files in S3: permission to upload straight to the bucket, reading, writing, and links that end."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from miniprogram_api.kernel.errors import NotFound, Unavailable

if TYPE_CHECKING:
    from miniprogram_api.storage.aws import Aws

UPLOAD_SECONDS = 600
"""A permission to upload ends after ten minutes: long enough for nine photos on a slow line."""


class ObjectMissing(NotFound):
    """There is no such file (any more)."""

    code = "file_missing"
    message = "文件不存在或已过期，请重新上传。"


class ObjectsUnavailable(Unavailable):
    """The file store did not answer."""

    code = "files_unavailable"


@dataclass(frozen=True, slots=True)
class UploadPermit:
    """Where and with which form fields a client posts one file; size and type are fixed in the signed policy."""

    url: str
    fields: dict[str, str]
    expires_in: int


class Objects:
    """One private bucket."""

    def __init__(self, bucket: str, aws: Aws) -> None:
        self.bucket = bucket
        self._aws = aws

    @cached_property
    def _client(self) -> Any:
        return self._aws.client("s3", read_timeout=10, signature_version="s3v4")

    def permit_upload(self, key: str, *, content_type: str, maximum_bytes: int) -> UploadPermit:
        """Return a permit for exactly one key, one content type and at most ``maximum_bytes``."""
        signed = self._client.generate_presigned_post(
            Bucket=self.bucket,
            Key=key,
            Fields={"Content-Type": content_type},
            Conditions=[{"Content-Type": content_type}, ["content-length-range", 1, maximum_bytes]],
            ExpiresIn=UPLOAD_SECONDS,
        )
        return UploadPermit(signed["url"], signed["fields"], UPLOAD_SECONDS)

    def read(self, key: str) -> bytes:
        """Return the bytes of a file.

        Raises:
            ObjectMissing: there is none at the key.
            ObjectsUnavailable: the store did not answer.
        """
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            body: bytes = self._client.get_object(Bucket=self.bucket, Key=key)["Body"].read()
        except ClientError as error:
            if error.response["Error"]["Code"] in {"NoSuchKey", "404"}:
                raise ObjectMissing from None
            raise ObjectsUnavailable from error
        except BotoCoreError as error:
            raise ObjectsUnavailable from error
        return body

    def write(self, key: str, data: bytes, content_type: str) -> None:
        """Store a file; writing the same key again replaces it."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            self._client.put_object(Bucket=self.bucket, Key=key, Body=data, ContentType=content_type)
        except (BotoCoreError, ClientError) as error:
            raise ObjectsUnavailable from error

    def remove(self, key: str) -> None:
        """Delete a file; one that is already gone is no error."""
        self._client.delete_object(Bucket=self.bucket, Key=key)

    def link(self, key: str, seconds: int = 3600) -> str:
        """Return an address at which the file can be fetched for so many seconds, without asking the store."""
        address: str = self._client.generate_presigned_url(
            "get_object", Params={"Bucket": self.bucket, "Key": key}, ExpiresIn=seconds
        )
        return address
