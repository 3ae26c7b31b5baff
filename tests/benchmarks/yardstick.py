"""A Django project of one view and nothing else, for the same web server: what a request costs here before ours does any work."""

from django.conf import settings

settings.configure(SECRET_KEY="nothing is signed", ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, LOGGING_CONFIG=None)

from django.core.wsgi import get_wsgi_application  # noqa: E402 - the settings first
from django.http import HttpResponse  # noqa: E402
from django.urls import path  # noqa: E402

urlpatterns = [path("", lambda request: HttpResponse("ok", headers={"Content-Length": "2"}))]

application = get_wsgi_application()
