"""What is asked of the demo's story: the days, criteria and bases."""

import os
from calendar import monthrange
from datetime import date

# The last of the days on which the demo is opened.
TODAY = date(2021, 1, 5)
# With ORACLE_FULL set, every combination is asked instead of a fair part of them.
IN_FULL = "ORACLE_FULL" in os.environ
CRITERIA = ("declared", "verified", "listed")
BASES = ("plan", "plan_original", "quota", "in_scope")
MONTH_ENDS = [
    date(year, month, monthrange(year, month)[1])
    for year in (2018, 2019, 2020)
    for month in range(1, 13)
    if (year, month) >= (2018, 4)
]
