"""The one place that turns outcomes into HTTP answers, always of the same shape."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec
from flask import Flask, Response, g
from werkzeug.exceptions import HTTPException

from miniprogram_api.kernel.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Problem,
    TooLarge,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
)

if TYPE_CHECKING:
    from miniprogram_api.observability import Log

STATUS_OF: dict[type[Problem], int] = {
    Invalid: 422,
    Unauthenticated: 401,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    TooLarge: 413,
    TooManyRequests: 429,
    Unavailable: 503,
}


class ProblemBody(msgspec.Struct, frozen=True):
    """How every refusal looks: a stable code, a Chinese sentence that says what to do next, plain details."""

    code: str
    message: str
    request_id: str
    detail: dict[str, Any] = {}


class Malformed(Problem):
    """The body or the address cannot be read at all (not JSON, not UTF-8, a value that is no number)."""

    code = "malformed"
    message = "提交的数据格式有误，请升级小程序后重试。"


class RouteUnknown(NotFound):
    """There is no such address."""

    code = "route_unknown"
    message = "页面不存在，请返回首页。"


class MethodRefused(Problem):
    """The address exists, but not with this method."""

    code = "method_refused"
    message = "不支持这样的操作，请升级小程序后重试。"


class KeyMissing(Invalid):
    """An act that may be repeated by a bad network came without its Idempotency-Key."""

    code = "idempotency_key_missing"
    message = "请求缺少防重复编号，请升级小程序后重试。"


class BodyTooLarge(TooLarge):
    """The body is larger than the operation accepts."""

    code = "body_too_large"


class Broken(Problem):
    """A fault of ours; it has been recorded under the request id."""

    code = "internal_error"
    message = "系统出错了，我们已记录，请稍后再试。"


def status_of(kind: type[Problem]) -> int:
    """Return the HTTP status of a kind of outcome."""
    if issubclass(kind, Malformed):
        return 400
    if issubclass(kind, MethodRefused):
        return 405
    return next((status for base, status in STATUS_OF.items() if issubclass(kind, base)), 500)


def answer(problem: Problem) -> Response:
    """Return the HTTP answer of an outcome."""
    body = ProblemBody(problem.code, problem.message, g.get("request_id", ""), dict(problem.detail))
    response = Response(msgspec.json.encode(body), status_of(type(problem)), mimetype="application/json")
    if isinstance(problem, TooManyRequests):
        response.headers["Retry-After"] = "60"
    return response


_REASONS = (
    (re.compile(r"Object missing required field `(?P<name>[^`]+)`"), "缺少必填项"),
    (re.compile(r"Expected `str` of length <= (?P<n>\d+)"), "最多 {n} 个字"),
    (re.compile(r"Expected `str` of length >= (?P<n>\d+)"), "至少 {n} 个字"),
    (re.compile(r"Expected `array` of length <= (?P<n>\d+)"), "最多 {n} 项"),
    (re.compile(r"Expected `array` of length >= (?P<n>\d+)"), "至少 {n} 项"),
    (re.compile(r"Expected `int` <= (?P<n>-?\d+)"), "不能大于 {n}"),
    (re.compile(r"Expected `int` >= (?P<n>-?\d+)"), "不能小于 {n}"),
    (re.compile(r"Expected `str` matching regex"), "格式不正确"),
    (re.compile(r"Invalid enum value"), "不在可选范围内"),
    (re.compile(r"Object contains unknown field `(?P<name>[A-Za-z_][A-Za-z0-9_]{0,63})`"), "不认识的字段"),
    (re.compile(r"Object contains unknown field"), "含有不认识的字段"),
    (re.compile(r"Expected `(?P<wanted>[^`]+)`, got"), "类型不正确"),
    (re.compile(r"Invalid (RFC3339|date|ISO)"), "日期或时间格式不正确"),
)


def unreadable_field(error: msgspec.ValidationError) -> Invalid:
    """Return the outcome that names the field a body or query got wrong, with the reason in Chinese."""
    text = str(error)
    where = re.search(r" - at `([^`]+)`$", text)
    field = where.group(1).removeprefix("$.").removeprefix("$") if where else ""
    for pattern, reason in _REASONS:
        match = pattern.search(text)
        if match:
            named = match.groupdict()
            field = ".".join(part for part in (field, named.get("name", "")) if part)
            return Invalid(fields=[{"field": field, "reason": reason.format(**named)}])
    return Invalid(fields=[{"field": field, "reason": "填写有误"}])


def install(app: Flask, log: Log) -> None:
    """Let every error of the application leave in the one shape."""

    @app.errorhandler(Problem)
    def problem(error: Problem) -> Response:
        if status_of(type(error)) >= 500:
            log.exception("request_failed", extra={"request_id": g.get("request_id", "")})
        return answer(error)

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        match error.code:
            case 404:
                return answer(RouteUnknown())
            case 405:
                refused = answer(MethodRefused())
                for name, value in error.get_headers():
                    if name == "Allow":
                        refused.headers[name] = value
                return refused
            case 413:
                return answer(BodyTooLarge())
            case _:
                return answer(Malformed())

    @app.errorhandler(Exception)
    def broken(_error: Exception) -> Response:
        log.exception("request_broken", extra={"request_id": g.get("request_id", "")})
        return answer(Broken())
