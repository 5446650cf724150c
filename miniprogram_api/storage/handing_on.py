"""Work handed to the function that does it: Lambda keeps it until it is done, or sets it aside for a person."""

from __future__ import annotations

import json
from functools import cached_property
from typing import TYPE_CHECKING, Any

from miniprogram_api.kernel.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from miniprogram_api.storage.aws import Aws


class NotHandedOn(Unavailable):
    """Lambda did not take a piece of work; whoever hands it on tries again."""

    code = "not_handed_on"


class FunctionCall:
    """Calls one function with small JSON objects, and does not wait for it.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async.html
    """

    def __init__(self, function: str, aws: Aws) -> None:
        self._function = function
        self._aws = aws

    @cached_property
    def _client(self) -> Any:
        return self._aws.client("lambda", read_timeout=5)

    def put(self, work: Mapping[str, str]) -> None:
        """Hand one piece of work on.

        Raises:
            NotHandedOn: Lambda did not take it.
        """
        from botocore.exceptions import BotoCoreError, ClientError

        payload = json.dumps(dict(work))
        try:
            self._client.invoke(FunctionName=self._function, InvocationType="Event", Payload=payload)
        except (BotoCoreError, ClientError) as error:
            raise NotHandedOn from error
