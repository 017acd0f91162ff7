"""One's own account."""

from django.contrib import messages
from django.contrib.auth.views import PasswordChangeView
from django.urls import reverse_lazy
from django.utils.translation import gettext as _


class PasswordChange(PasswordChangeView):
    template_name = "agencies/password_change.html"
    success_url = reverse_lazy("tasks:home")

    def form_valid(self, form):
        messages.success(self.request, _("Your password is changed. Other windows are signed out."))
        return super().form_valid(form)
