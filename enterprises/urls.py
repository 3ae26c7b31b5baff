"""Two doors: what enterprises and their people use, and the 工作台 of those who keep the registry."""

from django.urls import path

from .views import join

app_name = "enterprises"
urlpatterns = [path("join/", join.JoinView.as_view(), name="join")]

desk_urls = []
