"""The base of every list: what an unknown value reads, and an order that is the same on each page."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

UNKNOWN = _("unknown")
MOST_ON_A_PAGE = 200


class Table(tables.Table):
    """`class MineTable(Table)` with a `class Meta(Table.Meta)`; the list is ordered by pk after all else."""

    class Meta:
        template_name = "django_tables2/greenmine.html"
        empty_text = _("Nothing here")
        order_by = ()

    def paginate(self, *args, per_page=None, **kwargs):
        per_page = per_page and min(max(per_page, 1), MOST_ON_A_PAGE)
        super().paginate(*args, per_page=per_page, **kwargs)

    @property
    def order_by(self):
        return self._order_by

    @order_by.setter
    def order_by(self, value):
        # Rows that are equal in the chosen column could otherwise stand on two pages, or on none.
        tables.Table.order_by.fset(self, value)
        if isinstance(self.data, tables.data.TableQuerysetData):
            self.data.data = ordered_to_the_last(self.data.data)


def ordered_to_the_last(rows):
    """The queryset in its own order, and by pk where that leaves two rows equal."""
    order = list(rows.query.order_by or rows.model._meta.ordering)
    if order and str(order[-1]).lstrip("-") in ("pk", "id"):
        return rows
    return rows.order_by(*order, "pk")


class NumberColumn(tables.Column):
    """Figures stand right, one under the other; an unknown one is never 0."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("default", UNKNOWN)
        kwargs.setdefault("attrs", {"td": {"class": "gm-num"}, "th": {"class": "gm-num"}})
        super().__init__(*args, **kwargs)
