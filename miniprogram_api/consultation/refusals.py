"""How a consultation and a joint action say no."""

from __future__ import annotations

from miniprogram_api.kernel.errors import Conflict, Forbidden, Invalid, NotFound


class ConsultationUnknown(NotFound):
    """The estate has no such topic."""

    code = "consultation_unknown"
    message = "没有找到该议题，请刷新列表。"


class ConsultationMoved(Conflict):
    """Somebody else took a step at the same moment."""

    code = "consultation_moved"
    message = "该议题刚刚有了新进展，请刷新后再操作。"


class ConsultationKeyReused(Conflict):
    """The same Idempotency-Key came with different content."""

    code = "consultation_key_reused"
    message = "这次提交与之前的内容不一致，请返回重新填写后提交。"


class ConsultationOver(Conflict):
    """The topic has ended; what is said now belongs to a new one."""

    code = "consultation_over"
    message = "该议题已结束，如有新的意见请发起新议题。"


class NotTheProposer(Forbidden):
    """A topic is withdrawn by who proposed it."""

    code = "consultation_not_proposer"
    message = "只有发起人可以撤回该议题。"


class CompanyDoesNotConvene(Forbidden):
    """The committee or the community takes up topics and sets how it is done; the company takes part."""

    code = "consultation_company_does_not_convene"
    message = "这一步由业委会（物管会）或社区办理，请与他们联系。"


class LinkUnknown(NotFound):
    """The work order, building or facility that a topic or a joint action names is none of this estate."""

    code = "consultation_link_unknown"
    message = "没有找到关联的工单、楼栋或设施，请重新选择。"


class RoomNotYours(NotFound):
    """The room does not exist, or the person does not live in or own it (the answer is the same)."""

    code = "consultation_room_unknown"
    message = "没有找到您名下的该房屋，请在“我的房屋”中核对。"


class OwnTopic(Conflict):
    """Support comes from neighbours; who proposed it has spoken."""

    code = "consultation_own_topic"
    message = "您是发起人，不用附议，可以邀请邻居附议。"


class SupportOver(Conflict):
    """The topic is no longer in its first step, for which support is collected."""

    code = "consultation_support_over"
    message = "附议阶段已结束，可以在评论中发表意见。"


class NotSaidNow(Conflict):
    """Options and meetings belong to the second step."""

    code = "consultation_not_discussing"
    message = "方案和会议记录只在“议”的阶段提交，请查看当前进度。"


class WordUnknown(NotFound):
    """The topic has no such comment or option."""

    code = "consultation_word_unknown"
    message = "没有找到这条发言，请刷新后重试。"


class WordOfOthers(Forbidden):
    """What somebody said is taken away by them, by the committee or by the community; not by the company."""

    code = "consultation_word_of_others"
    message = "只能删除自己的发言；如有不妥，请联系业委会或社区。"


class MinutesStay(Conflict):
    """The minutes of a meeting are a record."""

    code = "consultation_minutes_stay"
    message = "会议记录不能删除，如有出入请补充一条新的会议记录。"


class DayWrong(Invalid):
    """A meeting, or what parties did together, is recorded after it took place."""

    code = "consultation_day_wrong"
    message = "日期不能晚于今天，请检查后提交。"


class BallotUnknown(NotFound):
    """The estate has no such ballot."""

    code = "consultation_ballot_unknown"
    message = "没有找到该表决，请先在“业主表决”中创建。"


class NotDiscussedTogether(Conflict):
    """The parties at the estate have not all signed a joint discussion of this round (VOT-05)."""

    code = "consultation_not_discussed_together"
    message = "还没有完成本轮的联议签署，请社区、业委会和物业企业签署联议记录后再形成决议。"


class ResponsibleUnknown(NotFound):
    """The account named as responsible holds no post at the estate."""

    code = "consultation_responsible_unknown"
    message = "负责人未在本小区任职，请重新选择；没有账号的只填写姓名。"


class TaskUnknown(NotFound):
    """The topic has no such task."""

    code = "consultation_task_unknown"
    message = "没有找到该任务，请刷新后重试。"


class TaskDayWrong(Invalid):
    """A task is due today at the earliest."""

    code = "consultation_task_day_wrong"
    message = "完成日期不能早于今天，请重新选择。"


class TaskDone(Conflict):
    """Somebody has reported the task done, in other words."""

    code = "consultation_task_done"
    message = "该任务已完成，请刷新查看。"


class TaskOfOthers(Forbidden):
    """A task is reported by who has it, by who is responsible, or by who leads the consultation."""

    code = "consultation_task_of_others"
    message = "该任务由他人负责，请联系议题负责人。"


class TooManyTasks(Conflict):
    """A round holds so many tasks and no more."""

    code = "consultation_too_many_tasks"
    message = "本轮任务已满 20 项，请合并任务或先办结本轮。"


class TasksUnfinished(Conflict):
    """The third step ends when there were tasks and all are done."""

    code = "consultation_tasks_unfinished"
    message = "还有任务没有完成，请先办结全部任务（至少一项）。"


class RatingOver(Conflict):
    """The topic is not in its last step, or its time is over."""

    code = "consultation_rating_over"
    message = "当前不在评议期，不能评分，请查看最新进度。"


class RatingMet(Conflict):
    """Somebody else of the room rated at the same moment."""

    code = "consultation_rating_met"
    message = "该房屋的评分刚刚有更新，请刷新后再提交。"


class RatingUnknown(NotFound):
    """The room has not rated in this round."""

    code = "consultation_rating_unknown"
    message = "该房屋本轮还没有评分，可在评议期内提交。"


class SettingsMoved(Conflict):
    """Somebody else set them at the same moment."""

    code = "consultation_settings_moved"
    message = "协商设置刚刚被他人修改，请刷新后再试。"


class JointActionUnknown(NotFound):
    """The estate has no such joint action."""

    code = "joint_action_unknown"
    message = "没有找到该三方联动记录，请刷新列表。"


class JointActionKeyReused(Conflict):
    """The same Idempotency-Key came with different content."""

    code = "joint_action_key_reused"
    message = "这次提交与之前的内容不一致，请返回重新填写后提交。"


class JointActionMoved(Conflict):
    """Others kept signing at the same moment."""

    code = "joint_action_moved"
    message = "其他方正在签署，请刷新后再签。"


class PartyUnknown(NotFound):
    """There are three parties, and this is none of them."""

    code = "joint_party_unknown"
    message = "没有这一方，请选择社区、业委会或物业企业。"


class PartyOfOthers(Forbidden):
    """Nobody signs for a party that no role of theirs belongs to."""

    code = "joint_party_of_others"
    message = "您不代表这一方，请由该方人员签署。"


class PartySigned(Conflict):
    """Somebody else of the party has signed."""

    code = "joint_party_signed"
    message = "这一方已由他人签署，不用重复签署。"


class SignedForAnother(Forbidden):
    """One person signs for one party (VOT-05)."""

    code = "joint_signed_for_another"
    message = "您已代表另一方签署，同一人不能代表两方，请由他人签署。"
