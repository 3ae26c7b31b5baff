import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.migrating import CreateAll


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('enterprises', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [CreateAll([
        migrations.CreateModel(
            name='LedgerHead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('last_number', models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Posting',
            fields=[
                ('number', models.BigIntegerField(primary_key=True, serialize=False, verbose_name='记账号')),
                ('posted_at', models.DateTimeField(db_index=True, verbose_name='记账时间')),
                ('kind', models.CharField(choices=[('closing', '结班记账'), ('completion', '学完记账'), ('supplement', '补记'), ('correction', '更正'), ('merge', '合并')], max_length=12, verbose_name='类型')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='原因')),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='谁')),
            ],
            options={
                'verbose_name': '记账',
                'verbose_name_plural': '记账',
                'ordering': ['number'],
            },
        ),
        migrations.CreateModel(
            name='Activity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=60, verbose_name='来源键')),
                ('title', models.CharField(max_length=160, verbose_name='名称')),
                ('kind', models.CharField(choices=[('K1', '集中培训'), ('K2', '行业培训'), ('K3', '个性化培训'), ('K4', '小班化教学'), ('K5', '分层级培训'), ('K6', '网络培训'), ('K7', '内审员培训'), ('K8', '公益宣贯'), ('K9', '宣传活动'), ('K10', '基层综合培训班'), ('K11', '质量攻关宣贯培训')], max_length=4, verbose_name='培训类型')),
                ('mode', models.CharField(choices=[('on_site', '线下'), ('online', '线上'), ('blended', '线上线下结合')], max_length=8, verbose_name='授课方式')),
                ('fee_nature', models.CharField(choices=[('free', '公益免费'), ('reduced', '减免'), ('paid', '收费')], max_length=8, verbose_name='收费性质')),
                ('started_on', models.DateField(verbose_name='开始')),
                ('ended_on', models.DateField(db_index=True, verbose_name='结束')),
                ('class_hours', models.DecimalField(decimal_places=1, max_digits=5, verbose_name='学时')),
                ('held', models.BooleanField(help_text='一场有人组织、定时举行的活动；自学的网络课不计场次', verbose_name='计场次')),
                ('district', models.ForeignKey(help_text='空 = 市级', null=True, on_delete=django.db.models.deletion.PROTECT, to='enterprises.district', verbose_name='主办单位所在区')),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='enterprises.organiser', verbose_name='主办单位')),
                ('pilot', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='enterprises.pilot', verbose_name='产业链')),
                ('posting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='activities', to='ledger.posting')),
                ('reversed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reversed_activities', to='ledger.posting')),
            ],
            options={
                'verbose_name': '活动',
                'verbose_name_plural': '活动',
            },
        ),
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('layer', models.CharField(choices=[('top', '最高管理者'), ('middle', '中层管理人员'), ('frontline', '一线员工'), ('other', '其他')], default='other', max_length=10, verbose_name='层级')),
                ('is_auditor', models.BooleanField(default=False, verbose_name='其中：内审员')),
                ('enterprise_pilots', models.JSONField(default=list, verbose_name='企业的产业链')),
                ('size_class', models.CharField(choices=[('large', '大型'), ('medium', '中型'), ('small', '小型'), ('micro', '微型'), ('unknown', '未填')], default='unknown', max_length=8, verbose_name='规模')),
                ('kind', models.CharField(choices=[('K1', '集中培训'), ('K2', '行业培训'), ('K3', '个性化培训'), ('K4', '小班化教学'), ('K5', '分层级培训'), ('K6', '网络培训'), ('K7', '内审员培训'), ('K8', '公益宣贯'), ('K9', '宣传活动'), ('K10', '基层综合培训班'), ('K11', '质量攻关宣贯培训')], max_length=4, verbose_name='培训类型')),
                ('mode', models.CharField(choices=[('on_site', '线下'), ('online', '线上'), ('blended', '线上线下结合')], max_length=8, verbose_name='授课方式')),
                ('fee_nature', models.CharField(choices=[('free', '公益免费'), ('reduced', '减免'), ('paid', '收费')], max_length=8, verbose_name='收费性质')),
                ('class_hours', models.DecimalField(decimal_places=1, max_digits=5, verbose_name='认定学时')),
                ('occurred_on', models.DateField(verbose_name='归属日期')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='原因')),
                ('activity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='ledger.activity')),
                ('district', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='enterprises.district', verbose_name='区')),
                ('enterprise', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='enterprises.enterprise', verbose_name='企业')),
                ('owner', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='enterprises.organiser', verbose_name='主办单位')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='enterprises.person')),
                ('pilot', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='enterprises.pilot', verbose_name='期次的产业链')),
                ('posting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='ledger.posting')),
                ('reversed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reversed_entries', to='ledger.posting')),
            ],
            options={
                'verbose_name': '台账分录',
                'verbose_name_plural': '台账分录',
                'indexes': [models.Index(condition=models.Q(('reversed_by', None)), fields=['occurred_on', 'id'], name='live_entries_by_day'), models.Index(condition=models.Q(('reversed_by', None)), fields=['district', 'occurred_on', 'id'], name='live_entries_by_district'), models.Index(condition=models.Q(('reversed_by', None)), fields=['enterprise', 'occurred_on'], name='live_entries_by_enterprise'), models.Index(condition=models.Q(('reversed_by', None)), fields=['owner', 'occurred_on'], name='live_entries_by_owner'), models.Index(condition=models.Q(('reversed_by', None)), fields=['person'], name='live_entries_by_person')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('reversed_by', None)), fields=('activity', 'person'), name='one_live_entry_per_activity_and_person')],
            },
        ),
        migrations.CreateModel(
            name='ActivityFact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(choices=[('expected', '应到'), ('registered', '报名'), ('examined', '实考'), ('passed_first', '一次合格'), ('passed', '合格'), ('certified', '发证'), ('surveyed', '问卷发放'), ('answered', '有效问卷'), ('satisfied', '满意和非常满意'), ('grades', '满意度总分（5 分制）')], max_length=16)),
                ('value', models.IntegerField()),
                ('activity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='facts', to='ledger.activity')),
                ('district', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='enterprises.district')),
                ('posting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='facts', to='ledger.posting')),
            ],
            options={
                'verbose_name': '活动数据',
                'verbose_name_plural': '活动数据',
                'constraints': [models.UniqueConstraint(fields=('activity', 'district', 'name', 'posting'), name='one_fact_per_posting'), models.UniqueConstraint(condition=models.Q(('district', None)), fields=('activity', 'name', 'posting'), name='one_fact_without_district_per_posting')],
            },
        ),
        migrations.AddConstraint(
            model_name='activity',
            constraint=models.UniqueConstraint(condition=models.Q(('reversed_by', None)), fields=('key',), name='one_live_activity_per_key'),
        ),
    ])]
