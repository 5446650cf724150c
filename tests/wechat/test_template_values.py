from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.wechat_simulator.subscribe import FORMATS
from miniprogram_api.wechat.errors import TemplateArgumentInvalid
from miniprogram_api.wechat.template_values import fit, fit_all

FITTED = [
    # Words: shortened, kept on one line, never empty.
    ("thing1", "厨房漏水", "厨房漏水"),
    ("thing1", "一二三四五六七八九十一二三四五六七八九十", "一二三四五六七八九十一二三四五六七八九十"),
    ("thing1", "一二三四五六七八九十一二三四五六七八九十一", "一二三四五六七八九十一二三四五六七八九…"),
    ("thing12", "厨房\r\n漏水\t很急\u2028快来", "厨房 漏水 很急 快来"),
    ("thing1", "\u200b\ufeff \n", "见详情"),
    ("thing1", "漏水\x00\ud83d", "漏水"),
    ("thing1", "水管，漏！", "水管，漏！"),
    ("phrase1", "已派单", "已派单"),
    ("phrase1", "等待居民确认", "等待居民确"),
    ("phrase1", "处理中 (2)", "处理中"),
    ("phrase1", "done", "见详情"),
    ("name1", "王建国", "王建国"),
    ("name1", "阿卜杜热合曼·买买提艾力江", "阿卜杜热合曼·买买提"),
    ("name1", "Alexander Maximilian Bernhard", "Alexander Maximilian"),
    ("name1", "王 Alexander Smith", "王 Alexande"),
    ("name1", "13号楼王师傅", "号楼王师傅"),
    ("name1", "", "见详情"),
    # Facts: written WeChat's way, never shortened.
    ("time1", "2026-11-22 09:05", "2026年11月22日 09:05"),
    ("time1", "2026-11-22T09:05:30", "2026年11月22日 09:05"),
    ("time1", "9:05", "09:05"),
    ("time1", "15:01~17:30", "15:01~17:30"),
    ("time1", "2019年10月1日 15:01", "2019年10月1日 15:01"),
    ("date1", "2026/3/7", "2026年3月7日"),
    ("date1", "2026-03-07~2026-03-09", "2026年3月7日~2026年3月9日"),
    ("date1", "2026-03-07 08:00", "2026年3月7日 08:00"),
    ("number1", "１２", "12"),
    ("number1", "12,345.60", "12345.60"),
    ("amount1", "￥1,234.50", "¥1234.50"),
    ("amount1", "86.4元", "86.4元"),
    ("phone_number1", "+86 138-0013-8000", "+86138-0013-8000"),
    ("phone_number1", "138****8000", "138****8000"),
    ("car_number1", "川a·12345", "川A12345"),
    ("car_number1", "粤Z1234港", "粤Z1234港"),
    ("character_string1", "wo_01KAJ5Z6Y8M1Q9T3V7X2B4D0F", "wo_01KAJ5Z6Y8M1Q9T3V7X2B4D0F"),
    ("letter1", "AB c", "ABc"),
    ("symbol1", "***", "***"),
    ("enum_string1", "已完成", "已完成"),
]
REFUSED = [
    ("time1", "明天上午"),
    ("time1", "2026-11-22"),
    ("time1", "24:00"),
    ("time1", "2026-02-30 09:00"),
    ("time1", "09:00~10:00~11:00"),
    ("time1", ""),
    ("date1", "09:05"),
    ("date1", "2026-13-01"),
    ("number1", "三"),
    ("number1", "1" * 33),
    ("amount1", "12345678901"),
    ("amount1", "-5"),
    ("amount1", ""),
    ("phone_number1", "没有"),
    ("phone_number1", "123456789012345678"),
    ("car_number1", "川A123456789"),
    ("character_string1", "工单7"),
    ("character_string1", "a" * 33),
    ("letter1", "A1"),
    ("symbol1", "******"),
    ("enum1", ""),
    # A key is written thing1, not thing or thing1.DATA, and of a kind WeChat knows.
    ("thing", "漏水"),
    ("thing1.DATA", "漏水"),
    ("words1", "漏水"),
]


@pytest.mark.parametrize(("key", "value", "expected"), FITTED)
def test_a_value_is_made_to_fit_its_key(key, value, expected):
    assert fit(key, value) == expected


@pytest.mark.parametrize(("key", "value"), REFUSED)
def test_a_fact_that_cannot_be_written_so_is_refused_and_the_field_named(key, value):
    with pytest.raises(TemplateArgumentInvalid) as refused:
        fit_all({"thing9": "漏水", key: value})
    assert refused.value.detail["field"] == key


def accepted(key: str, value: str) -> bool:
    """Whether the simulator, which has a table of its own, takes the value."""
    return re.fullmatch(FORMATS[key.rstrip("0123456789")], value) is not None


@pytest.mark.parametrize(("key", "value", "expected"), FITTED)
def test_what_fits_here_is_accepted_there(key, value, expected):
    assert accepted(key, expected)


@given(st.text(max_size=60))
def test_any_words_become_one_acceptable_line(value):
    for key in ("thing1", "phrase1", "name1"):
        fitted = fit(key, value)
        assert accepted(key, fitted)
        assert fitted.strip() == fitted
        assert len(fitted.splitlines()) == 1
        fitted.encode()
        assert fit(key, fitted) == fitted


@given(st.sampled_from([key for key in FORMATS if key not in ("thing", "phrase", "name")]), st.text(max_size=40))
def test_any_fact_is_acceptable_or_refused(kind, value):
    key = f"{kind}1"
    try:
        fitted = fit(key, value)
    except TemplateArgumentInvalid:
        return
    assert accepted(key, fitted)
    assert fit(key, fitted) == fitted


@given(st.datetimes())
def test_any_moment_keeps_its_meaning(moment):
    expected = f"{moment.year:04}年{moment.month}月{moment.day}日 {moment.hour:02}:{moment.minute:02}"
    assert fit("time1", moment.isoformat(" ", "seconds")) == expected
