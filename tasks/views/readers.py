"""Lists of mines and tasks are for those who file, review or look after plans."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from tasks.permissions import may_read_plans


class ReadersOnlyMixin:
    """An administrator manages users and sees no plan content: 403, as on every page of plans."""

    def dispatch(self, request, *args, **kwargs):
        if not may_read_plans(request.user.acting):
            raise PermissionDenied(_("Plans are read by those who file, review or look after them."))
        return super().dispatch(request, *args, **kwargs)
