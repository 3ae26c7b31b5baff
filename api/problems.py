"""Errors as application/problem+json (RFC 9457) with our own codes."""

import json

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from ninja.errors import AuthenticationError, ValidationError

from core.exceptions import DomainError


class TooManyRequests(Exception):
    """The caller asked too often."""


def problem(status, code, sentence, **more):
    """One problem+json answer; ``code`` is stable and for programs."""
    body = {"type": "about:blank", "status": status, "code": code, "title": sentence, **more}
    text = json.dumps(body, ensure_ascii=False, default=str)
    return HttpResponse(text, status=status, content_type="application/problem+json")


def install(api):
    """Let every refusal of ``api`` answer as a problem."""

    @api.exception_handler(DomainError)
    def refused(request, error):
        return problem(422, error.code, error.sentence, params=error.params)

    @api.exception_handler(Http404)
    def unknown(request, error):
        return problem(404, "not_found", _("没有找到，或您无权查看。"))

    @api.exception_handler(PermissionDenied)
    def forbidden(request, error):
        return problem(403, "forbidden", _("您的授权不包含这一项。"))

    @api.exception_handler(AuthenticationError)
    def anonymous(request, error):
        return problem(401, "unauthenticated", _("请在 Authorization 头里带上有效的令牌：Bearer …"))

    @api.exception_handler(ValidationError)
    def invalid(request, error):
        faults = [{"field": str(fault["loc"][-1]), "message": fault["msg"]} for fault in error.errors]
        return problem(422, "invalid", _("参数不对，请看 errors。"), errors=faults)

    @api.exception_handler(TooManyRequests)
    def too_many(request, error):
        return problem(429, "too_many", _("查得太快了，请过一分钟再试。"))
