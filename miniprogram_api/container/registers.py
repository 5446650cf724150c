"""What the house consists of, as data: services by class, what follows from a write, what the clock calls."""

from __future__ import annotations

SERVICES = {
    "Cards": "cards",
    "CardRegister": "card_register",
    "CardIssuing": "card_issuing",
    "HandOuts": "hand_outs",
    "CardFigures": "card_figures",
    "Rounds": "rounds",
    "Linkage": "linkage",
    "Gaps": "gaps",
    "Identity": "identity",
    "Phones": "phones",
    "Grants": "grants",
    "Standing": "standing",
    "Leaving": "leaving",
    "Households": "households",
    "Appointments": "appointments",
    "Staff": "staff",
    "Officials": "officials",
    "Committees": "committees",
    "Estates": "estates",
    "Companies": "companies",
    "Facilities": "facilities",
    "Roster": "roster",
    "Filings": "filings",
    "Messages": "messages",
    "Audit": "audit",
    "Photos": "photos",
    "Patrol": "patrol",
    "PatrolPlanning": "patrol_planning",
    "Upkeep": "upkeep",
    "SeasonTasks": "season_tasks",
    "WorkOrders": "work_orders",
    "WorkOrderIntake": "work_order_intake",
    "WorkOrderSteps": "work_order_steps",
    "WorkOrderAnswers": "work_order_answers",
    "WorkOrderCategories": "work_order_categories",
    "Vendors": "vendors",
    "VendorJobs": "vendor_jobs",
    "PracticalMatters": "practical_matters",
}
"""Service class -> the attribute that builds it; views ask by class, imports stay lazy."""

PROJECTIONS: dict[str, str] = {
    "unit": "estates.follow_unit",
    "work_order": "work_orders.publish",
}
"""Kind of a stored thing -> ``attribute.method`` that derives what may lag from it (``before, after, at``)."""

NOTICES: dict[str, str] = {
    "visit": "miniprogram_api.rounds.notices:notices",
    "linkage_case": "miniprogram_api.linkage.notices:notices",
    "occupancy": "miniprogram_api.households.notices:notices",
    "photo": "miniprogram_api.photos.notices:notices",
    "patrol_run": "miniprogram_api.patrol.notices:run_notices",
    "season_task": "miniprogram_api.season_tasks.notices:notices",
    "work_order": "miniprogram_api.work_orders.notices:notices",
    "facility": "miniprogram_api.facilities.notices:notices",
    "filing": "miniprogram_api.filings.notices:notices",
}
"""Kind of a stored thing -> ``module:function`` that says, from its old and new form, who must be told what."""

JOBS: dict[str, str] = {
    "posts": "appointments.sweep",
    "card_figures": "card_figures.sweep",
    "rounds": "rounds.sweep",
    "linkage": "linkage.sweep",
    "gaps": "gaps.sweep",
    "photos": "photos.sweep",
    "patrol": "patrol.sweep",
    "season_tasks": "season_tasks.sweep",
    "work_orders": "work_order_sweep.sweep",
    "facilities": "facilities.sweep",
    "rosters": "roster.sweep",
    "filings": "filings.sweep",
}
"""Name of a scheduled job -> ``attribute.method`` of the container that does it; called with the present instant."""
