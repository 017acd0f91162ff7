"""Whether the acting hat may import, for the buttons of pages that other views draw."""

from django import template

from tasks.actions import imports

register = template.Library()


@register.filter
def may_import(acting, kind):
    return imports.may_import(acting, kind)


@register.filter
def chosen_for(chosen, line):
    """What was chosen for a line on a page that is shown again: "file", "now" or nothing."""
    return chosen.get(f"line-{line}", "")
