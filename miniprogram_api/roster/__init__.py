"""The room roster of an estate as the Excel file property offices keep: read, compared, written, and given back.

Carries the import and export of EST-02.
"""
