"""Production: everything from the environment; refuses to start without what it needs."""

import os

from django.core.exceptions import ImproperlyConfigured

from .base import *  # noqa: F403
from .base import SITE_URL


def required(name):
    """The value of an environment variable; ImproperlyConfigured with the mend when it is missing."""
    try:
        return os.environ[name]
    except KeyError:
        raise ImproperlyConfigured(f"缺少环境变量 {name}：请照 .env.example 设置后再启动。") from None


DEBUG = False
DEMO = False
SECRET_KEY = required("SECRET_KEY")
# Earlier secrets, newest first: what was encrypted with them (second factors) stays readable.
SECRET_KEY_FALLBACKS = [key for key in os.environ.get("SECRET_KEY_FALLBACKS", "").split(",") if key]
MFA_REQUIRED = True
ALLOWED_HOSTS = required("ALLOWED_HOSTS").split(",")
if not SITE_URL.startswith("https://"):
    raise ImproperlyConfigured("SITE_URL 必须以 https:// 开头：签到二维码和登录都只在加密连接上使用。")
CSRF_TRUSTED_ORIGINS = [SITE_URL]

SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
