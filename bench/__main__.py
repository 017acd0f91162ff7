"""Run every bench/bench_*.py and print its ratios: `python -m bench [name …]`.

A bench module has `measure() -> list[Ratio]`.
"""

import importlib
import os
import sys
from pathlib import Path

import django


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "greenmine.settings")
    django.setup()
    names = sys.argv[1:] or sorted(path.stem for path in Path(__file__).parent.glob("bench_*.py"))
    missed = 0
    for name in names:
        for ratio in importlib.import_module(f"bench.{name}").measure():
            print(ratio)
            missed += not ratio.is_met
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
