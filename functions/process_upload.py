"""Lambda entry point of the uploads bucket: a photo that came is made safe to show and sent to be checked."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote_plus

from miniprogram_api.container import Container
from miniprogram_api.photos.rules import read_raw_file
from miniprogram_api.settings import Settings

CONTAINER = Container(Settings.from_environment())


def handler(event: dict[str, Any], _context: object) -> None:
    """Take up each uploaded file; when something fails the event comes again, and nothing is done twice."""
    for record in event["Records"]:
        named = read_raw_file(unquote_plus(record["s3"]["object"]["key"]))
        if named is None:
            CONTAINER.log.warning("upload_misplaced")
            continue
        estate_id, photo_id = named
        state = CONTAINER.photos.process_upload(estate_id, photo_id, CONTAINER.clock())
        CONTAINER.log.info("upload_processed", extra={"photo_id": photo_id, "state": state})
