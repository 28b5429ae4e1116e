"""Addresses around the sign-in. Of the library only what this house offers has one."""

from __future__ import annotations

from allauth.account import views as people
from allauth.mfa.base import views as second
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from django.urls import path, re_path

from accounts.guards import for_signed_in
from accounts.views import door

urlpatterns = [
    path("accounts/login/", door.SignIn.as_view(), name="account_login"),
    path("accounts/logout/", people.logout, name="account_logout"),
    path("accounts/inactive/", people.account_inactive, name="account_inactive"),
    path("accounts/deleted/", door.deleted, name="account_deleted"),
    path("accounts/signup/", door.SignUp.as_view(), name="account_signup"),
    path("accounts/confirm-email/", door.look_into_mail, name="account_email_verification_sent"),
    # The key is signed, or at least random: whoever has the link has the mailbox.
    re_path(
        r"^accounts/confirm-email/(?P<key>[-:\w]+)/$",
        door.ConfirmEmail.as_view(),
        name="account_confirm_email",
    ),
    path("accounts/password/reset/", people.password_reset, name="account_reset_password"),
    path(
        "accounts/password/reset/done/",
        people.password_reset_done,
        name="account_reset_password_done",
    ),
    re_path(
        r"^accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[-\w]{1,200})/$",
        people.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "accounts/password/reset/key/done/",
        people.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^settings/profile/email/(?P<secret>[-\w]{1,100})$",
        door.email_change,
        name="email_change",
    ),
    path("accounts/code/", second.authenticate, name="mfa_authenticate"),
    path(
        "settings/profile/password",
        for_signed_in(people.password_change),
        name="account_change_password",
    ),
    path(
        "settings/profile/password/set",
        for_signed_in(people.password_set),
        name="account_set_password",
    ),
    path(
        "settings/profile/again",
        for_signed_in(people.reauthenticate),
        name="account_reauthenticate",
    ),
    path(
        "settings/profile/again/code",
        for_signed_in(second.reauthenticate),
        name="mfa_reauthenticate",
    ),
    path("settings/profile/second-step", door.to_profile, name="mfa_index"),
    path(
        "settings/profile/second-step/on",
        for_signed_in(totp.activate_totp),
        name="mfa_activate_totp",
    ),
    path(
        "settings/profile/second-step/off",
        for_signed_in(totp.deactivate_totp),
        name="mfa_deactivate_totp",
    ),
    path(
        "settings/profile/recovery-codes",
        for_signed_in(recovery.view_recovery_codes),
        name="mfa_view_recovery_codes",
    ),
    path(
        "settings/profile/recovery-codes/new",
        for_signed_in(recovery.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "settings/profile/recovery-codes.txt",
        for_signed_in(recovery.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
]
