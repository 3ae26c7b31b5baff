"""manage.py prepare_fonts: make the fonts of PDFs, once per machine."""

from django.core.management.base import BaseCommand

from core import pdf_fonts


class Command(BaseCommand):
    help = "把证明和讲义用的字体做成 PDF 能嵌入的格式（每台机器一次，约半分钟；已经做好的不再做）。"

    def handle(self, *args, **options):
        tty = self.stdout.isatty()

        def report(done, total):
            share = done * 100 // total
            self.stdout.write(f"\r字体 {share}%" if tty else f"字体 {share}%", ending="" if tty else "\n")
            self.stdout.flush()

        made = pdf_fonts.prepare(report)
        where = pdf_fonts.directory()
        self.stdout.write(f"\r字体已做好：{where}" if made else f"字体已备好：{where}")
