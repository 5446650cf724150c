"""wechatpy's client, made safe: stable token, one retry, time limits, our errors. Importing this module loads wechatpy.

What is put right here: wechatpy retries a refused token without end, fetches it from the old door without a time
limit, and its exceptions carry the address of the call, token included.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import requests
from wechatpy.client import WeChatClient
from wechatpy.exceptions import WeChatClientException

from miniprogram_api.kernel.errors import Problem
from miniprogram_api.wechat.errors import AccessTokenRefused, WeChatBusy, problem_for, problem_for_status
from miniprogram_api.wechat.transport import CONNECT_SECONDS, READ_SECONDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from miniprogram_api.wechat.tokens import AccessTokens


class _SessionPerCall:
    """What wechatpy sends with: no connection is kept, for the reason given in transport.py.

    Neither a proxy nor a .netrc of the surroundings is used, so that all calls to WeChat take the same way.
    """

    def request(self, **call: Any) -> requests.Response:
        """Send one request and read its answer."""
        with requests.Session() as session:
            session.trust_env = False
            return session.request(**call)


class StableTokenClient(WeChatClient):  # type: ignore[misc]  # wechatpy has no types
    """A wechatpy client whose token is given by AccessTokens and whose own retrying is switched off."""

    def __init__(self, base_url: str, appid: str, tokens: AccessTokens) -> None:
        self._tokens = tokens
        self._base_url = base_url
        super().__init__(appid, secret="", timeout=(CONNECT_SECONDS, READ_SECONDS), auto_retry=False)
        self._http = _SessionPerCall()

    @property
    def access_token(self) -> str:
        """The current token, for wechatpy's own methods."""
        return self._tokens.current()

    def call(self, endpoint: str, body: Mapping[str, object]) -> dict[str, object] | bytes:
        """POST a JSON object; a dict when WeChat answers JSON, bytes when it answers a picture.

        A refused token is replaced and the call made once more, never oftener.

        Raises:
            Problem: the outcome for WeChat's errcode, see errors.py.
        """
        token = self._tokens.current()
        answer = self._call_once(endpoint, body, token)
        if isinstance(answer, AccessTokenRefused):
            answer = self._call_once(endpoint, body, self._tokens.after_refusal(token))
        if isinstance(answer, Problem):
            raise answer
        return answer

    def _call_once(self, endpoint: str, body: Mapping[str, object], token: str) -> dict[str, object] | bytes | Problem:
        """The answer or the outcome as a value: raised in a handler, ours would drag wechatpy's exception along."""
        # Characters as they are, as in WeChat's own examples; half a character becomes a question mark.
        data = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        try:
            answer = self.post(
                f"{self._base_url}/{endpoint}", params={"access_token": token}, data=data, allow_redirects=False
            )
        except WeChatClientException as refused:
            if refused.errcode is None:
                return problem_for_status(endpoint, refused.response.status_code)
            return problem_for(endpoint, refused.errcode, str(refused.errmsg))
        except (requests.RequestException, ValueError) as failure:
            return WeChatBusy(endpoint=endpoint, reason=type(failure).__name__)
        if isinstance(answer, dict):
            return answer
        if isinstance(answer, requests.Response):
            return answer.content
        return WeChatBusy(endpoint=endpoint, reason="unreadable answer")
