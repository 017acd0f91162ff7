"""The lists of the administration: people, the audit log."""

import django_tables2 as tables
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from agencies.models import User
from greenmine.tables import Table


class UserTable(Table):
    name = tables.Column(
        verbose_name=_("Name"), linkify=("agencies:user_detail", [tables.A("pk")]), empty_values=()
    )
    username = tables.Column(verbose_name=_("Account"))
    hats = tables.Column(verbose_name=_("Roles in force"), orderable=False, empty_values=())
    is_active = tables.Column(verbose_name=_("State"))
    last_login = tables.DateTimeColumn(verbose_name=_("Last sign-in"), format="Y-m-d H:i", default=_("never"))

    class Meta(Table.Meta):
        model = User
        fields = ()
        sequence = ("name", "username", "hats", "is_active", "last_login")
        empty_text = _("Nobody matches. Clear the filters, or open an account.")

    def render_name(self, record):
        return str(record)

    def render_hats(self, record):
        if not record.hats:
            return format_html('<span class="gm-muted">{}</span>', _("none"))
        return format_html_join("", "<div>{}</div>", ((str(hat),) for hat in record.hats))

    def render_is_active(self, value):
        return _("account open") if value else _("account closed")


class AuditTable(Table):
    timestamp = tables.DateTimeColumn(
        verbose_name=_("When"), format="Y-m-d H:i:s", attrs={"td": {"class": "gm-nowrap"}}
    )
    actor = tables.Column(verbose_name=_("Who"), order_by="actor__username", default=_("the program"))
    model = tables.Column(verbose_name=_("Kind"), accessor="content_type", order_by="content_type__model")
    object_repr = tables.Column(verbose_name=_("Record"))
    action = tables.Column(verbose_name=_("Done"))
    changes = tables.Column(verbose_name=_("Changes"), orderable=False, empty_values=())

    class Meta(Table.Meta):
        fields = ()
        sequence = ("timestamp", "actor", "model", "object_repr", "action", "changes")
        empty_text = _("Nothing recorded that matches.")

    def render_model(self, value):
        return kind_word(value.model_class(), value.model)

    def render_action(self, record):
        return ACTIONS[record.action]

    def render_changes(self, record):
        words = getattr(record, "in_words", [])
        return format_html_join(
            "",
            "<div>{}: {} → {}</div>",
            ((change.name, change.old or "—", change.new or "—") for change in words),
        )


ACTIONS = {0: _("entered"), 1: _("changed"), 2: _("removed"), 3: _("read")}


def kind_word(model, fallback: str = ""):
    """What records of a model are called on the screen."""
    return KINDS.get(model._meta.label, model._meta.verbose_name) if model else fallback


KINDS = {
    "agencies.User": _("Account"),
    "agencies.Agency": _("Agency"),
    "agencies.BureauName": _("Bureau name"),
    "agencies.Membership": _("Membership"),
    "agencies.MineFreeDeclaration": _("Declaration of no mines"),
    "tasks.Mine": _("Mine"),
    "tasks.Permit": _("Permit"),
    "tasks.PolicyDocument": _("Document"),
    "tasks.Clause": _("Clause"),
    "tasks.Requirement": _("Requirement"),
}
