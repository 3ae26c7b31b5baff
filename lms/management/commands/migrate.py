"""manage.py migrate: Django's own, in less time."""

from django.core.management.commands import migrate

from core.migrating import drawing_quickly


class Command(migrate.Command):
    def handle(self, *args, **options):
        with drawing_quickly():
            super().handle(*args, **options)
