from django.urls import path

from .views import appeals, exam, mistakes, paper, pictures, result

app_name = "quizzes"

urlpatterns = [
    path("quizzes/attempts/<int:pk>/", exam.attempt, name="attempt"),
    path("quizzes/attempts/<int:pk>/paper/", paper.paper, name="paper"),
    path("quizzes/attempts/<int:pk>/standing/", paper.standing, name="standing"),
    path("quizzes/attempts/<int:pk>/save/", exam.save, name="save"),
    path("quizzes/attempts/<int:pk>/takeover/", exam.take_over, name="take_over"),
    path("quizzes/attempts/<int:pk>/submit/", exam.submit, name="submit"),
    path("quizzes/attempts/<int:pk>/note/", exam.note, name="note"),
    path("quizzes/pictures/<slug:sha256>/", pictures.picture, name="picture"),
    path("my/mistakes/", mistakes.book, name="mistakes"),
    path("my/mistakes/practice/", mistakes.practice, name="practice"),
    path("my/mistakes/practice/<int:pk>/", mistakes.answer, name="practice-answer"),
    path("quizzes/attempts/<int:pk>/result/", result.result, name="result"),
    path("quizzes/attempts/<int:pk>/appeal/", appeals.ask, name="appeal"),
]
