"""The cast of the tests. A stands below the city, B too; C belongs to another city.

Nobody in county A may see anything of county B; the city sees both from the submission on; the province
sees all; an administrator sees people and no plan.
"""

from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command

from agencies.models import Agency
from greenmine.clock import today_is

TODAY = date(2018, 5, 25)


def pytest_configure(config):
    from django.conf import settings

    # Static files are served from their source here: no manifest has been collected.
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    settings.HTTPS = False
    settings.SECURE_SSL_REDIRECT = settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = False
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.GREENMINE_TODAY = TODAY


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "media")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The reference data is loaded once; what a test adds to it is rolled back."""
    with django_db_blocker.unblock():
        load_reference()


@pytest.fixture
def reference(db):
    """The agencies and notices as they are loaded in an installation."""
    # A browser test empties the database behind itself.
    if not Agency.objects.exists():
        load_reference()


def load_reference():
    call_command("load_reference", verbosity=0, stdout=StringIO())


@pytest.fixture
def on_day():
    """`with on_day(2018, 5, 12): …` lives through another day."""
    return lambda year, month, day: today_is(date(year, month, day))
