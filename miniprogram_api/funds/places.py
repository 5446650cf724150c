"""Where the common money really lies: bank accounts, cash boxes and merchant accounts with one keeper each (FND-05)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from miniprogram_api.funds.ledger import Account, AccountKind
from miniprogram_api.kernel.errors import Conflict, Invalid, NotFound


class Holder(StrEnum):
    """In whose name an account runs."""

    OWNERS_ASSEMBLY = "owners_assembly"  # 业主大会共有账户
    SHARED = "shared"  # 共管账户
    COMPANY_SUB_ACCOUNT = "company_sub_account"  # 物业企业专户
    COMMUNITY_TRUST = "community_trust"  # 社区代管
    PERSONAL = "personal"  # 个人账户: named so that it can be refused in words


HOLDER_LABELS: dict[Holder, str] = {
    Holder.OWNERS_ASSEMBLY: "业主大会共有账户",
    Holder.SHARED: "共管账户",
    Holder.COMPANY_SUB_ACCOUNT: "物业企业专户",
    Holder.COMMUNITY_TRUST: "社区代管账户",
    Holder.PERSONAL: "个人账户",
}


class PlaceKind(StrEnum):
    """What kind of place it is; the value is the account kind its legs name."""

    BANK = "bank"
    CASH = "cash"
    MERCHANT = "wechat"


COMMON_PURPOSES = frozenset(
    {AccountKind.PARKING_GROSS, AccountKind.PARKING_SURPLUS, AccountKind.PUBLIC_INCOME, AccountKind.MAINTENANCE}
)
"""The owners' money that this room keeps."""


class PlaceUnknown(NotFound):
    """The estate has no such account."""

    code = "money_account_unknown"
    message = "没有找到该资金账户，请刷新账户列表。"


class PlaceChanged(Conflict):
    """The account was closed or got another keeper meanwhile."""

    code = "money_account_changed"
    message = "该资金账户已停用或更换了保管人，请刷新后重新选择。"


class PlaceKeyReused(Conflict):
    """The same Idempotency-Key came with different content."""

    code = "money_account_key_reused"
    message = "这次提交与之前的内容不一致，请返回重新填写后提交。"


class PrivateHolderRefused(Invalid):
    """Public income must not lie on a member's private account (FND-05, 000:116)."""

    code = "private_holder_refused"
    message = "公共资金不能存入个人账户，请先开立业主大会账户、共管账户或由社区代管，再来登记。"


class PurposesMixed(Invalid):
    """The maintenance fund has an account of its own (住宅专项维修资金管理办法 article 10: 专户)."""

    code = "purposes_mixed"
    message = "专项维修资金须专户存储，请为它单独登记一个账户。"


class PurposeNotHeld(Invalid):
    """The account may not hold money of that purpose."""

    code = "purpose_not_held"
    message = "该账户不能存放这类资金，请换一个对应用途的账户。"


class KeeperUnknown(Invalid):
    """The keeper holds no post at the estate."""

    code = "keeper_unknown"
    message = "保管人须是本小区的在任人员，请重新选择。"


@dataclass(frozen=True, slots=True)
class Place:
    """One place of money. ``last4`` are the last digits of its number, never more; ``keeper`` is one account id."""

    id: str
    estate_id: str
    kind: PlaceKind
    holder: Holder
    name: str
    bank: str
    last4: str
    purposes: frozenset[AccountKind]
    keeper: str
    keeper_name: str
    opened_by: str
    opened_at: datetime
    open: bool = True
    version: int = 0

    @property
    def account(self) -> Account:
        """Return the account that legs name."""
        return Account(AccountKind(self.kind.value), self.id)

    def holds(self, purpose: AccountKind) -> None:
        """Let money of a purpose lie here, or raise PlaceChanged (it is closed) or PurposeNotHeld."""
        if not self.open:
            raise PlaceChanged
        if purpose not in self.purposes:
            raise PurposeNotHeld(purpose=purpose.value)

    def kept_by(self, keeper: str, keeper_name: str) -> Place:
        """Return it with another keeper; there is exactly one (FND-03)."""
        return replace(self, keeper=keeper, keeper_name=keeper_name)


def checked(place: Place) -> Place:
    """Return a new place of money if it may be one.

    Raises:
        PrivateHolderRefused: it runs in a person's own name.
        PurposesMixed: the maintenance fund would lie among other money.
    """
    if place.holder is Holder.PERSONAL:
        raise PrivateHolderRefused
    if AccountKind.MAINTENANCE in place.purposes and len(place.purposes) > 1:
        raise PurposesMixed
    return place
