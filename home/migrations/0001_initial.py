import core.blocks
import core.page_cache
import core.page_routing
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.migrating import CreateAll


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('wagtailcore', '0098_apitoken'),
    ]

    operations = [CreateAll([
        migrations.CreateModel(
            name='HomePage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('headline', models.CharField(help_text='用逗号分成两行', max_length=40, verbose_name='大标题')),
                ('lead', models.CharField(max_length=100, verbose_name='大标题下的一句话')),
                ('asked', core.blocks.ContentField(blank=True, verbose_name='大家常问')),
            ],
            options={
                'verbose_name': '首页',
                'verbose_name_plural': '首页',
            },
            bases=(core.page_routing.ShortWayMixin, core.page_cache.CachedPageMixin, 'wagtailcore.page'),
        ),
        migrations.CreateModel(
            name='SiteSettings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('site_title', models.CharField(default='质量学堂', max_length=30, verbose_name='网站名称')),
                ('host_organiser', models.CharField(blank=True, max_length=80, verbose_name='主办')),
                ('co_organiser', models.CharField(blank=True, max_length=80, verbose_name='承办')),
                ('tech_support', models.CharField(blank=True, max_length=80, verbose_name='技术支持')),
                ('phone', models.CharField(blank=True, max_length=30, verbose_name='电话')),
                ('hours', models.CharField(blank=True, max_length=40, verbose_name='接电话的时间')),
                ('icp_number', models.CharField(blank=True, max_length=40, verbose_name='ICP备案号')),
                ('police_number', models.CharField(blank=True, max_length=50, verbose_name='公网安备号')),
                ('site', models.OneToOneField(editable=False, on_delete=django.db.models.deletion.CASCADE, to='wagtailcore.site')),
            ],
            options={
                'verbose_name': '网站信息',
                'verbose_name_plural': '网站信息',
            },
        ),
    ])]
