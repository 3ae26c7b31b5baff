from django.urls import path

from .views import learning

app_name = "courses"
urlpatterns = [
    path("<int:pk>/enrol/", learning.EnrolView.as_view(), name="enrol"),
    path("<int:pk>/quiz/", learning.QuizView.as_view(), name="quiz"),
    path("lessons/<int:pk>/progress/", learning.ProgressView.as_view(), name="progress"),
    path("lessons/<int:pk>/read/", learning.ReadView.as_view(), name="read"),
    path("lessons/<int:pk>/quiz/", learning.LessonQuizView.as_view(), name="lesson-quiz"),
]
