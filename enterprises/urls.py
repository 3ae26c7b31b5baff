from django.urls import path

from . import views

app_name = "enterprises"
urlpatterns = [path("join/", views.JoinView.as_view(), name="join")]
