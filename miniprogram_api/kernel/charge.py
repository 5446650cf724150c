"""What is charged for, said the same way by tariffs, bills, receipts and the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class BillKind(StrEnum):
    """What a bill is about; it decides whose money a payment becomes, so no bill mixes two of them (FEE-05)."""

    SERVICE = "service"  # 物业服务费: the company's
    PARKING = "parking"  # 停车费 in common areas: the owners' (FND-16)
    UTILITY = "utility"  # 水电公摊等代收代付: passed on to the supplier
    FUND = "fund"  # 维修资金续交: the owners', by room (FND-06)
    OTHER = "other"  # 其他: the company's


BILL_KIND_LABELS: dict[BillKind, str] = {
    BillKind.SERVICE: "物业服务费",
    BillKind.PARKING: "停车费",
    BillKind.UTILITY: "代收水电公摊费",
    BillKind.FUND: "专项维修资金",
    BillKind.OTHER: "其他费用",
}
"""What people read instead of the kind's name."""


class Means(StrEnum):
    """How something was paid."""

    WECHAT = "wechat"
    CASH = "cash"
    TRANSFER = "transfer"
    PREPAID = "prepaid"
    CREDIT = "credit"
    PUBLIC = "public"  # from the public income, by a decision (FEE-17)


MEANS_LABELS: dict[Means, str] = {
    Means.WECHAT: "微信支付",
    Means.CASH: "现金",
    Means.TRANSFER: "银行转账",
    Means.PREPAID: "预存款",
    Means.CREDIT: "消费抵扣",
    Means.PUBLIC: "公共收益补贴",
}
"""What people read instead of the means' name."""


@dataclass(frozen=True, slots=True)
class ChargeLine:
    """One line of a bill: what for, how much of it, at which price, by which tariff.

    ``fen`` is the amount. ``quantity`` and ``unit_price`` are written as people read them (``"86.53㎡"``,
    ``"0.60元/㎡·月"``), ``basis`` says the working in one sentence, so that nobody has to ask how it came about.
    ``charge`` is the stable code of the charge item; ``photo_id`` shows the meter where there is one.
    """

    charge: str
    label: str
    fen: int
    quantity: str = ""
    unit_price: str = ""
    basis: str = ""
    tariff_id: str | None = None
    photo_id: str | None = None
