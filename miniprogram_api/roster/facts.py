"""What the cells say of area, use and sale of a room: the facts on which fees and owners' votes count (EST-02)."""

from __future__ import annotations

from miniprogram_api.kernel.area import parse_area
from miniprogram_api.kernel.exclusive_part import AREA_UNKNOWN, AreaSource, RoomUse
from miniprogram_api.roster.cells import CellUnreadable

NO_AREA = "无"
"""What we write for an area that is not known; an empty cell is a mistake, so that none is left out by accident."""

USES: dict[RoomUse, tuple[str, ...]] = {
    RoomUse.DWELLING: (
        "住宅", "住房", "居住", "居住用房", "普通住宅", "成套住宅", "商品住宅", "民用住宅", "居民住宅", "别墅",
    ),
    RoomUse.SHOP: (
        "商铺", "非住宅", "商业", "商用", "商服", "商业服务", "商业用房", "营业用房", "经营用房", "店铺", "门市",
        "门市房", "门面", "门面房", "底商", "公建", "办公", "办公用房", "写字楼",
    ),
    RoomUse.PARKING: (
        "车位", "停车位", "车库", "停车库", "汽车库", "地下车位", "地上车位", "地下车库", "机械车位", "产权车位",
    ),
    RoomUse.STORAGE: ("储藏室", "储藏间", "储藏", "储物间", "储物室", "地下储藏室", "杂物间", "仓库", "仓储"),
}  # fmt: skip
"""Words for what a room is for; the first is the one we write."""

SOLD: dict[bool, tuple[str, ...]] = {
    True: (
        "未售或未交付", "未售", "未出售", "未销售", "未售出", "待售", "在售", "可售", "未交付", "未交房", "未交楼",
        "已售未交付", "已售未交房",
    ),
    False: (
        "已售已交付", "已售", "已出售", "已销售", "已售出", "售出", "已交付", "已交房", "已交楼", "已售已交房",
        "已办证",
    ),
}  # fmt: skip
"""Words for whether the developer still holds a room (SPC interpretation, art. 9); the first is the one we write."""

SOURCES: dict[AreaSource, tuple[str, ...]] = {
    AreaSource.REGISTERED: (
        "登记", "登记面积", "不动产登记", "产权登记", "产权", "产权证", "房产证", "房产证面积", "产权面积",
        "不动产权证", "不动产证", "不动产权证书", "证载面积",
    ),
    AreaSource.SURVEYED: ("实测", "测绘", "实测面积", "测绘面积", "测绘报告", "房产测绘"),
    AreaSource.CONTRACT: ("合同", "合同面积", "买卖合同", "购房合同", "销售合同"),
}  # fmt: skip
"""Words for where an area is read (SPC interpretation, art. 8); the first is the one we write."""

_NOTHING = frozenset({"", "-", "/"})
_AREA_UNKNOWN = frozenset({NO_AREA, "暂无", "未知", "不详", "未测绘"})
_KINDS_OF_TITLE = frozenset({
    "商品房", "房改房", "公房", "公有住房", "直管公房", "自管公房", "集资房", "经济适用房", "经适房", "限价房",
    "安置房", "回迁房", "拆迁安置房", "动迁房", "廉租房", "公租房", "保障房", "保障性住房", "私房", "私产", "公产",
})  # fmt: skip
"""What offices also write under 房屋性质: by what title a room is held, which says nothing of its use."""

_USE_OF = {word: use for use, words in USES.items() for word in words}
_UNSOLD_OF = {word: unsold for unsold, words in SOLD.items() for word in words}
_SOURCE_OF = {word: source for source, words in SOURCES.items() for word in words}


def area_of(text: str) -> int:
    """Return the area a cell states in 0.01 m2; 无 and its like say that it is not known.

    Raises:
        CellUnreadable: the cell is empty.
        AreaUnreadable: it is no area.
    """
    if not text:
        raise CellUnreadable(f"缺少建筑面积；确实没有面积的，请填“{NO_AREA}”。")
    return AREA_UNKNOWN if text in _AREA_UNKNOWN else parse_area(text)


def uses_of(text: str) -> tuple[RoomUse, ...]:
    """Return what a cell says a room is used for; nothing, where it is empty or names a kind of title only.

    Raises:
        CellUnreadable: it is no use we know.
    """
    bare = text.replace(" ", "")
    if bare in _NOTHING or bare in _KINDS_OF_TITLE:
        return ()
    if bare not in _USE_OF:
        raise CellUnreadable("用途请填“住宅”“商铺”“车位”或“储藏室”，其他非住宅填“非住宅”。")
    return (_USE_OF[bare],)


def unsold_of(text: str) -> tuple[bool, ...]:
    """Return whether a cell says that the developer still holds a room, unsold or sold and not delivered (art. 9).

    Raises:
        CellUnreadable: it says neither.
    """
    bare = text.replace(" ", "")
    if bare in _NOTHING:
        return ()
    if bare not in _UNSOLD_OF:
        raise CellUnreadable("销售状态请填“已售”“未售”或“已售未交付”。")
    return (_UNSOLD_OF[bare],)


def sources_of(text: str) -> tuple[AreaSource, ...]:
    """Return where a cell says the area is read: register, survey or sale contract (art. 8).

    Raises:
        CellUnreadable: it is none of these.
    """
    bare = text.replace(" ", "")
    if bare in _NOTHING:
        return ()
    if bare not in _SOURCE_OF:
        raise CellUnreadable("面积来源请填“登记”“实测”或“合同”。")
    return (_SOURCE_OF[bare],)
