"""People who use the product over HTTP, as their mini program would; the demonstration and the tour are theirs."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from typing import Any

import urllib3

from local.stack import Stack

JSON = "application/json"


class AnotherAnswer(AssertionError):
    """The product answered otherwise than the story says."""


def openid_of(name: str) -> str:
    """Who somebody of that name is to the simulated WeChat."""
    return f"demo-{name}"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    data: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.data)


@dataclass
class Cast:
    """Everybody of one stack, by name."""

    stack: Stack
    people: dict[str, Person] = field(default_factory=dict)
    web: urllib3.PoolManager = field(default_factory=lambda: urllib3.PoolManager(retries=False))

    def person(self, name: str, phone: str | None = None) -> Person:
        """Return the person of that name, signed in; a new one proves the phone number if one is given."""
        if name not in self.people:
            newcomer = Person(self, name, phone)
            newcomer.sign_in()
            if phone is not None:
                newcomer.prove_phone(phone)
            self.people[name] = newcomer
        person = self.people[name]
        if not person.token:
            person.sign_in()
        return person

    def sign_everybody_out(self) -> None:
        """After a journey in time nobody's session lives any more; each signs in when next asked for."""
        for person in self.people.values():
            person.token = ""

    def request(self, method: str, path: str, **rest: Any) -> Answer:
        """Send one request to the product."""
        response = self.web.request(method, self.stack.base_url + path, **rest)
        return Answer(response.status, {k.lower(): v for k, v in response.headers.items()}, response.data)


@dataclass
class Person:
    """Somebody with a phone in the hand."""

    cast: Cast
    name: str
    phone: str | None = None
    token: str = ""
    account_id: str = ""

    @property
    def openid(self) -> str:
        """Who this is to WeChat."""
        return openid_of(self.name)

    def sign_in(self) -> None:
        """Open the mini program: wx.login, then a session."""
        code = self.cast.stack.simulator.control("login_code", openid=self.openid)["code"]
        session = self.send("POST", "/v1/sessions", {"code": code}, status=201).json
        self.token, self.account_id = session["token"], session["me"]["account_id"]

    def prove_phone(self, phone: str) -> None:
        """Tap the phone button; whatever waits for this number becomes theirs."""
        code = self.cast.stack.simulator.control("phone_code", phone=phone)["code"]
        self.send("PUT", "/v1/me/phone", {"code": code})

    def get(self, path: str, status: int = 200) -> Any:
        """Read something and return its JSON."""
        return self.send("GET", path, status=status).json

    def post(self, path: str, body: Any = None, status: int = 200, key: str | None = None) -> Any:
        """Do something; every act carries a key of its own unless one is given."""
        answer = self.send("POST", path, body, status=status, key=key or uuid.uuid4().hex)
        return answer.json if answer.data else None

    def put(self, path: str, body: Any = None, status: int = 200) -> Any:
        """Replace something."""
        answer = self.send("PUT", path, body, status=status, key=uuid.uuid4().hex)
        return answer.json if answer.data else None

    def send(self, method: str, path: str, body: Any = None, status: int = 200, key: str | None = None) -> Answer:
        """Send one request as this person.

        Raises:
            AnotherAnswer: the status is not the expected one.
        """
        headers = {"Content-Type": JSON, "Accept": JSON}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if key is not None:
            headers["Idempotency-Key"] = key
        data = body
        if body is not None and not isinstance(body, bytes):
            data = json.dumps(body, ensure_ascii=False).encode()
        if isinstance(body, bytes):
            headers["Content-Type"] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        answer = self.cast.request(method, path, body=data, headers=headers)
        if answer.status != status:
            said = answer.data[:400].decode("utf-8", "replace")
            raise AnotherAnswer(f"{self.name}: {method} {path} -> {answer.status} instead of {status}: {said}")
        return answer

    def upload(self, estate_id: str, picture: bytes, content_type: str = "image/jpeg", *, sealed: bool = False) -> str:
        """Ask leave to upload one photo (sealed: of a paper vote), post it straight to the bucket, return its id."""
        body = {"content_type": content_type, "size": len(picture), "sealed": sealed}
        permit = self.post(f"/v1/estates/{estate_id}/photos", body, status=201)
        fields = {**permit["fields"], "file": ("photo.jpg", picture, content_type)}
        response = self.cast.web.request("POST", permit["url"], fields=fields)
        if response.status not in {200, 201, 204}:
            raise AnotherAnswer(f"{self.name}: the bucket refused the photo: {response.status} {response.data[:200]!r}")
        return str(permit["photo_id"])
