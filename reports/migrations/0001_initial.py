import core.clock
import django.db.models.deletion
import reports.models.figures
import reports.models.returns
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
            name='Return',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField(verbose_name='统计期')),
                ('scope', models.CharField(max_length=6, verbose_name='范围')),
                ('version', models.PositiveSmallIntegerField(default=1, verbose_name='第几版')),
                ('state', models.CharField(choices=[('draft', '草稿'), ('submitted', '已提交'), ('sent_back', '已退回'), ('approved', '已审核'), ('frozen', '已封账')], default='draft', max_length=10, verbose_name='状态')),
                ('notes', models.JSONField(default=dict, verbose_name='说明')),
                ('created_at', models.DateTimeField(default=core.clock.now)),
                ('district', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='enterprises.district', verbose_name='区')),
            ],
            options={
                'verbose_name': '月报',
                'verbose_name_plural': '月报',
                'ordering': ['-month', 'district__order', '-version'],
            },
        ),
        migrations.CreateModel(
            name='Freeze',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('posting', models.BigIntegerField(verbose_name='记账号')),
                ('since', models.BigIntegerField(null=True, verbose_name='上期封账的记账号')),
                ('since_month', models.DateField(null=True, verbose_name='上期')),
                ('rules', models.CharField(max_length=20, verbose_name='口径版本')),
                ('figures', models.JSONField(verbose_name='封账数')),
                ('circumstances', models.JSONField(default=dict, verbose_name='当时的完整度')),
                ('sha256', models.CharField(max_length=64, verbose_name='指纹')),
                ('at', models.DateTimeField(default=core.clock.now, verbose_name='封账时间')),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('report', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='freeze', to='reports.return')),
            ],
            options={
                'verbose_name': '封账',
                'verbose_name_plural': '封账',
            },
        ),
        migrations.CreateModel(
            name='Amendment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='单号')),
                ('style', models.CharField(choices=[('next', '记入下期，列调增、调减'), ('reissue', '重开，出第 2 版')], max_length=8, verbose_name='怎么改')),
                ('state', models.CharField(choices=[('asked', '待审批'), ('agreed', '已同意'), ('refused', '不同意')], default='asked', max_length=8, verbose_name='状态')),
                ('reason', models.CharField(max_length=300, verbose_name='原因')),
                ('evidence', models.CharField(blank=True, max_length=300, verbose_name='佐证')),
                ('lines', models.JSONField(default=list, verbose_name='指标、原数、新数')),
                ('posting', models.BigIntegerField(verbose_name='记账号')),
                ('asked_at', models.DateTimeField(default=core.clock.now, verbose_name='申请时间')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='审批时间')),
                ('answer', models.CharField(blank=True, max_length=300, verbose_name='审批意见')),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('opened', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='opened_by', to='reports.return', verbose_name='重开的版本')),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='amendments', to='reports.return')),
            ],
            options={
                'verbose_name': '更正单',
                'verbose_name_plural': '更正单',
                'ordering': ['-asked_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='ReturnChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('draft', '草稿'), ('submitted', '已提交'), ('sent_back', '已退回'), ('approved', '已审核'), ('frozen', '已封账')], max_length=10, verbose_name='状态')),
                ('at', models.DateTimeField(default=core.clock.now, verbose_name='时间')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='原因')),
                ('posting', models.BigIntegerField(verbose_name='记账号')),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='谁')),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='reports.return')),
            ],
            options={
                'verbose_name': '月报经过',
                'verbose_name_plural': '月报经过',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='ReturnReader',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scope', models.CharField(max_length=6)),
                ('day', models.PositiveSmallIntegerField(default=6, verbose_name='每月几号')),
                ('last_month', models.DateField(null=True, verbose_name='最近送到的一期')),
                ('added_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('district', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='enterprises.district', verbose_name='区')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='谁')),
            ],
            options={
                'verbose_name': '月报收件人',
                'verbose_name_plural': '月报收件人',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Target',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=12, verbose_name='编号')),
                ('title', models.CharField(max_length=60, verbose_name='目标')),
                ('scope_words', models.CharField(max_length=60, verbose_name='范围')),
                ('metric', models.CharField(choices=[('sessions', '场次'), ('rounds', '轮次'), ('person_times', '人次'), ('persons', '人数'), ('enterprises', '家数'), ('small', '参训小微企业'), ('visits', '家次'), ('pass_rate', '考核合格率'), ('satisfaction', '培训满意度'), ('assisted', '帮扶家数'), ('diagnosed', '现场诊断家数'), ('newly_certified', '新获证家数'), ('coverage', '帮扶企业培训覆盖率'), ('cases', '优良案例'), ('by_hand', '人工填报')], max_length=16, verbose_name='指标')),
                ('comparator', models.CharField(choices=[('ge', '≥'), ('gt', '>'), ('le', '≤'), ('lt', '<'), ('eq', '='), ('in', '～'), ('ab', '≈')], max_length=2, verbose_name='约束')),
                ('value', models.PositiveIntegerField(verbose_name='目标值')),
                ('upper', models.PositiveIntegerField(blank=True, help_text='只有“从…到…”的目标要填', null=True, verbose_name='上限')),
                ('unit_words', models.CharField(blank=True, help_text='人工填报的目标写明单位，如 家、个、%', max_length=10, verbose_name='单位')),
                ('per_district', models.BooleanField(default=False, verbose_name='每区都要')),
                ('per_industry', models.BooleanField(default=False, verbose_name='每区每条产业链都要')),
                ('kind', models.CharField(blank=True, choices=[('K1', '集中培训'), ('K2', '行业培训'), ('K3', '个性化培训'), ('K4', '小班化教学'), ('K5', '分层级培训'), ('K6', '网络培训'), ('K7', '内审员培训'), ('K8', '公益宣贯'), ('K9', '宣传活动'), ('K10', '基层综合培训班'), ('K11', '质量攻关宣贯培训')], max_length=4, verbose_name='培训类型')),
                ('fee_nature', models.CharField(blank=True, choices=[('free', '公益免费'), ('reduced', '减免'), ('paid', '收费')], help_text='“免费培训”的目标选公益免费', max_length=8, verbose_name='收费性质')),
                ('with_promotion', models.BooleanField(default=False, help_text='目标写的是“宣传培训”才打开（口径 A13）', verbose_name='连宣传活动一起数')),
                ('is_context', models.BooleanField(default=False, help_text='本市份额没有定，摆在旁边看，不判达没达成', verbose_name='全国数，只作参考')),
                ('starts_on', models.DateField(verbose_name='开始')),
                ('ends_on', models.DateField(verbose_name='结束')),
                ('source', models.CharField(max_length=160, verbose_name='依据')),
                ('order', models.PositiveSmallIntegerField(default=0, verbose_name='排序')),
                ('pilot', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='enterprises.pilot', verbose_name='产业链')),
            ],
            options={
                'verbose_name': '目标',
                'verbose_name_plural': '目标',
                'ordering': ['order', 'key'],
            },
        ),
        migrations.CreateModel(
            name='HandFigure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on_day', models.DateField(verbose_name='截至哪天')),
                ('value', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='数值')),
                ('basis', models.CharField(max_length=300, verbose_name='数从哪儿来')),
                ('proof', models.FileField(upload_to=reports.models.figures.proof_path, verbose_name='佐证')),
                ('proof_name', models.CharField(max_length=120)),
                ('sha256', models.CharField(max_length=64)),
                ('entered_at', models.DateTimeField(default=core.clock.now, verbose_name='填报时间')),
                ('state', models.CharField(choices=[('waiting', '待审核'), ('agreed', '已通过'), ('refused', '没通过')], default='waiting', max_length=8, verbose_name='状态')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='审核时间')),
                ('because', models.CharField(blank=True, max_length=300, verbose_name='审核意见')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('district', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='enterprises.district', verbose_name='区')),
                ('entered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('target', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='hand_figures', to='reports.target', verbose_name='目标')),
            ],
            options={
                'verbose_name': '人工填报',
                'verbose_name_plural': '人工填报',
                'ordering': ['-on_day', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Workbook',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('summary', '汇总表'), ('activities', '培训场次台账'), ('people', '参训人员名册'), ('coverage', '帮扶覆盖')], max_length=10, verbose_name='哪张表')),
                ('ending', models.CharField(choices=[('xlsx', 'xlsx'), ('csv', 'csv')], default='xlsx', max_length=4, verbose_name='格式')),
                ('scope', models.JSONField(verbose_name='范围')),
                ('state', models.CharField(choices=[('waiting', '排队中'), ('running', '正在做'), ('done', '可以下载'), ('failed', '没有做成')], default='waiting', max_length=8, verbose_name='状态')),
                ('progress', models.PositiveSmallIntegerField(default=0, verbose_name='进度（%）')),
                ('rows', models.PositiveIntegerField(null=True, verbose_name='行数')),
                ('file', models.FileField(blank=True, upload_to=reports.models.returns.workbook_path, verbose_name='文件')),
                ('name', models.CharField(blank=True, max_length=160, verbose_name='文件名')),
                ('asked_at', models.DateTimeField(default=core.clock.now, verbose_name='要的时间')),
                ('done_at', models.DateTimeField(null=True, verbose_name='做好的时间')),
                ('report', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='reports.return')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '导出的表',
                'verbose_name_plural': '导出的表',
                'ordering': ['-pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='return',
            constraint=models.UniqueConstraint(fields=('month', 'scope', 'version'), name='return_version_once'),
        ),
        migrations.AddConstraint(
            model_name='amendment',
            constraint=models.UniqueConstraint(fields=('report', 'number'), name='amendment_number_once'),
        ),
        migrations.AddConstraint(
            model_name='amendment',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'asked')), fields=('report',), name='one_open_amendment'),
        ),
        migrations.AddConstraint(
            model_name='amendment',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by', None), models.Q(('decided_by', models.F('asked_by')), _negated=True), _connector='OR'), name='amendment_by_two_people'),
        ),
        migrations.AddConstraint(
            model_name='returnreader',
            constraint=models.UniqueConstraint(fields=('user', 'scope'), name='reader_once_per_scope'),
        ),
        migrations.AddConstraint(
            model_name='returnreader',
            constraint=models.CheckConstraint(condition=models.Q(('day__gte', 1), ('day__lte', 28)), name='reader_day_every_month_has'),
        ),
        migrations.AddConstraint(
            model_name='target',
            constraint=models.UniqueConstraint(fields=('key', 'starts_on'), name='target_once_per_period'),
        ),
        migrations.AddConstraint(
            model_name='target',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('comparator', 'in'), _negated=True), ('upper__gte', models.F('value')), _connector='OR'), name='target_range_has_an_upper_end'),
        ),
        migrations.AddIndex(
            model_name='handfigure',
            index=models.Index(fields=['target', 'state', 'on_day'], name='hand_figures_of_target'),
        ),
    ])]
