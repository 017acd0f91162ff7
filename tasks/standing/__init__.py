"""How everything stood at the end of a day: the one place that answers "as of a day".

A request makes one `Day` (day.py) of a date, a branch and a programme; pages, workbooks, papers, commands and checks
ask it, or the functions beside it that take it: `progress`, `obligations`, `total`, `task_rows`, `breakdown`. What is
counted here is counted nowhere else.

Each part is fetched once, when it is first asked for, in a fixed number of queries and for the branch alone.
"""
