"""Tasks of the season, such as clearing snow, and the log of cleaning and disinfection that residents read.

Rows: REP-14 (snow clearing and seasonal tasks), REP-15 (cleaning and disinfection log).
"""
