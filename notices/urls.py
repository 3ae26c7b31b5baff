"""Under /my/."""

from django.urls import path

from . import views

app_name = "notices"

urlpatterns = [
    path("notices/", views.InboxView.as_view(), name="inbox"),
    path("notices/read/", views.ReadView.as_view(), name="read"),
    path("notices/settings/", views.PreferenceView.as_view(), name="preference"),
]
