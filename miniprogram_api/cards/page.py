"""The page behind the code on the wall: one self-contained document for old eyes and any browser (CARD-02)."""

from __future__ import annotations

import base64
import hashlib
from html import escape
from typing import TYPE_CHECKING

from miniprogram_api.cards.face import ADVICE, Face, Post, Responsible, in_charge, others
from miniprogram_api.cards.week import hours_text

if TYPE_CHECKING:
    from datetime import datetime

    from miniprogram_api.cards.rules import Card

_STYLE = (
    "*{box-sizing:border-box}body{margin:0;background:#f2f5f3;color:#17201b;"
    "font:20px/1.6 -apple-system,'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif}"
    "header{background:#067a45;color:#fff;padding:1rem 1.2rem}h1{font-size:1.35rem;margin:0;line-height:1.35}"
    "header p{margin:.2rem 0 0;font-size:1rem}main{max-width:34rem;margin:0 auto;padding:.8rem}"
    "section{background:#fff;border-radius:14px;padding:1rem 1.1rem;margin:0 0 .8rem}"
    "h2{font-size:1.05rem;color:#4c5751;margin:0 0 .5rem}.who{display:flex;gap:1rem;align-items:center}"
    ".who img{width:96px;height:120px;object-fit:cover;border-radius:10px;background:#dcebe2}"
    ".name{font-size:1.9rem;font-weight:700;line-height:1.25}.post{color:#4c5751}"
    "a.big{display:block;text-align:center;text-decoration:none;border-radius:12px;padding:.8rem;margin:.8rem 0 0;"
    "font-size:1.5rem;font-weight:700;background:#067a45;color:#fff}a.big.light{background:#e4f5ea;color:#06683b}"
    "ul{list-style:none;margin:0;padding:0}li{border-top:1px solid #e4e9e6;padding:.6rem 0}li:first-child{border:0}"
    "li a{display:block;font-size:1.35rem;font-weight:700;color:#06683b;text-decoration:none}"
    ".mark{display:inline-block;border:2px solid #fff;border-radius:8px;padding:0 .5rem;font-size:.95rem}"
    "footer{color:#4c5751;font-size:.9rem;text-align:center;padding:.5rem 1rem 2rem}"
)

_SCRIPT = (
    "document.addEventListener('click',function(e){var a=e.target.closest&&e.target.closest('a[data-to]');"
    "if(a&&navigator.sendBeacon){navigator.sendBeacon(location.pathname.replace(/\\/$/,'')+'/calls?to='+a.dataset.to)}})"
)
"""Counts a tap on a number. The call itself is a plain link and needs neither script nor our server."""


def _digest(text: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        f"style-src {_digest(_STYLE)}",
        f"script-src {_digest(_SCRIPT)}",
        "img-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)


def living_page(face: Face, card: Card, now: datetime) -> str:
    """Return the page of a living card."""
    person = in_charge(face, now)
    path = f"/c/{card.token}"
    return _document(
        f"{face.estate_name} · 流动物业服务卡",
        _header(face, card),
        _person(person, face, path),
        "<section><h2>在线办理</h2><p>用微信扫一扫这张卡，可以报修、投诉、提建议，还能查看办理进度。</p></section>",
        _services(face),
        _others(others(face, now)),
        f"<footer>卡号 {card.number}<br>时时有人管 · 事事有人管 · 处处有人管</footer>",
    )


def dead_page(community: Responsible) -> str:
    """Return the page of every address without a living card; it says whom to ask and nothing of any estate."""
    advice = f"<p>{ADVICE}</p>" if community.post is Post.ADVICE else ""
    return _document(
        "服务卡已失效",
        "<header><h1>服务卡已失效</h1></header>",
        "<section><p>这张服务卡不能使用。请查看楼道里的新卡，或与下面的单位联系。</p>"
        f"{advice}{_call(community)}</section>",
    )


def _document(title: str, header: str, *sections: str) -> str:
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="robots" content="noindex"><meta name="format-detection" content="telephone=no">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>{header}<main>{''.join(sections)}</main>"
        f"<script>{_SCRIPT}</script></body></html>"
    )


def _header(face: Face, card: Card) -> str:
    mark = '<p><span class="mark">✓ 已备案小区</span></p>' if face.verified else ""
    company = f"<p>{escape(face.company_name)}</p>" if face.company_name else ""
    place = f"<p>{escape(card.place.label)}</p>" if card.place.label != face.estate_name else ""
    return f"<header><h1>{escape(face.estate_name)}</h1>{place}{company}{mark}</header>"


def _person(person: Responsible, face: Face, path: str) -> str:
    portrait = ""
    if person.photo_key is not None:
        source = f"{path}/photo?of={person.post}"
        portrait = f'<img src="{source}" alt="{escape(person.name)}的照片" width="96" height="120">'
    hours = ""
    if face.leader is not None and face.leader.hours:
        hours = f"<p class=post>经理服务时间：{escape(hours_text(face.leader.hours))}</p>"
    return (
        f'<section><h2>现在由谁负责</h2><div class="who">{portrait}<div><div class="name">{escape(person.name)}</div>'
        f'<div class="post">{escape(person.title)}</div></div></div>{_call(person)}{hours}</section>'
    )


def _call(person: Responsible) -> str:
    number = escape(person.phone)
    name = "" if person.name == "" else f"{escape(person.name)} "
    return f'<a class="big" data-to="{person.post}" href="tel:{number}" aria-label="拨打{name}电话">☎ {number}</a>'


def _services(face: Face) -> str:
    visit = face.next_visit
    coming = ""
    if visit is not None:
        day = f"{visit.visit_on.month}月{visit.visit_on.day}日"
        hours = f"{visit.start // 60:02d}:{visit.start % 60:02d}-{visit.end // 60:02d}:{visit.end % 60:02d}"
        coming = f"<section><h2>下次上门服务</h2><p>{day} {hours}　{escape(visit.purpose)}</p></section>"
    listed = "、".join(escape(service) for service in face.services)
    return f"{coming}<section><h2>服务内容</h2><p>{listed}</p></section>"


def _others(listed: tuple[Responsible, ...]) -> str:
    if not listed:
        return ""
    lines = "".join(
        f'<li>{escape(one.title)} {escape(one.name)}<a data-to="{one.post}" href="tel:{escape(one.phone)}">'
        f"☎ {escape(one.phone)}</a></li>"
        for one in listed
    )
    return f"<section><h2>其他联系方式</h2><ul>{lines}</ul></section>"
