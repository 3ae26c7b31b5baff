"""A password that an administrator gave out is replaced by its owner at the first sign-in."""

from wagtail import hooks


@hooks.register("after_create_user")
def ask_for_an_own_password(request, user):
    user.must_change_password = True
    user.save(update_fields=["must_change_password"])


@hooks.register("after_edit_user")
def ask_again(request, user):
    if user.pk != request.user.pk and request.POST.get("password1"):
        ask_for_an_own_password(request, user)
