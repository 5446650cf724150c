"""What is charged by which tariff, and how the amount of each line comes about, exactly and in words.

Rows: FEE-01 (the arithmetic of bills), FEE-04 (included charges), FEE-05 (parking), FEE-08 (menu), FEE-15 (standards).
"""
