"""Who acts, for whom and on which day; and the administration of people and agencies."""

from django.urls import path

from agencies.views import accounts, acting, agencies, audit, mine_free, users

app_name = "agencies"

urlpatterns = [
    path("day/", acting.choose_day, name="choose_day"),
    path("membership/", acting.choose_membership, name="choose_membership"),
    path("account/password/", accounts.PasswordChange.as_view(), name="password_change"),
    path("mine-free/declare/", mine_free.declare, name="mine_free_declare"),
    path("mine-free/<int:pk>/confirm/", mine_free.confirm, name="mine_free_confirm"),
    path("administration/users/", users.UserList.as_view(), name="user_list"),
    path("administration/users/create/", users.create, name="user_create"),
    path("administration/users/<int:pk>/", users.detail, name="user_detail"),
    path("administration/users/<int:pk>/memberships/", users.add_membership, name="membership_add"),
    path("administration/memberships/<int:pk>/end/", users.end_membership, name="membership_end"),
    path("administration/users/<int:pk>/reset/", users.reset_password, name="user_reset_password"),
    path("administration/users/<int:pk>/activity/", users.set_active, name="user_set_active"),
    path("administration/agencies/", agencies.AgencyList.as_view(), name="agency_list"),
    path("administration/agencies/<str:code>/", agencies.detail, name="agency_detail"),
    path("administration/audit/", audit.AuditList.as_view(), name="audit_list"),
]
