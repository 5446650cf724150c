"""The queue of messages that wait to be sent through WeChat."""

from __future__ import annotations

import json
from functools import cached_property
from typing import TYPE_CHECKING, Any

from miniprogram_api.kernel.errors import Unavailable

if TYPE_CHECKING:
    from miniprogram_api.storage.aws import Aws


class QueueUnavailable(Unavailable):
    """The queue did not take something; whoever puts tries again."""

    code = "queue_unavailable"


class MessageQueue:
    """Puts (account, message) pairs on their queue; ``functions/send_messages.py`` takes them off."""

    def __init__(self, url: str, aws: Aws) -> None:
        self._url = url
        self._aws = aws

    @cached_property
    def _client(self) -> Any:
        return self._aws.client("sqs", read_timeout=5)

    def put(self, account_id: str, message_id: str) -> None:
        """Hand one message on.

        Raises:
            QueueUnavailable: the queue did not take it.
        """
        from botocore.exceptions import BotoCoreError, ClientError

        body = json.dumps({"account_id": account_id, "message_id": message_id})
        try:
            self._client.send_message(QueueUrl=self._url, MessageBody=body)
        except (BotoCoreError, ClientError) as error:
            raise QueueUnavailable from error
