"""What the exams add to the 工作台."""

from django.urls import path

from .views import marking

marking_urls = [
    path("marking/", marking.QueueView.as_view(), name="marking"),
    path("marking/<int:pk>/", marking.AnswerView.as_view(), name="marking-answer"),
]

desk_urls = [*marking_urls]
