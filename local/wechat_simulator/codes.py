"""Mini-program codes: an ordinary QR picture stands in for WeChat's round one."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import qrcode

from local.wechat_simulator.exchange import Refusal, Reply, Request

if TYPE_CHECKING:
    from local.wechat_simulator.world import World

_SCENE = re.compile(r"[0-9A-Za-z!#$&'()*+,/:;=?@\-._~]{1,32}")


def unlimited_code(world: World, request: Request) -> Reply:
    """POST /wxa/getwxacodeunlimit: picture bytes on success, JSON with the same HTTP 200 on refusal.

    The picture reads ``wxacode:<page>?scene=<scene>``.
    """
    body = request.json_object()
    scene, page = body.get("scene"), body.get("page", "")
    if not isinstance(scene, str) or not 1 <= len(scene) <= 32:
        raise Refusal(40169, "invalid length for scene, or the data is not json string")
    if _SCENE.fullmatch(scene) is None:
        raise Refusal(40129, "invalid scene")
    if body.get("env_version", "release") not in ("release", "trial", "develop"):
        raise Refusal(40097, "invalid args")
    width = body.get("width", 430)
    if type(width) is not int or not 280 <= width <= 1280:
        raise Refusal(40097, "invalid args")
    _check_page(world, page, body.get("check_path", True))
    return Reply(_picture(f"wxacode:{page}?scene={scene}", width), "image/jpeg")


def _check_page(world: World, page: object, check_path: object) -> None:
    if not isinstance(page, str) or page.startswith("/") or "?" in page:
        raise Refusal(41030, "invalid page")
    if check_path is not False and world.released_pages is not None and page and page not in world.released_pages:
        raise Refusal(41030, "invalid page")


def _picture(text: str, width: int) -> bytes:
    picture = qrcode.make(text).get_image().convert("RGB").resize((width, width), resample=0)
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=90)
    return buffer.getvalue()
