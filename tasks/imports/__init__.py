"""Reading tables as they really come: mine registers and 分解表 in whatever a bureau's computer saved.

`containers` says what the bytes are and refuses what must not be opened; `readers` give the cells of each
sheet; `headings` finds the header; `values` reads cells as clerks write them; `table` puts it together.
None of these know the database; `mines` and `breakdown` compare with it and write through the actions.
"""
