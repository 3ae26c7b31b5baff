from django.urls import path

from . import views

app_name = "courses"
urlpatterns = [
    path("<int:pk>/enrol/", views.EnrolView.as_view(), name="enrol"),
    path("<int:pk>/quiz/", views.QuizView.as_view(), name="quiz"),
    path("lessons/<int:pk>/progress/", views.ProgressView.as_view(), name="progress"),
    path("lessons/<int:pk>/read/", views.ReadView.as_view(), name="read"),
]
