"""Model texts 示范文本 to start a draft from: wording of our own, with the values of national law (VOT-17, EST-16).

They are a beginning, not advice: what an estate adopts is its own text.
"""

from __future__ import annotations

from miniprogram_api.house_rules.document import KIND_LABELS, SAMPLE_MARK, Clause, Content, DocumentKind
from miniprogram_api.kernel.vote_terms import NOTICE_DAYS, VoteTerms

_DEFAULTS = VoteTerms()

_COVENANT: tuple[tuple[str, str], ...] = (
    ("目的", "为维护全体业主的共同利益，明确各自的权利和义务，由业主共同决定制定本规约。"),
    ("效力", "本规约经业主共同决定通过后生效，对全体业主和使用人有约束力。房屋转让或出租的，应当告知对方遵守本规约。"),
    ("专有部分", "业主按照规划用途使用房屋，不得危及建筑物安全，不得损害其他业主的合法权益。"),
    (
        "改变用途",
        "将住宅改为经营用房的，除遵守法律、法规和本规约外，还应当经有利害关系的业主一致同意。",
    ),
    ("装饰装修", "装修前告知物业服务人并遵守提示的注意事项；不得拆改承重结构，不得占用消防通道和其他共有部分。"),
    (
        "共有部分",
        "共有部分由业主共同管理。改变共有部分的用途或利用共有部分从事经营活动的，依照《民法典》第二百七十八条由业主共同决定。",
    ),
    (
        "共有收入",
        "利用共有部分产生的收入，扣除合理成本后属于业主共有；收支情况按月向全体业主公布，并附凭证。",
    ),
    (
        "维修资金",
        "专项维修资金属于业主共有，用于共有部分的维修、更新和改造；筹集和使用由业主共同决定，并定期公布。",
    ),
    ("物业费", "业主按照物业服务合同的约定交纳物业费。物业服务人不得以停止供电、供水、供热、供燃气等方式催交。"),
    ("邻里相处", "饲养动物、停放车辆、堆放物品和产生声响，以不妨碍他人、不占用公共通道和消防设施为限。"),
    ("协商处理", "邻里之间发生争议的，先行协商；协商不成的，可以请社区居民委员会调解，也可以依法处理。"),
    ("修改", "本规约的修改，依照《民法典》第二百七十八条由业主共同决定，自通过之日起生效。"),
)

_RULES: tuple[tuple[str, str], ...] = (
    ("依据", "本规则依据《民法典》和《物业管理条例》制定，经业主共同决定通过后，业主大会和业主委员会按本规则议事。"),
    ("组成", "业主大会由本小区全体业主组成，代表和维护全体业主的合法权益。"),
    (
        "定期会议",
        "业主大会每年召开一次定期会议，由业主委员会召集并报告一年的工作；没有业主委员会的，由社区居民委员会组织召开。",
    ),
    ("临时会议", "经百分之二十以上的业主提议，或者本规则规定的其他情形出现，应当召开临时会议。"),
    (
        "会议通知",
        f"召开会议应当提前 {NOTICE_DAYS} 日将时间、地点、形式和议题通知全体业主，并同时告知社区居民委员会。",
    ),
    ("会议形式", "会议可以采用集体讨论、书面征求意见或网上表决的形式；书面和网上征求的意见应当送达每一位业主。"),
    (
        "参与表决",
        "业主共同决定事项，应当由专有部分面积占比三分之二以上的业主且人数占比三分之二以上的业主参与表决。",
    ),
    (
        "一般事项",
        "除下一条规定的事项外，应当经参与表决专有部分面积过半数的业主且参与表决人数过半数的业主同意。",
    ),
    (
        "特别事项",
        "筹集维修资金，改建、重建建筑物及其附属设施，改变共有部分用途或利用共有部分从事经营活动，"
        "应当经参与表决专有部分面积四分之三以上的业主且参与表决人数四分之三以上的业主同意。",
    ),
    (
        "面积和人数",
        "专有部分面积按不动产登记簿计算。一个专有部分按一人计算；同一人有两个以上专有部分的，按一人计算；"
        "一个专有部分有多个共有人的，推选一人表决。",
    ),
    ("委托", "业主可以书面委托他人参加会议和表决，委托书写明事项和期限。"),
    ("未表决", "已经送达而没有表决的业主，不计入参与表决的人数和面积，也不视为同意或反对。"),
    ("计票和公布", f"表决结果由不参选、不经办的人复核后公布，公布后 {_DEFAULTS.objection_days} 日内业主可以提出异议。"),
    ("会议记录", "会议应当作书面记录，由记录人和复核人签字，连同表决票、签到表一并保存，业主可以查阅。"),
    ("备案", "选举产生业主委员会之日起三十日内，由业主委员会依法办理备案。"),
    ("修改", "本规则的修改，由业主大会依照《民法典》第二百七十八条共同决定。"),
)

_WRITTEN_IN = {"notice_days": "第五条", "proxy_cap": "第十一条", "silence": "第十二条", "objection_days": "第十三条"}
"""Where the model rules of procedure say what is the default anyway, so that it can be cited."""

_DIGITS = "零一二三四五六七八九十"


def sample(kind: DocumentKind, estate_name: str) -> Content:
    """Return the model text of a kind for an estate; its title says that it is one."""
    title = f"{estate_name}{KIND_LABELS[kind]}（{SAMPLE_MARK}）"
    texts = _COVENANT if kind is DocumentKind.COVENANT else _RULES
    clauses = tuple(
        Clause(f"第{_numeral(number)}条", text, heading) for number, (heading, text) in enumerate(texts, start=1)
    )
    return Content(title, clauses, None if kind is DocumentKind.COVENANT else VoteTerms(clauses=_WRITTEN_IN))


def _numeral(number: int) -> str:
    """Return a number below twenty as clauses are counted."""
    return _DIGITS[number] if number <= 10 else f"十{_DIGITS[number - 10]}"
