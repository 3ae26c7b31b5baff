"""All doors, in one list."""

from django.conf import settings
from django.urls import include, path
from django.views.generic import RedirectView, TemplateView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

import accounts.urls
import certificates.urls
import core.pictures
import core.views
import courses.urls
import enterprises.urls
import quizzes.desk_urls
import reports.urls
import training.urls
from api.routes import api
from home.start_pages import MyView

desk = [
    *reports.urls.desk_urls,
    *training.urls.desk_urls,
    *enterprises.urls.desk_urls,
    *quizzes.desk_urls.desk_urls,
    *courses.urls.desk_urls,
    *certificates.urls.desk_urls,
]

one_door = RedirectView.as_view(pattern_name="account_login", query_string=True)

urlpatterns = [
    path("favicon.ico", core.views.favicon, name="favicon"),
    path("healthz", core.views.healthz, name="healthz"),
    path("readyz", core.views.readyz, name="readyz"),
    # Wagtail's own sign-in pages know neither lock-out nor second factor: one door for all.
    path("admin/login/", one_door, name="login-of-the-admin"),
    path("_util/login/", one_door, name="login-of-private-pages"),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("media/images/<str:name>", core.pictures.rendition, name="picture"),
    path("media/original_images/<str:name>", core.pictures.original, name="picture-original"),
    path("accounts/", include("accounts.urls")),
    path("enterprises/", include("enterprises.urls")),
    path("study/", include("courses.urls")),
    path("", include("quizzes.urls")),
    path("rounds/", include(training.urls.rounds)),
    path("s/", include(training.urls.classroom)),
    path("my/", MyView.as_view(), name="my"),
    path("my/", include(accounts.urls.my_urls)),
    path("my/", include("notices.urls")),
    path("desk/", include((desk, "desk"))),
    path("api/v1/", api.urls),
    path("guide/", include("guide.urls")),
    path("", include("certificates.urls")),
    path("", include("home.urls")),
    path("", include(wagtail_urls)),
]

if settings.DEBUG:
    urlpatterns.insert(0, path("styleguide/", TemplateView.as_view(template_name="styleguide.html"), name="styleguide"))
