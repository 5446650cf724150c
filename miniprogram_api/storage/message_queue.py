"""The queue of messages that wait to be sent through WeChat."""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any

from miniprogram_api.kernel.errors import Unavailable


class QueueUnavailable(Unavailable):
    """The queue did not take a message; whoever puts tries again."""

    code = "queue_unavailable"


class MessageQueue:
    """Puts (account, message) pairs on the SQS queue; ``functions/send_messages.py`` takes them off."""

    def __init__(self, url: str, region: str) -> None:
        self._url = url
        self._region = region

    @cached_property
    def _client(self) -> Any:
        import botocore.session
        from botocore.config import Config

        config = Config(connect_timeout=1, read_timeout=5, retries={"total_max_attempts": 3, "mode": "standard"})
        return botocore.session.get_session().create_client("sqs", region_name=self._region, config=config)

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
