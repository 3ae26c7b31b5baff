"""工作台: export and erasure for a person who asked in writing."""

import io

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts import privacy
from core.exceptions import DomainError
from core.policies import policy_for

from .. import letters
from ..forms import EraseForm, LetterForm
from ..models import Person
from .people import PersonDetailView


@method_decorator(never_cache, name="dispatch")
class LetterView(PersonDetailView):
    """本人来信: what is held and what would go; a copy to hand over; erasing in two steps."""

    def person(self, pk):
        row = super().person(pk)
        if not policy_for(Person).may(self.request.user, "by_letter", row):
            raise PermissionDenied
        return row

    def get(self, request, pk):
        return self.answer(self.person(pk), LetterForm())

    def post(self, request, pk):
        row = self.person(pk)
        step = request.POST.get("do")
        form = (EraseForm if step == "erase" else LetterForm)(request.POST)
        if not form.is_valid():
            return self.answer(row, form, status=422)
        data = form.cleaned_data
        if step == "look":
            return self.answer(row, EraseForm(initial=data))
        try:
            if step == "erase":
                letters.erase_by_letter(row, actor=request.user, **data)
                messages.success(request, _("已注销：姓名、手机号和登录办法都去掉了，统计的数没有变。"))
                return redirect("desk:person", pk)
            content = letters.copy_by_letter(row, actor=request.user, **data)
        except DomainError as refused:
            field = refused.code.partition(".")[0]
            form.add_error(field if field in form.fields else None, refused.sentence)
            return self.answer(row, form, status=422)
        return FileResponse(
            io.BytesIO(content), as_attachment=True, filename=_("个人信息-%(key)s.zip") % {"key": row.pk}
        )

    def answer(self, row, form, status=200):
        context = {
            "person": row,
            "form": form,
            "erasing": isinstance(form, EraseForm),
            "held": [(heading, len(rows)) for heading, rows in privacy.held(row.user, row)],
            "why_not": letters.refusals(row, self.request.user),
        }
        return render(self.request, "enterprises/desk_letter.html", context, status=status)
