import core.clock
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.migrating import CreateAll


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [CreateAll([
        migrations.CreateModel(
            name='RetentionRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(unique=True, verbose_name='日期')),
                ('at', models.DateTimeField(default=core.clock.now, verbose_name='时间')),
                ('results', models.JSONField(default=list, verbose_name='结果')),
            ],
            options={
                'verbose_name': '到期清理',
                'verbose_name_plural': '到期清理',
                'ordering': ['-day'],
            },
        ),
        migrations.CreateModel(
            name='AuditRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=core.clock.now, verbose_name='时间')),
                ('action', models.CharField(max_length=60, verbose_name='做了什么')),
                ('object_type', models.CharField(max_length=60, verbose_name='对象')),
                ('object_id', models.CharField(max_length=60, verbose_name='对象号')),
                ('changes', models.JSONField(default=dict, verbose_name='前后')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='原因')),
                ('request_id', models.CharField(blank=True, max_length=64, verbose_name='请求号')),
                ('ip', models.GenericIPAddressField(null=True, verbose_name='网络地址')),
                ('capacity', models.CharField(blank=True, help_text='当时的角色和单位', max_length=120, verbose_name='身份')),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='谁')),
            ],
            options={
                'verbose_name': '操作日志',
                'verbose_name_plural': '操作日志',
                'indexes': [models.Index(fields=['at', 'id'], name='audit_by_time'), models.Index(fields=['actor', 'at', 'id'], name='audit_by_actor'), models.Index(fields=['action', 'at', 'id'], name='audit_by_action'), models.Index(fields=['object_type', 'object_id', 'at', 'id'], name='audit_by_object'), models.Index(fields=['request_id'], name='audit_by_request')],
            },
        ),
    ])]
