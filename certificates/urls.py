from django.urls import path

from . import views

app_name = "certificates"

urlpatterns = [
    path("verify/", views.verify, name="verify"),
    path("verify/<str:token>/", views.by_token, name="by_token"),
    path("certificates/<str:number>/", views.detail, name="detail"),
    path("certificates/<str:number>/pdf/", views.pdf, name="pdf"),
    path("certificates/<str:number>/picture/", views.picture, name="picture"),
]
