"""The queues: messages that wait to be sent through WeChat, and work on payments that waits for its function."""

from __future__ import annotations

import json
from functools import cached_property
from typing import TYPE_CHECKING, Any

from miniprogram_api.kernel.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from miniprogram_api.storage.aws import Aws


class QueueUnavailable(Unavailable):
    """The queue did not take something; whoever puts tries again."""

    code = "queue_unavailable"


class Queue:
    """One SQS queue of small JSON objects."""

    def __init__(self, url: str, aws: Aws) -> None:
        self._url = url
        self._aws = aws

    @cached_property
    def _client(self) -> Any:
        return self._aws.client("sqs", read_timeout=5)

    def put(self, work: Mapping[str, str]) -> None:
        """Hand one object on.

        Raises:
            QueueUnavailable: the queue did not take it.
        """
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            self._client.send_message(QueueUrl=self._url, MessageBody=json.dumps(dict(work)))
        except (BotoCoreError, ClientError) as error:
            raise QueueUnavailable from error


class MessageQueue:
    """Puts (account, message) pairs on their queue; ``functions/send_messages.py`` takes them off."""

    def __init__(self, url: str, aws: Aws) -> None:
        self._queue = Queue(url, aws)

    def put(self, account_id: str, message_id: str) -> None:
        """Hand one message on, or raise QueueUnavailable."""
        self._queue.put({"account_id": account_id, "message_id": message_id})
