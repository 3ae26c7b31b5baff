from django.apps import AppConfig


class LmsConfig(AppConfig):
    name = "lms"
    verbose_name = "质量学堂"
