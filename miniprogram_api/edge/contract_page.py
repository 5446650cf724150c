"""The contract as a page for people: one self-contained document, no script and nothing fetched from elsewhere."""

from __future__ import annotations

from html import escape
from typing import Any

_STYLE = (
    "body{font:16px/1.6 -apple-system,'PingFang SC','Microsoft YaHei',sans-serif;margin:0 auto;max-width:60rem;"
    "padding:1rem;color:#1a1a1a}h2{margin-top:2.5rem;border-bottom:2px solid #07c160}"
    "details{border:1px solid #e3e3e3;border-radius:8px;margin:.5rem 0;padding:.5rem .8rem}"
    "summary{cursor:pointer}code,pre{font:14px/1.5 ui-monospace,Consolas,monospace}"
    "pre{background:#f6f6f6;padding:.6rem;overflow:auto;border-radius:6px}"
    ".m{display:inline-block;min-width:4.2rem;font-weight:700;color:#067a3e}.p{color:#555}"
    "table{border-collapse:collapse;width:100%}td{border-top:1px solid #eee;padding:.2rem .4rem;vertical-align:top}"
)


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
        f"<tr><td><code>{escape(p['name'])}</code><td>{p['in']}{'，必填' if p['required'] else ''}<td>{_kind(p['schema'])}"
        for p in operation["parameters"]
    ]
    body = operation.get("requestBody")
    if body:
        rows += [f"<tr><td>body<td>{escape(t)}<td>{_kind(c['schema'])}" for t, c in body["content"].items()]
    for status, response in operation["responses"].items():
        kinds = ", ".join(_kind(c["schema"]) for c in response.get("content", {}).values())
        rows.append(f"<tr><td>{status}<td>{escape(response['description'])}<td>{kinds}")
    return (
        f"<details><summary><span class=m>{method.upper()}</span> <code>{escape(path)}</code> "
        f"<span class=p>{escape(operation['summary'])}</span></summary>"
        f"<p>{escape(operation.get('description', ''))}</p>"
        f"<p class=p>{escape(operation.get('x-permission', ''))}</p><table>{''.join(rows)}</table></details>"
    )


def _schema(name: str, schema: dict[str, Any]) -> str:
    rows = [
        f"<tr><td><code>{escape(field)}</code>{'' if field in schema.get('required', []) else ' <i>可缺</i>'}<td>{_kind(s)}"
        for field, s in schema.get("properties", {}).items()
    ]
    text = escape(schema.get("description", ""))
    return f"<details id='{escape(name)}'><summary><code>{escape(name)}</code></summary><p>{text}</p><table>{''.join(rows)}</table></details>"


def _kind(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        name = escape(schema["$ref"].rsplit("/", 1)[1])
        return f"<a href='#{name}'>{name}</a>"
    if "anyOf" in schema:
        return " | ".join(_kind(option) for option in schema["anyOf"])
    if schema.get("type") == "array":
        return f"[{_kind(schema.get('items', {}))}]"
    if "enum" in schema:
        return escape(" | ".join(str(value) for value in schema["enum"]))
    return escape(str(schema.get("type", "any")))
