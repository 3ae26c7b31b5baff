"""Doors of the account. Of allauth's own only these are routed: reauthenticate, and the second factor.

Not routed, because nobody can need them: signing up by e-mail, e-mail addresses and their confirmation, password reset by mail,
signing in by mailed code, the page for inactive accounts, trusting a browser, signing up or in by passkey alone.
"""

from allauth.account.views import reauthenticate
from django.contrib.auth.views import LogoutView
from django.urls import include, path

from .views import privacy, security, signing_in

urlpatterns = [
    path("login/", signing_in.LoginView.as_view(), name="account_login"),
    path("logout/", LogoutView.as_view(), name="account_logout"),
    path("password/", security.PasswordView.as_view(), name="account_change_password"),
    path("agree/", privacy.AgreeView.as_view(), name="account_agree"),
    path("policies/<slug:slug>/<str:version>/", privacy.PolicyVersionView.as_view(), name="account_policy"),
    path("reauthenticate/", reauthenticate, name="account_reauthenticate"),
    path("2fa/", include("allauth.mfa.urls")),
]

my_urls = [
    path("security/", security.SecurityView.as_view(), name="account_security"),
    path("security/end-others/", security.EndOthersView.as_view(), name="account_end_others"),
    path("privacy/", privacy.PrivacyView.as_view(), name="account_privacy"),
    path("privacy/export/", privacy.ExportView.as_view(), name="account_export"),
    path("privacy/export/<int:pk>/", privacy.ExportFileView.as_view(), name="account_export_file"),
    path("privacy/close/", privacy.CloseView.as_view(), name="account_close"),
]
