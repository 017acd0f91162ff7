"""What was changed in a record, by whom and when, in words: read from the audit log.

Foreign keys are kept there as ids. They are looked up together, so that a long history asks as many
queries as a short one.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from auditlog.models import LogEntry
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.encoding import force_str

EMPTY = {"None", "", None}


@dataclass(frozen=True)
class Change:
    """One field: its name in words, the old and the new value, "" for unknown."""

    name: str
    old: str
    new: str


@dataclass(frozen=True)
class Entry:
    log: LogEntry
    changes: list[Change] = field(default_factory=list)


def history(logs: Iterable[LogEntry]) -> list[Entry]:
    """Each log entry with its changes in words."""
    logs = list(logs)
    names = _names_of_related(logs)
    return [Entry(log, _changes(log, names)) for log in logs]


def _fields(log: LogEntry):
    model = log.content_type.model_class()
    for name, change in (log.changes_dict or {}).items():
        field_ = _field(model, name)
        # The log also names what points here, such as a mine's tasks: those are records of their own.
        if field_ is None or field_.concrete:
            yield name, change, field_


def _field(model, name: str):
    try:
        return model._meta.get_field(name) if model else None
    except FieldDoesNotExist:
        return None


def _changes(log: LogEntry, names: dict) -> list[Change]:
    changes = []
    for name, change, field_ in _fields(log):
        label = force_str(getattr(field_, "verbose_name", name))
        if isinstance(change, dict):  # many to many: which were added or taken away
            changes.append(Change(label, "", "、".join(change.get("objects", []))))
            continue
        old, new = (_word(field_, value, names) for value in change)
        if name not in ("id", "recorded_at") and old != new:
            changes.append(Change(label, old, new))
    return changes


def _word(field_, value, names: dict) -> str:
    if value in EMPTY:
        return ""
    if isinstance(field_, models.ForeignKey):
        return names.get((field_.related_model, str(value)), str(value))
    if field_ is not None and field_.flatchoices:
        return force_str(dict(field_.flatchoices).get(value, value))
    return {"True": "✓", "False": "—"}.get(value, value)


def _names_of_related(logs: list[LogEntry]) -> dict:
    wanted = defaultdict(set)
    for log in logs:
        for _name, change, field_ in _fields(log):
            if isinstance(field_, models.ForeignKey) and not isinstance(change, dict):
                wanted[field_.related_model] |= {value for value in change if str(value).isdigit()}
    return {
        (model, str(pk)): str(instance)
        for model, ids in wanted.items()
        for pk, instance in model._default_manager.in_bulk([int(one) for one in ids]).items()
    }
