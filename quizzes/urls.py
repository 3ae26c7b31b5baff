from django.urls import path

from .views import exam, paper, result

app_name = "quizzes"

urlpatterns = [
    path("attempts/<int:pk>/", exam.attempt, name="attempt"),
    path("attempts/<int:pk>/paper/", paper.paper, name="paper"),
    path("attempts/<int:pk>/standing/", paper.standing, name="standing"),
    path("attempts/<int:pk>/save/", exam.save, name="save"),
    path("attempts/<int:pk>/takeover/", exam.take_over, name="take_over"),
    path("attempts/<int:pk>/submit/", exam.submit, name="submit"),
    path("attempts/<int:pk>/note/", exam.note, name="note"),
    path("attempts/<int:pk>/result/", result.result, name="result"),
]
