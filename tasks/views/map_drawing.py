"""The map of 进度: the outlines of the places shown, each with its figures and how it stands.

The same rows as the table beside it; nothing is asked or computed anew. A place without an outline is listed
by name, never lost.
"""

from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext

from agencies.models import Agency
from tasks import words
from tasks.rules import outlines
from tasks.standing.progress import AgencyProgress, Progress
from tasks.words import Word

WIDTH = 1000
# The height of a letter on a wide and on a narrow screen, in units of the drawing; progress.css has the same.
LETTER, NARROW_LETTER = 23, 34
STATES = {
    "met": words.MET,
    "ahead": words.AHEAD,
    "below": words.ON_THE_WAY,
    "late": words.MET_LATE,
    "missed": words.NOT_MET,
    "none": words.NO_TARGET,
    "exempt": words.MINE_FREE,
}


@dataclass(frozen=True)
class Place:
    """A row with how it stands, and who is behind below it. `state` is a key of STATES."""

    row: AgencyProgress
    state: str
    below: tuple[Agency, ...] = ()

    @property
    def word(self) -> Word:
        return STATES[self.state]

    @property
    def figures(self) -> str:
        base = self.row.standing.base
        known = base is not None and self.row.standing.done is not None and self.state != "exempt"
        return f"{self.row.standing.done}/{base}" if known else "—"

    @property
    def short_name(self) -> str:
        """Without its last letter, as maps write it; names of two letters stay whole."""
        name = self.row.agency.name
        return name[:-1] if len(name) > 2 and name[-1] in "市县区" else name


@dataclass(frozen=True)
class Drawn:
    """A place in the drawing. `named`, `named_narrow`: its name fits inside on a wide, a narrow screen."""

    place: Place
    shape: outlines.Shape

    @property
    def named(self) -> bool:
        return self._fits(LETTER)

    @property
    def named_narrow(self) -> bool:
        return self._fits(NARROW_LETTER)

    def _fits(self, letter: int) -> bool:
        return len(self.place.short_name) * letter <= self.shape.room + letter


@dataclass(frozen=True)
class Map:
    width: int = WIDTH
    height: int = 0
    drawn: tuple[Drawn, ...] = ()
    legend: tuple[tuple[str, Word, int], ...] = ()
    unoutlined: tuple[Place, ...] = ()
    zones: tuple[Agency, ...] = ()
    problems: list[str] = field(default_factory=list)


def place_of(row: AgencyProgress, found: Progress) -> Place:
    """An agency whose 不涉矿 is in force owes no share where the sentence lifts it."""
    if row.agency.pk in found.day.mine_free and row.checkpoint.lifted_if_mine_free:
        return Place(row, "exempt")
    word = words.standing_word(row.standing)
    state = next(state for state, known in STATES.items() if known is word)
    return Place(row, state, tuple(found.below_in(row.agency)))


def draw_map(places: list[Place], zones: list[Agency], folder: Path) -> Map | None:
    """The map of places beside one another; None for a single place, which needs none."""
    if len(places) < 2:
        return None
    by_code = {place.row.agency.code: place for place in places}
    picture, refused = outlines.best_picture(Path(folder), by_code, width=WIDTH)
    shapes = picture.shapes if picture else {}
    return Map(
        height=picture.height if picture else 0,
        drawn=tuple(Drawn(by_code[code], shapes[code]) for code in by_code if code in shapes),
        legend=_legend(places),
        unoutlined=tuple(place for code, place in by_code.items() if code not in shapes),
        zones=tuple(zones),
        problems=[gettext(error.sentence) % error.detail for error in refused],
    )


def _legend(places: list[Place]) -> tuple[tuple[str, Word, int], ...]:
    """The states that occur, with how many places stand so."""
    counts = {state: sum(place.state == state for place in places) for state in STATES}
    return tuple((state, STATES[state], count) for state, count in counts.items() if count)
