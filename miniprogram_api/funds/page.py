"""The page behind the code of the sheet on the notice board: the same rows, in any browser (FND-04)."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from miniprogram_api.funds.sheet import Sheet

_STYLE = (
    "*{box-sizing:border-box;margin:0}body{background:#eef2ef;color:#17201b;overflow-wrap:anywhere;"
    "font:1.1rem/1.55 -apple-system,'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif}"
    "h1{background:#067a45;color:#fff;font-size:1.4rem;line-height:1.35;padding:1rem 1.2rem}"
    "main{max-width:44rem;margin:0 auto;padding:.8rem}table{width:100%;border-collapse:collapse;background:#fff}"
    "th,td{padding:.5rem .6rem;text-align:left;border-bottom:1px solid #e1e7e3;vertical-align:top}"
    "th:last-child,td:last-child{text-align:right;font-variant-numeric:tabular-nums}p{color:#4c5751;padding:.8rem 0}"
)


def page_of(sheet: Sheet) -> str:
    """Return the document: every row of the printed sheet, and nothing that does not hang on the board."""
    head, *rows = sheet.rows
    body = "".join(f"<tr>{_cells(row, 'td')}</tr>" for row in rows)
    return (
        '<!doctype html><html lang="zh-CN"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(sheet.heading)}</title><style>{_STYLE}</style><h1>{escape(sheet.heading)}</h1><main>"
        f"<table><thead><tr>{_cells(head, 'th')}</tr></thead><tbody>{body}</tbody></table>"
        f"<p>{escape(sheet.foot)}</p><p>业主登录小程序后可以逐笔查看并提问。</p></main></html>"
    )


def _cells(row: tuple[str, str, str], tag: str) -> str:
    return "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in row)
