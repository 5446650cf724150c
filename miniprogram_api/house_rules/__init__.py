"""The rules an estate gives itself, version by version: covenant 管理规约 and rules of procedure 业主大会议事规则.

Row: VOT-17. What the rules of procedure say about voting is settings that every ballot reads; spending limits of the
committee and the share of the surplus are settings of the common money (funds).
"""
