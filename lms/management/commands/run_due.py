"""manage.py run_due: every job of the timetable (settings.CELERY_BEAT_SCHEDULE) once, here and now, without Celery's servers."""

from celery import current_app
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "把定时任务各做一遍（没有 Celery beat 的小安装，可由 cron 每分钟调用）"

    def handle(self, *args, **options):
        current_app.loader.import_default_modules()
        failed = []
        for name, job in settings.CELERY_BEAT_SCHEDULE.items():
            task = current_app.tasks[job["task"]]
            result = task.apply(args=job.get("args", ()), kwargs=job.get("kwargs", {}))
            if result.failed():
                failed.append(name)
                self.stderr.write(f"{name}：{result.result!r}")
            else:
                self.stdout.write(f"{name}：完成")
        if failed:
            raise CommandError(f"没有做成：{'、'.join(failed)}。原因见上；改好后再运行一次，做过的不会重做。")
