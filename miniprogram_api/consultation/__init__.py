"""Residents and three parties consult: a topic goes through 说 议 理 晒 评, what the parties do together is signed.

Rows: VOT-03 (consultation in five steps), VOT-05 (joint visit, discussion, handling, mediation of three parties).
"""
