"""A person with an account. What the person may see and do comes from the acting membership."""

from django.contrib.auth.models import AbstractUser
from django.contrib.auth.models import UserManager as BaseUserManager
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _


class UserQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The people of the acting agency's branch, for its administrator alone."""
        from agencies.models import Agency, Role

        if not user.acting or user.acting.role != Role.ADMINISTRATOR:
            return self.none()
        return self.filter(memberships__agency__in=Agency.objects.visible_to(user)).distinct()


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    """A class of its own, because migrations name it."""


class User(AbstractUser):
    first_name = last_name = None
    name = models.CharField(_("Name"), max_length=50, blank=True)

    objects = UserManager()

    REQUIRED_FIELDS = []

    def __str__(self):
        return self.name or self.username

    @cached_property
    def acting(self):
        """The membership under which the person acts: the one chosen in the top bar, else the first
        in force, else None, which sees nothing."""
        return self.memberships.in_force().select_related("agency").first()
