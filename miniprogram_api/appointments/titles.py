"""What posts and the people in them are called when nobody said otherwise."""

from __future__ import annotations

from miniprogram_api.kernel.access import Role

_TITLES: dict[Role, tuple[str, str]] = {
    Role.MANAGER: ("项目经理", "经理"),
    Role.DISPATCHER: ("调度员", "调度"),
    Role.REPAIRER: ("维修工", "师傅"),
    Role.PATROLLER: ("巡检员", "师傅"),
    Role.FINANCE: ("收费员", "会计"),
    Role.GUARD: ("秩序维护员", "师傅"),
    Role.COMPANY_ADMIN: ("物业企业负责人", "总"),
    Role.COMMITTEE: ("委员", "委员"),
    Role.BUILDING_HEAD: ("楼道长", "楼道长"),
    Role.COMMUNITY: ("社区工作人员", "社区"),
    Role.STREET: ("街道工作人员", "街道"),
    Role.BUREAU: ("住建局工作人员", "住建"),
}


def title_of(role: Role, deputy: bool) -> str:
    """Return what a post is called when nobody said otherwise."""
    return "副经理" if deputy else _TITLES[role][0]


def working_name(name: str, role: Role) -> str:
    """Return how colleagues and residents call somebody in a post: 王经理 for 王小明, without the given name."""
    return name.strip()[:1] + _TITLES[role][1]
