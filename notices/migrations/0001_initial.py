import core.clock
import django.db.models.deletion
import wagtail.models.preview
from django.db import migrations, models

from core.migrating import CreateAll


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('enterprises', '0001_initial'),
    ]

    operations = [CreateAll([
        migrations.CreateModel(
            name='NoticeTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40, unique=True, verbose_name='种类')),
                ('title', models.CharField(max_length=120, verbose_name='标题')),
                ('body', models.TextField(max_length=1000, verbose_name='正文')),
                ('sms', models.CharField(blank=True, help_text='空着 = 不发短信。花括号里的词会换成实际内容，预览里看得到。', max_length=200, verbose_name='短信')),
            ],
            options={
                'verbose_name': '消息模板',
                'verbose_name_plural': '消息模板',
                'ordering': ['kind'],
            },
            bases=(wagtail.models.preview.PreviewableMixin, models.Model),
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40, verbose_name='种类')),
                ('event', models.CharField(max_length=120)),
                ('revision', models.PositiveIntegerField(default=0)),
                ('subject', models.CharField(blank=True, db_index=True, max_length=60)),
                ('title', models.CharField(max_length=120, verbose_name='标题')),
                ('body', models.TextField(max_length=1000, verbose_name='正文')),
                ('sms', models.CharField(blank=True, max_length=300, verbose_name='短信')),
                ('url', models.CharField(blank=True, max_length=300)),
                ('created_at', models.DateTimeField(default=core.clock.now, verbose_name='时间')),
                ('read_at', models.DateTimeField(blank=True, null=True, verbose_name='看过')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='enterprises.person')),
            ],
            options={
                'verbose_name': '消息',
                'verbose_name_plural': '消息',
                'ordering': ['-created_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(choices=[('sms', '短信'), ('email', '邮件')], max_length=5, verbose_name='途径')),
                ('number', models.PositiveSmallIntegerField(default=1)),
                ('state', models.CharField(choices=[('queued', '待发'), ('gathered', '等汇总'), ('sending', '在发'), ('sent', '已发'), ('unclear', '不知道到没到'), ('failed', '没发成')], default='queued', max_length=8, verbose_name='状态')),
                ('due_at', models.DateTimeField(default=core.clock.now, verbose_name='最早发出')),
                ('claimed_at', models.DateTimeField(null=True)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('sent_at', models.DateTimeField(null=True, verbose_name='发出')),
                ('error', models.CharField(blank=True, max_length=200, verbose_name='原因')),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='notices.notice')),
            ],
            options={
                'verbose_name': '发送',
                'verbose_name_plural': '发送',
            },
        ),
        migrations.CreateModel(
            name='NoticePreference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sms', models.BooleanField(default=True, verbose_name='发短信')),
                ('email', models.BooleanField(default=True, verbose_name='发邮件')),
                ('digest', models.BooleanField(default=False, help_text='每天傍晚 6 点发一条汇总；改课、取消这样的急事照样马上发', verbose_name='不急的攒到一起')),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='notice_preference', to='enterprises.person')),
            ],
            options={
                'verbose_name': '消息设置',
                'verbose_name_plural': '消息设置',
            },
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(fields=['person', '-created_at'], name='notices_not_person__9657da_idx'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.UniqueConstraint(fields=('person', 'event', 'revision'), name='told_once'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(fields=['state', 'due_at'], name='notices_del_state_4d5a62_idx'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.UniqueConstraint(fields=('notice', 'channel', 'number'), name='delivered_once'),
        ),
    ])]
