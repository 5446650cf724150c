"""The negative list 履职负面清单 and the text of the commitment 履职承诺书: kept by streets, shipped as samples.

No source text lists the items (requirements, trap 22): what is here is a SAMPLE of ours, marked so wherever it is
shown, until a street writes its own.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a negative list as a case keeps it; ``sample`` says that no street wrote it."""

    code: str
    text: str
    sample: bool = False


@dataclass(frozen=True, slots=True)
class StreetItem:
    """An item that a street wrote, in place of the sample of the same code if there is one."""

    unit_id: str
    code: str
    text: str
    valid: bool
    set_by: str
    set_at: datetime
    version: int = 0


@dataclass(frozen=True, slots=True)
class PledgeText:
    """The commitment that a street has members sign."""

    unit_id: str
    text: str
    set_by: str
    set_at: datetime
    version: int = 0


@dataclass(frozen=True, slots=True)
class Commitment:
    """A text to be signed; ``digest`` is sent back with the signature, so that what is signed is what was shown."""

    text: str
    sample: bool

    @property
    def digest(self) -> str:
        """Return what the text is known by."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]


SAMPLE_ITEMS = (
    Item("funds_misused", "侵占、挪用公共收益、维修资金等业主共有资金", sample=True),
    Item("benefit_taken", "索取、收受物业服务企业或者利害关系人的财物、报酬或者其他利益", sample=True),
    Item("seal_misused", "违规使用印章，或者未经业主大会授权签订合同、处分共有部分", sample=True),
    Item("votes_forged", "伪造、变造业主签名或者表决票，弄虚作假", sample=True),
    Item("disclosure_refused", "拒不公开应当向业主公开的收支、决定和合同", sample=True),
    Item("handover_refused", "拒不移交印章、账目、档案等公共财物", sample=True),
    Item("assembly_obstructed", "阻挠业主大会依法召开或者拒不执行业主大会的决定", sample=True),
    Item("privacy_leaked", "泄露业主个人信息，或者利用职务之便打击报复业主", sample=True),
)

SAMPLE_COMMITMENT = Commitment(
    "本人自愿担任本小区业主委员会（物业管理委员会）委员，郑重承诺：一、遵守法律法规、业主大会议事规则和管理规约，"
    "执行业主大会的决定；二、依法履职，廉洁自律，不利用职务谋取私利；三、按规定公开收支、决定和合同，接受业主监督；"
    "四、保护业主个人信息；五、每年向业主大会述职并接受评议；六、离任时按期移交印章、账目和资料。如有违反，"
    "自愿承担相应责任，并同意将违约失信情况按规定记录。（示范文本）",
    sample=True,
)


def items_in_force(own: Iterable[StreetItem]) -> list[Item]:
    """Return the items that hold in a street: its own, and the samples it has not replaced or switched off."""
    written = {item.code: item for item in own}
    kept = [item for item in SAMPLE_ITEMS if item.code not in written]
    return [*(Item(item.code, item.text) for item in written.values() if item.valid), *kept]
