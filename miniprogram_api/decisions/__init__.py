"""What owners or their committee decided 共同决定, and how the street has it corrected or rescinds it.

Rows: VOT-15 (order to correct, rescission, 通告全体业主); VOT-17, VOT-18, VOT-22 and FND-11 rest on what stands here.
"""
