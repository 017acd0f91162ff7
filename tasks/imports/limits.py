"""How much one file may hold. Beyond a limit a file is refused by name, before memory is spent on it."""

MAX_BYTES = 20 * 1024 * 1024  # the upload
MAX_XLS_BYTES = 10 * 1024 * 1024  # .xls is read cell by cell in Python
MAX_UNPACKED = 100 * 1024 * 1024  # all members of an archive together
MAX_STRINGS = 40 * 1024 * 1024  # the table of texts, which is held in memory
MAX_RATIO = 150  # unpacked to packed, of a member above 1 MB
MAX_MEMBERS = 2000
MAX_SHEETS = 60
MAX_ROWS = 60_000  # rows with content in one sheet
MAX_TAGS = 6_000_000  # cells, written or only formatted, in one sheet
MAX_AREA = 2_500_000  # cells from the first to the last that holds something
MAX_EXPANDED = 100 * 1024 * 1024  # bytes of text once each cell has its own copy
MAX_GAP = 4 * 1024 * 1024  # bytes of one cell
MAX_COLUMNS = 256  # columns looked at
MAX_MERGES = 60_000
MAX_LINES = 1_048_576  # lines of a text file, empty ones too
MAX_TEXT = 131_072  # characters in one cell of a text file
