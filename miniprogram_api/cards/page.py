"""The page behind the code on the wall: one self-contained document for old eyes and any browser (CARD-02)."""

from __future__ import annotations

import base64
import hashlib
import re
from html import escape
from typing import TYPE_CHECKING

from miniprogram_api.cards.face import ADVICE, Face, NextVisit, Post, Responsible, in_charge, others
from miniprogram_api.cards.week import hours_text
from miniprogram_api.kernel.clock import spoken_short

if TYPE_CHECKING:
    from datetime import datetime

    from miniprogram_api.cards.rules import Card

_STYLE = (
    # Everything is measured in rem of a large root, so that it grows with the size of type set on the phone.
    "*{box-sizing:border-box;margin:0}html{font-size:125%}body{background:#eef2ef;color:#17201b;overflow-wrap:anywhere;"
    "font:1rem/1.55 -apple-system,'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif;text-wrap:pretty}"
    "header{background:#067a45;color:#fff;padding:.9rem 1.2rem 1.9rem}header.off{background:#46504b}"
    "header div,main{max-width:30rem;margin:0 auto}.kind{display:flex;flex-wrap:wrap;gap:.2rem .6rem;"
    "justify-content:space-between;align-items:center;font-size:.85rem;margin-bottom:.4rem}"
    ".mark{background:#fff;color:#06683b;border-radius:1rem;padding:.05rem .65rem;font-weight:700}"
    "h1{font-size:1.6rem;line-height:1.25}.place{font-size:1.2rem;font-weight:700;margin-top:.15rem}"
    ".company{font-size:.9rem;margin-top:.25rem}main{padding:0 .7rem}"
    "section{background:#fff;border-radius:.8rem;padding:.85rem 1rem 1rem;margin-bottom:.7rem;"
    "box-shadow:0 1px 3px rgba(23,32,27,.1)}section:first-child{margin-top:-1.1rem}"
    "h2{font-size:.95rem;color:#4c5751;margin-bottom:.35rem}p+p{margin-top:.6rem}p+.who{margin-top:1rem}"
    ".who{display:flex;gap:.9rem;align-items:center}.who img{flex:none;width:4.8rem;height:6rem;object-fit:cover;"
    "border-radius:.5rem;background:#dcebe2}.name{font-size:1.75rem;font-weight:700;line-height:1.25}"
    ".post,small{color:#4c5751}.post{margin-top:.1rem}a{text-decoration:none;color:inherit}"
    "a:focus-visible{outline:4px solid #17201b;outline-offset:2px}svg{flex:none;width:1.2em;height:1.2em;fill:none;"
    "stroke:currentColor;stroke-linecap:round}"
    ".big{display:block;background:#067a45;color:#fff;text-align:center;border-radius:.7rem;padding:.55rem .5rem .7rem;"
    "margin-top:.8rem}.big:active{background:#055c35}.big b{display:flex;justify-content:center;align-items:center;"
    "gap:.35em;font-size:clamp(1.3rem,7.2vw,1.75rem);line-height:1.25}.hours{margin-top:.7rem}"
    "ul{list-style:none;padding:0}.calls{margin-bottom:-.6rem}.calls li+li{border-top:1px solid #e1e7e3}"
    ".calls a{display:flex;justify-content:space-between;align-items:center;gap:.6rem;padding:.6rem 0;line-height:1.35}"
    ".calls b,.calls strong,small{display:block}small{font-size:.9rem}.calls strong{font-size:1.1rem}"
    ".calls b{font-size:1.25rem;color:#06683b}.calls svg{width:2.4rem;height:2.4rem;padding:.55rem;border-radius:50%;"
    "background:#dff3e7;color:#06683b}.calls a:active{background:#eef2ef}.day{font-size:1.25rem;font-weight:700}"
    ".offers{display:grid;grid-template-columns:repeat(auto-fill,minmax(5.6rem,1fr));gap:.1rem .8rem}"
    ".offers li{padding-left:.8rem;position:relative}.offers li::before{content:'';position:absolute;left:0;top:.58em;"
    "width:.4em;height:.4em;border-radius:50%;background:#067a45}"
    "footer{color:#4c5751;font-size:.85rem;text-align:center;padding:.3rem 1rem 1.6rem}"
)

_HANDSET = (
    '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M5 5c-1 8 6 15 14 14" stroke-width="3"/>'
    '<path d="M5.4 5l1.8 3.6M19 18.6l-3.6-1.8" stroke-width="5"/></svg>'
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
    """Return the page of a living card: first whom to call, then what else the card is good for."""
    return _document(
        f"{face.estate_name} · 流动物业服务卡",
        _header(face, card),
        f"<section><h2>现在由谁负责</h2>{_person(in_charge(face, now), f'/c/{card.token}')}{_hours(face)}</section>",
        _others(others(face, now)),
        _visit(face.next_visit),
        _services(face),
        "<section><h2>在线办理</h2><p>用微信扫一扫这张卡，可以报修、投诉、提建议，还能查看办理进度。</p></section>",
        f"<footer><p>卡号 {card.number}<br>时时有人管 · 事事有人管 · 处处有人管</p></footer>",
    )


def dead_page(community: Responsible) -> str:
    """Return the page of every address without a living card; it says whom to ask and nothing of any estate."""
    advice = f"<p>{ADVICE}</p>" if community.post is Post.ADVICE else ""
    return _document(
        "服务卡已失效",
        '<header class="off"><div><p class="kind">流动物业服务卡</p><h1>服务卡已失效</h1></div></header>',
        "<section><p>这张服务卡不能使用。请查看楼道里的新卡，或与下面的单位联系。</p>"
        f"{advice}{_person(community)}</section>",
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
    mark = '<span class="mark">✓ 已备案小区</span>' if face.verified else ""
    place = f'<p class="place">{escape(card.place.label)}</p>' if card.place.label != face.estate_name else ""
    company = f'<p class="company">{escape(face.company_name)}</p>' if face.company_name else ""
    return (
        f'<header><div><p class="kind">流动物业服务卡{mark}</p><h1>{escape(face.estate_name)}</h1>'
        f"{place}{company}</div></header>"
    )


def _person(person: Responsible, path: str = "") -> str:
    portrait = ""
    if person.photo_key is not None:
        source = f"{path}/photo?of={person.post}"
        portrait = f'<img src="{source}" alt="{escape(person.name)}的照片" width="96" height="120">'
    post = f'<p class="post">{escape(person.title)}</p>' if person.name else ""
    return (
        f'<div class="who">{portrait}<div><p class="name">{escape(person.name or person.title)}</p>{post}</div></div>'
        f'<a class="big" data-to="{person.post}" href="tel:{escape(person.phone)}">点这里打电话'
        f"<b>{_HANDSET}<span>{_readable(person.phone)}</span></b></a>"
    )


def _readable(phone: str) -> str:
    """Set a mobile number in groups, as people read it out: 139 0000 0000."""
    return escape(re.sub(r"^(1\d{2})(\d{4})(\d{4})$", r"\1 \2 \3", phone))


def _hours(face: Face) -> str:
    if face.leader is None or not face.leader.hours:
        return ""
    return f'<p class="hours">经理服务时间：{escape(hours_text(face.leader.hours))}</p>'


def _visit(visit: NextVisit | None) -> str:
    if visit is None:
        return ""
    day = spoken_short(visit.visit_on)
    hours = f"{visit.start // 60:02d}:{visit.start % 60:02d}-{visit.end // 60:02d}:{visit.end % 60:02d}"
    return f'<section><h2>下次上门服务</h2><div class="day">{day} {hours}</div><p>{escape(visit.purpose)}</p></section>'


def _services(face: Face) -> str:
    listed = "".join(f"<li>{escape(service)}</li>" for service in face.services)
    return f'<section><h2>服务内容</h2><ul class="offers">{listed}</ul></section>'


def _others(listed: tuple[Responsible, ...]) -> str:
    if not listed:
        return ""
    lines = "".join(
        f'<li><a data-to="{one.post}" href="tel:{escape(one.phone)}"><span><small>{escape(one.title)}</small>'
        f"<strong>{escape(one.name)}</strong><b>{_readable(one.phone)}</b></span>{_HANDSET}</a></li>"
        for one in listed
    )
    return f'<section><h2>其他联系方式</h2><ul class="calls">{lines}</ul></section>'
