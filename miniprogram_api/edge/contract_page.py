"""The contract as a page for people: one self-contained document, no script and nothing fetched from elsewhere."""

from __future__ import annotations

from html import escape
from typing import Any

_STYLE = (
    "body{font:16px/1.6 -apple-system,'PingFang SC','Microsoft YaHei',sans-serif;margin:0 auto;max-width:60rem;"
    "padding:1rem;color:#1a1a1a}h2{margin-top:2.5rem;border-bottom:2px solid #07c160}"
    "details{border:1px solid #e3e3e3;border-radius:8px;margin:.5rem 0;padding:.5rem .8rem}"
    "summary{cursor:pointer;padding:.4rem 0}code,pre{font:14px/1.5 ui-monospace,Consolas,monospace}"
    "pre{background:#f6f6f6;padding:.6rem;overflow:auto;border-radius:6px}"
    ".m{display:inline-block;min-width:4.2rem;font-weight:700;color:#067a3e}.p{color:#555}"
    "table{border-collapse:collapse;width:100%}td{border-top:1px solid #eee;padding:.2rem .4rem;vertical-align:top}"
    "summary,td{overflow-wrap:anywhere}"
)

_LIMITS = {
    "minLength": "最短",
    "maxLength": "最长",
    "minimum": "不小于",
    "maximum": "不大于",
    "minItems": "最少",
    "maxItems": "最多",
    "pattern": "形如",
}


def render(contract: dict[str, Any]) -> str:
    """Return the contract as HTML."""
    parts = [
        "<!doctype html><html lang=zh-CN><meta charset=utf-8>",
        "<meta name=viewport content='width=device-width,initial-scale=1'>",
        f"<title>{escape(contract['info']['title'])}</title><style>{_STYLE}</style>",
        f"<h1>{escape(contract['info']['title'])}</h1><p>{escape(contract['info']['description'])}</p>",
        "<p><a href='/openapi.json'>openapi.json</a></p>",
    ]
    for tag in contract["tags"]:
        parts.append(f"<h2>{escape(tag['name'])}</h2>")
        for path, methods in contract["paths"].items():
            parts += [_operation(path, m, o) for m, o in methods.items() if tag["name"] in o["tags"]]
    parts.append("<h2>数据结构</h2>")
    parts += [_schema(name, schema) for name, schema in sorted(contract["components"]["schemas"].items())]
    return "".join(parts)


def _operation(path: str, method: str, operation: dict[str, Any]) -> str:
    rows = [
        _row(p["name"], _joined(p["in"], "必填" if p["required"] else "", p.get("description")), _kind(p["schema"]))
        for p in operation["parameters"]
    ]
    body = operation.get("requestBody")
    if body:
        rows += [_row("body", media_type, _kind(content["schema"])) for media_type, content in body["content"].items()]
    for status, response in operation["responses"].items():
        kinds = ", ".join(f"{escape(t)} {_kind(c['schema'])}" for t, c in response.get("content", {}).items())
        rows.append(_row(status, _joined(response["description"], *response.get("headers", {})), kinds))
    return (
        f"<details><summary><span class=m>{method.upper()}</span> <code>{escape(path)}</code> "
        f"<span class=p>{escape(operation['summary'])}</span></summary>"
        f"<p>{escape(operation.get('description', ''))}</p>"
        f"<p class=p>{escape(_who(operation))}</p><table>{''.join(rows)}</table></details>"
    )


def _who(operation: dict[str, Any]) -> str:
    if not operation["security"]:
        return "无需登录"
    permission = operation.get("x-permission")
    return f"需要权限 {permission}" if permission else "需要登录"


def _joined(*parts: str | None) -> str:
    return "，".join(part for part in parts if part)


def _row(name: str, meaning: str, kind: str) -> str:
    return f"<tr><td><code>{escape(name)}</code><td>{escape(meaning)}<td>{kind}"


def _schema(name: str, schema: dict[str, Any]) -> str:
    required = schema.get("required", [])
    rows = [
        _row(field, _joined("" if field in required else "可缺", described.get("description")), _kind(described))
        for field, described in schema.get("properties", {}).items()
    ]
    values = "" if rows else f"<p>{_kind(schema)}</p>"
    return (
        f"<details id='{escape(name)}'><summary><code>{escape(name)}</code></summary>"
        f"<p>{escape(schema.get('description', ''))}</p>{values}<table>{''.join(rows)}</table></details>"
    )


def _kind(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        name = escape(schema["$ref"].rsplit("/", 1)[1])
        return f"<a href='#{name}'>{name}</a>"
    if "anyOf" in schema:
        return " | ".join(_kind(option) for option in schema["anyOf"])
    if "enum" in schema:
        return escape(" | ".join(str(value) for value in schema["enum"]))
    limits = [f"{meaning} {schema[name]}" for name, meaning in _LIMITS.items() if name in schema]
    kind = escape(_joined(str(schema.get("format") or schema.get("type", "any")), *limits))
    return f"[{_kind(schema.get('items', {}))}] {kind}" if schema.get("type") == "array" else kind
