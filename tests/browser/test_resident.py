"""A resident with a phone: scan, call, report, pay, read; the first minutes of everybody who tries the house."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import pytest
import qrcode
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.browser.hand import Hand, House


SIZE = "element => parseFloat(getComputedStyle(element).fontSize)"
PAY = re.compile(r"^缴 [\d.]+ 元$")


@pytest.fixture
def leak(tmp_path: Path) -> Path:
    """A photo as a phone takes it."""
    path = tmp_path / "leak.jpg"
    Image.effect_noise((800, 600), 80).convert("RGB").save(path)
    return path


@pytest.fixture
def card(tmp_path: Path, house: House) -> Path:
    """The card on the wall, photographed."""
    path = tmp_path / "card.png"
    picture = io.BytesIO()
    qrcode.make(house.base_url + house.known["cards"][0]).save(picture)
    path.write_bytes(picture.getvalue())
    return path


@pytest.mark.row("CARD-02", "CARD-03", "REP-01")
def test_scan_the_card_see_who_is_responsible_and_report_with_a_photo(
    person: Callable[[str], Hand], card: Path, leak: Path
) -> None:
    owner = person("业主王先生")
    owner.upload("扫一扫服务卡", card).see("现在找谁").see("道路队小区")
    owner.tap("报修").see("1号楼1单元")
    owner.tap("杂物堆积").fill("说说情况", "楼道里堆了旧家具，挡住门")
    owner.upload("拍照或选照片", leak)
    owner.tap("提交").tap("好的")
    owner.see("待受理").see("楼道里堆了旧家具，挡住门")
    owner.open("/pages/repairs/index").see("待受理")


@pytest.mark.row("CARD-03")
def test_the_card_asks_only_who_does_not_live_there_to_bind_a_home(person: Callable[[str], Hand], card: Path) -> None:
    person("来串门的人").upload("扫一扫服务卡", card).see("卡号").see("绑定我的房屋")
    person("业主王先生").upload("扫一扫服务卡", card).see("卡号").miss("绑定我的房屋")


@pytest.mark.row("FEE-01", "FEE-02")
def test_see_how_a_bill_is_made_pay_it_and_get_the_receipt(person: Callable[[str], Hand]) -> None:
    owner = person("业主李女士")
    owner.see("待缴费").open("/pages/bills/index").tap("怎么算的").see("还应缴")
    owner.open("/pages/bills/index").tap(PAY).see("本机演示的收银台").tap("不付了").see("还没有付款")
    owner.open("/pages/bills/index").tap(PAY).tap("确认支付").see("缴费成功")
    owner.tap("收据 1").see("收据号")
    owner.open("/pages/bills/index").see("没有待缴的账单。")


def test_large_type_makes_the_words_larger_and_nothing_is_cut_off(person: Callable[[str], Hand]) -> None:
    owner = person("业主王先生").open("/pages/me/index")
    before = owner.page.get_by_text("我的房屋").last.evaluate(
        "element => parseFloat(getComputedStyle(element).fontSize)"
    )
    owner.tap("大字")
    after = owner.page.get_by_text("我的房屋").last.evaluate(
        "element => parseFloat(getComputedStyle(element).fontSize)"
    )
    assert after / before == pytest.approx(1.4)
    for path in ("/pages/home/index", "/pages/bills/index", "/pages/me/index"):
        owner.open(path).page.wait_for_load_state("networkidle")
        owner.audit()
        wide = owner.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, path
