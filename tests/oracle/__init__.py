"""A second, plain reckoning of the program's figures, and the tests that hold the program against it.

`oracle.py` and the modules beside it import nothing of the program: see README.md.
"""
