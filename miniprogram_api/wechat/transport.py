"""One plain HTTPS call to WeChat, for the two doors that carry the secret: login and the access token.

urllib3 is used because botocore has loaded it already and, unlike http.client, it keeps connecting and reading to
separate time limits. The library's own errors hold the whole address, secret included, so none of them leaves here.
"""

from __future__ import annotations

import functools
import json
import logging
import ssl
from typing import TYPE_CHECKING, Any

import urllib3

from miniprogram_api.wechat.errors import WeChatBusy, problem_for, problem_for_status

if TYPE_CHECKING:
    from collections.abc import Mapping

CONNECT_SECONDS = 1.0
READ_SECONDS = 3.0

# At DEBUG urllib3 writes every address with its query, and here the query holds the secret or the token.
logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)


@functools.cache
def _tls() -> ssl.SSLContext:
    """The trusted authorities, read once: a new connection per call must not mean reading them anew."""
    return ssl.create_default_context()


def ask(
    method: str,
    base_url: str,
    endpoint: str,
    *,
    query: Mapping[str, str] | None = None,
    body: Mapping[str, object] | None = None,
) -> dict[str, Any]:
    """WeChat's answer to one call, made once.

    Raises:
        WeChatBusy: no answer in time (connect 1 s, read 3 s), HTTP 5xx, or an answer that is not a JSON object.
        Problem: the outcome for WeChat's errcode, see errors.py.
    """
    failure = ""
    timeout = urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
    try:
        # No connection is kept: after a frozen Lambda it is usually dead, and a one-time code cannot be sent again.
        with urllib3.PoolManager(timeout=timeout, retries=False, ssl_context=_tls()) as pool:
            response = pool.request(method, f"{base_url}/{endpoint}", fields=query, json=body)
    except urllib3.exceptions.HTTPError as error:
        failure = type(error).__name__
    # Raised outside the handler: inside, the library's error would hang on ours as its context.
    if failure:
        raise WeChatBusy(endpoint=endpoint, reason=failure)
    if response.status != 200:
        raise problem_for_status(endpoint, response.status)
    return _checked(endpoint, response.data)


def _checked(endpoint: str, body: bytes) -> dict[str, Any]:
    """The JSON object of an answer; a missing errcode means success, as login answers without one."""
    try:
        answer = json.loads(body)
        errcode = int(answer.get("errcode", 0))
    except (ValueError, TypeError, AttributeError):
        answer, errcode = None, 0
    if answer is None:
        raise WeChatBusy(endpoint=endpoint, reason="unreadable answer")
    if errcode != 0:
        raise problem_for(endpoint, errcode, str(answer.get("errmsg", "")))
    return dict(answer)
