from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "账号"

    def ready(self):
        from django.contrib.auth.signals import user_logged_in

        from core import registry, triggers
        from core.registry import Retention

        from . import consents, desk_codes, privacy, services, sessions
        from .models import LegalVersion, SignIn

        user_logged_in.connect(sessions.begin, dispatch_uid="accounts.sessions")
        triggers.append_only(LegalVersion)
        triggers.append_only(SignIn, kept=("at", sessions.KEPT_DAYS))
        registry.retention += [
            Retention(_("短信验证码"), 1, services.forget_codes),
            Retention(_("现场登录码"), 1, desk_codes.forget),
            Retention(_("登录记录"), sessions.KEPT_DAYS + 1, sessions.forget),
            Retention(_("导出的个人信息"), privacy.EXPORT_DAYS, privacy.forget_exports),
            Retention(_("一直不用的账号"), privacy.INACTIVE_DAYS, privacy.close_inactive),
            Retention(_("已注销账号的同意记录"), 3 * 365, consents.forget),
        ]
