"""One reader for each kind of file; each gives tasks.imports.sheets.Sheet and nothing else."""
