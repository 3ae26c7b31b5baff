"""allauth as this project uses it."""

import base64
import hashlib

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import sessions


class AccountAdapter(DefaultAccountAdapter):
    """Nobody registers through allauth's own form: a new phone registers by its first code (accounts.views)."""

    def is_open_for_signup(self, request):
        return False

    def _get_login_attempts_cache_key(self, request, **credentials):
        # Per account and address: who guesses from elsewhere does not lock the owner out.
        return f"{credentials.get('username', '').lower()}:{self.get_client_ip(request)}"

    def post_login(self, request, user, **kwargs):
        # Every stage is done, the second factor too: only now is it a sign-in.
        sessions.log_sign_in(request, user, request.session.pop("sign_in_way", "phone"))
        return super().post_login(request, user, **kwargs)

    def respond_user_inactive(self, request, user):
        messages.error(request, _("这个账号已停用，请联系主办单位。"))
        return redirect("account_login")

    def add_message(self, request, level, message_template=None, *args, **kwargs):
        # "You are signed in" is plain to see.
        if message_template not in ("account/messages/logged_in.txt", "account/messages/logged_out.txt"):
            super().add_message(request, level, message_template, *args, **kwargs)


class MfaAdapter(DefaultMFAAdapter):
    """Secrets of the second factor are kept encrypted: a stolen copy of the database opens nothing."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": gettext_lazy("这一种现在不能停用。"),
        "incorrect_code": gettext_lazy("数字不对，请看清验证器上现在的六位；手机时间不准也会不对。"),
        "cannot_generate_recovery_codes": gettext_lazy("请先设好验证器或通行密钥，再生成备用码。"),
    }

    def get_totp_label(self, user):
        return user.display_name

    def get_totp_issuer(self):
        return settings.WAGTAIL_SITE_NAME

    def _get_site_name(self):
        return settings.WAGTAIL_SITE_NAME

    def generate_authenticator_name(self, user, type):  # noqa: A002 - allauth's own name
        return _("通行密钥 %(n)s") % {"n": user.authenticator_set.filter(type=type).count() + 1}

    def encrypt(self, text):
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text):
        return _fernet().decrypt(encrypted_text.encode()).decode()


def _fernet():
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = (hashlib.sha256(b"accounts.mfa:" + key.encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
