"""A form that was taken, so that the same press of a button never acts twice."""

from django.db import models


class FormReceipt(models.Model):
    """The one-time token of a form, kept in the transaction of what the form did."""

    token = models.UUIDField(primary_key=True)
    user = models.ForeignKey("agencies.User", models.CASCADE, related_name="+")
    answer = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self):
        return str(self.token)
