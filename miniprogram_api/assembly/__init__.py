"""Sessions of the owners' assembly 业主大会会议, called, held, minuted and published; a missing yearly one is noticed.

Rows: VOT-24 (sessions), VOT-16 (interim ones and what triggers them). What owners decide is voted on in ballots, which
an agenda only links.
"""
