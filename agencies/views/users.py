"""The administration of people: accounts, their hats, initial passwords."""

from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.decorators.vary import vary_on_headers
from django_filters.views import FilterView
from django_tables2 import SingleTableMixin

from agencies.actions import accounts
from agencies.filters import UserFilter
from agencies.forms import EndMembershipForm, MembershipForm, UserForm
from agencies.models import Membership, User
from agencies.permissions import may_take_over, require_administrator
from agencies.tables import UserTable
from greenmine.clock import today
from greenmine.once import once

# Where a new password waits for the one page that shows it.
ONE_TIME = "one_time_password"


@method_decorator(vary_on_headers("HX-Request"), name="dispatch")
class UserList(SingleTableMixin, FilterView):
    table_class = UserTable
    filterset_class = UserFilter
    paginate_by = 50

    def dispatch(self, request, *args, **kwargs):
        require_administrator(request)
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self):
        hats = Membership.objects.visible_to(self.request.user).in_force().select_related("agency")
        people = User.objects.visible_to(self.request.user)
        return people.prefetch_related(Prefetch("memberships", hats, to_attr="hats")).order_by("username")

    def get_template_names(self):
        return ["agencies/_user_table.html" if self.request.htmx else "agencies/user_list.html"]


def detail(request, pk):
    person = _person(request, pk)
    hat = Membership.objects.visible_to(request.user).filter(user=person).last()
    form = MembershipForm(user=request.user, initial={"agency": hat.agency_id} if hat else None)
    return _detail_page(request, person, form)


@once
def create(request):
    require_administrator(request)
    form = UserForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        given = {
            name: form.cleaned_data[name] for name in ("username", "name", "agency", "role", "valid_from")
        }
        person, password = accounts.create_user(**given, by=request.user.acting)
        return _shown_once(request, person, password)
    return render(request, "agencies/user_form.html", {"form": form}, status=422 if form.is_bound else 200)


@require_POST
@once
def add_membership(request, pk):
    person = _person(request, pk)
    form = MembershipForm(request.POST, user=request.user)
    if form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("agency", "role", "valid_from", "valid_to")}
        try:
            accounts.add_membership(user=person, by=request.user.acting, **given)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, _("Role given."))
            return redirect("agencies:user_detail", pk=pk)
    return _detail_page(request, person, form, status=422)


@once
def end_membership(request, pk):
    require_administrator(request)
    found = Membership.objects.visible_to(request.user).select_related("user", "agency")
    membership = get_object_or_404(found, pk=pk)
    form = EndMembershipForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            accounts.end_membership(
                membership=membership, last_day=form.cleaned_data["last_day"], by=request.user.acting
            )
        except ValidationError as refused:
            form.add_error(None, refused.messages)
        else:
            messages.success(request, _("The role ends on the day given. What was done under it stays."))
            return redirect("agencies:user_detail", pk=membership.user_id)
    if membership.user_id == request.user.pk:
        raise PermissionDenied("accounts")
    context = {"form": form, "membership": membership}
    return render(request, "agencies/membership_end.html", context, status=422 if form.is_bound else 200)


@require_POST
@once
def reset_password(request, pk):
    person = _person(request, pk)
    return _shown_once(request, person, accounts.reset_password(user=person, by=request.user.acting))


@require_POST
@once
def set_active(request, pk):
    person = _person(request, pk)
    active = request.POST.get("active") == "1"
    accounts.set_active(user=person, active=active, by=request.user.acting)
    messages.success(request, _("The account is open again.") if active else _("The account is closed."))
    return redirect("agencies:user_detail", pk=pk)


def _person(request, pk) -> User:
    require_administrator(request)
    return get_object_or_404(User.objects.visible_to(request.user), pk=pk)


def _shown_once(request, person: User, password: str):
    # In the session, which stays on the server, and only until the next page has shown it.
    request.session[ONE_TIME] = {"user": person.pk, "password": password}
    return redirect("agencies:user_detail", pk=person.pk)


def _detail_page(request, person: User, form: MembershipForm, *, status: int = 200):
    waiting = request.session.get(ONE_TIME)
    one_time = waiting["password"] if waiting and waiting["user"] == person.pk else ""
    if one_time:
        del request.session[ONE_TIME]
    hats = Membership.objects.visible_to(request.user).filter(user=person).select_related("agency")
    is_self = person.pk == request.user.pk
    context = {
        "person": person,
        "memberships_shown": [(hat, _standing(hat), not is_self and _is_open(hat)) for hat in hats],
        "form": form,
        "one_time": one_time,
        "is_self": is_self,
        "may_take_over": may_take_over(request.user.acting, person),
        "form_token": uuid4(),
    }
    return render(request, "agencies/user_detail.html", context, status=status)


def _standing(hat: Membership) -> str:
    if hat.valid_from > today():
        return _("not yet")
    return _("in force") if _is_open(hat) else _("ended")


def _is_open(hat: Membership) -> bool:
    return hat.valid_to is None or hat.valid_to >= today()
