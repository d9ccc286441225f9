"""The record is opened: sources, answerable people with their days, turns, requests, supporting units' answers.

What a county has is carried over: every task gets the source that it was taken up from; lead, leader and
supporting units become dated rows (changes of lead from the ledger); extensions become requests; the rules get
the numbers that are new. It cannot be taken back: what is new has no place in the former tables.
"""

import json
from typing import Any
from collections import defaultdict
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation

import sqlalchemy as sa
from alembic import op


revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

LOCAL = timezone(timedelta(hours=8))
STATES = ('proposed', 'approved', 'assigned', 'refused', 'underway', 'parked', 'claimed', 'verified', 'closed', 'cancelled', 'merged', 'handed_off')
ENDED = "('closed', 'cancelled', 'merged', 'handed_off')"
METHODS = ('figures', 'percent', 'yes', 'occurrences')
RHYTHMS = ('none', 'weekly', 'ten_day', 'monthly', 'bimonthly', 'quarterly', 'half_yearly', 'annual', 'per_node', 'once')
GRADES = ('excellent', 'good', 'fair', 'poor')
REPORT_STATES = ('due', 'drafted', 'submitted', 'returned', 'accepted', 'discarded')

LIMITS = {
    'request_opinion': {'workdays': 2, 'from': 'entered', 'hour': 9},
    'request_decide': {'workdays': 3, 'from': 'entered', 'hour': 9},
    'request_redo': {'workdays': 3, 'from': 'entered', 'hour': 9},
    'support_answer': {'workdays': 3, 'from': 'entered'},
    'occurrence_due': {'days': 0, 'from': 'due_on'},
}
SILENCE = {
    'weekly': 14, 'ten_day': 20, 'monthly': 45, 'bimonthly': 80, 'quarterly': 120, 'half_yearly': 220, 'annual': 400,
    'per_node': 120, 'once': 184, 'none': 184,
}
SPANS = {
    'weekly': {'opens': -2, 'due': 1}, 'ten_day': {'opens': -3, 'due': 1}, 'monthly': {'opens': -10, 'due': -2},
    'bimonthly': {'opens': -10, 'due': 5}, 'quarterly': {'opens': -10, 'due': 5}, 'half_yearly': {'opens': -15, 'due': 5},
    'annual': {'opens': -30, 'due': -6}, 'per_node': {'opens': -5, 'due': 2}, 'once': {'opens': -15, 'due': -2},
}
SOURCES = {
    'measure': {'rhythm': 'none', 'days': 365, 'asks': [], 'graded': False, 'support': False},
    'project': {'rhythm': 'none', 'days': 365, 'asks': [], 'graded': False, 'support': False},
    'instruction': {'rhythm': 'weekly', 'days': 15, 'asks': ['origin', 'words'], 'graded': True, 'support': True},
    'matter': {'rhythm': 'weekly', 'days': 7, 'asks': ['origin', 'words'], 'graded': True, 'support': True},
    'decision': {'rhythm': 'monthly', 'days': 20, 'asks': ['origin', 'issued_on'], 'graded': False, 'support': True},
    'motion': {'rhythm': 'monthly', 'months': 3, 'asks': ['origin', 'number'], 'graded': False, 'support': True},
    'proposal': {'rhythm': 'monthly', 'months': 3, 'asks': ['origin', 'number'], 'graded': False, 'support': True},
    'hotline': {'rhythm': 'once', 'days': 5, 'asks': ['number'], 'graded': False, 'support': True},
    'report_line': {'rhythm': 'once', 'days': 30, 'asks': ['number'], 'graded': False, 'support': True},
    'inspection': {'rhythm': 'monthly', 'days': 30, 'asks': ['origin', 'words'], 'graded': False, 'support': True},
    'audit': {'rhythm': 'monthly', 'days': 60, 'asks': ['origin', 'words'], 'graded': False, 'support': True},
    'patrol': {'rhythm': 'monthly', 'months': 3, 'asks': ['origin', 'words'], 'graded': False, 'support': True},
    'own': {'rhythm': 'monthly', 'days': 30, 'asks': ['words'], 'graded': False, 'support': True},
}


def upgrade() -> None:
    """Apply."""
    _new_tables()
    _rules()
    _sources()
    _tasks()
    _roles()
    _requests()
    _reports()
    _evidence()
    _escalations()
    op.add_column('ledger_entry', sa.Column('raw', sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    """Nothing of it can be taken back without losing what people have written since."""
    raise NotImplementedError('0007 cannot be taken back; restore the backup made before the upgrade')


def _words(values: tuple[str, ...]) -> str:
    return ', '.join(repr(value) for value in values)


def _rows(sql: str, **values: object) -> list[Any]:
    return list(op.get_bind().execute(sa.text(sql).bindparams(**values)))


def _many(sql: str, rows: list[dict[str, Any]]) -> None:
    if rows:
        op.get_bind().execute(sa.text(sql), rows)


def _day(value: Any) -> Any:
    """A date or local day of a moment, whichever way the database gives it."""
    if value is None or isinstance(value, date) and not isinstance(value, datetime):
        return value
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    if isinstance(value, str) and len(value) == 10:
        return date.fromisoformat(value)
    return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).astimezone(LOCAL).date()


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _new_tables() -> None:
    op.create_table('number_series',
    sa.Column('region_code', sa.String(length=12), nullable=False),
    sa.Column('paper', sa.String(length=20), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_number_series_region_code_region')),
    sa.PrimaryKeyConstraint('region_code', 'paper', 'year', name=op.f('pk_number_series'))
    )
    op.create_table('source',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('region_code', sa.String(length=12), nullable=False),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('origin', sa.String(length=60), nullable=False),
    sa.Column('number', sa.String(length=40), nullable=False),
    sa.Column('issued_on', sa.Date(), nullable=True),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('approver', sa.String(length=60), nullable=False),
    sa.Column('reply_on', sa.Date(), nullable=True),
    sa.Column('unclassified', sa.Boolean(), nullable=False),
    sa.Column('document_id', sa.Integer(), nullable=True),
    sa.Column('measure_id', sa.Integer(), nullable=True),
    sa.Column('project_id', sa.Integer(), nullable=True),
    sa.Column('entered_by_id', sa.Integer(), nullable=True),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(kind = 'measure') = (measure_id IS NOT NULL)", name=op.f('ck_source_measure')),
    sa.CheckConstraint("(kind = 'project') = (project_id IS NOT NULL)", name=op.f('ck_source_project')),
    sa.CheckConstraint("kind IN ('measure', 'project', 'instruction', 'matter', 'decision', 'motion', 'proposal', 'hotline', 'report_line', 'inspection', 'audit', 'patrol', 'own')", name=op.f('ck_source_kind')),
    sa.ForeignKeyConstraint(['document_id'], ['plan_document.id'], name=op.f('fk_source_document_id_plan_document')),
    sa.ForeignKeyConstraint(['entered_by_id'], ['person.id'], name=op.f('fk_source_entered_by_id_person')),
    sa.ForeignKeyConstraint(['measure_id'], ['measure.id'], name=op.f('fk_source_measure_id_measure')),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_source_project_id_project')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_source_region_code_region')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_source'))
    )
    with op.batch_alter_table('source') as batch_op:
        batch_op.create_index(batch_op.f('ix_source_measure_id'), ['measure_id'], unique=True)
        batch_op.create_index(batch_op.f('ix_source_project_id'), ['project_id'], unique=True)
        batch_op.create_index(batch_op.f('ix_source_region_code_kind'), ['region_code', 'kind'], unique=False)

    op.create_table('answer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('region_code', sa.String(length=12), nullable=False),
    sa.Column('task_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('period', sa.String(length=16), nullable=False),
    sa.Column('state', sa.String(length=24), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('verdict', sa.String(length=24), nullable=True),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('given_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('epoch', sa.Integer(), nullable=False),
    sa.Column('flow_version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'given') <= (verdict IS NOT NULL)", name=op.f('ck_answer_verdict_when_given')),
    sa.CheckConstraint("state IN ('asked', 'silent', 'given', 'released')", name=op.f('ck_answer_state')),
    sa.CheckConstraint("verdict IS NULL OR verdict IN ('agree', 'add', 'object')", name=op.f('ck_answer_verdict')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_answer_region_code_region')),
    sa.ForeignKeyConstraint(['task_id'], ['task.id'], name=op.f('fk_answer_task_id_task')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_answer_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_answer')),
    sa.UniqueConstraint('task_id', 'unit_id', 'period', name=op.f('uq_answer_task_id_unit_id_period'))
    )
    with op.batch_alter_table('answer') as batch_op:
        batch_op.create_index(batch_op.f('ix_answer_unit_id_state'), ['unit_id', 'state'], unique=False)

    op.create_table('occurrence',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('region_code', sa.String(length=12), nullable=False),
    sa.Column('task_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('period', sa.String(length=16), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('state', sa.String(length=24), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('epoch', sa.Integer(), nullable=False),
    sa.Column('flow_version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'open') <> (ended_at IS NOT NULL)", name=op.f('ck_occurrence_ended_at_when_ended')),
    sa.CheckConstraint("state IN ('open', 'done', 'waived')", name=op.f('ck_occurrence_state')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_occurrence_region_code_region')),
    sa.ForeignKeyConstraint(['task_id'], ['task.id'], name=op.f('fk_occurrence_task_id_task')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_occurrence_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_occurrence')),
    sa.UniqueConstraint('task_id', 'period', name=op.f('uq_occurrence_task_id_period'))
    )
    with op.batch_alter_table('occurrence') as batch_op:
        batch_op.create_index(batch_op.f('ix_occurrence_region_code_state_due_on'), ['region_code', 'state', 'due_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_occurrence_task_id_state'), ['task_id', 'state'], unique=False)

    op.create_table('request',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('region_code', sa.String(length=12), nullable=False),
    sa.Column('task_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('leader_post_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('state', sa.String(length=24), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('old', sa.JSON(), nullable=False),
    sa.Column('wanted', sa.JSON(), nullable=False),
    sa.Column('granted', sa.JSON(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('progress', sa.Text(), nullable=False),
    sa.Column('too_late', sa.Boolean(), nullable=False),
    sa.Column('opinion', sa.Text(), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('epoch', sa.Integer(), nullable=False),
    sa.Column('flow_version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state IN ('granted', 'denied')) = (decided_at IS NOT NULL)", name=op.f('ck_request_decided_at_when_decided')),
    sa.CheckConstraint("kind IN ('extension', 'parking', 'cancellation', 'merging', 'owner', 'nodes')", name=op.f('ck_request_kind')),
    sa.CheckConstraint("state IN ('asked', 'returned', 'forwarded', 'granted', 'denied', 'withdrawn')", name=op.f('ck_request_state')),
    sa.ForeignKeyConstraint(['leader_post_id'], ['post.id'], name=op.f('fk_request_leader_post_id_post')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_request_region_code_region')),
    sa.ForeignKeyConstraint(['task_id'], ['task.id'], name=op.f('fk_request_task_id_task')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_request_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_request'))
    )
    with op.batch_alter_table('request') as batch_op:
        batch_op.create_index(batch_op.f('ix_request_leader_post_id_state'), ['leader_post_id', 'state'], unique=False)
        batch_op.create_index(batch_op.f('ix_request_region_code_state'), ['region_code', 'state'], unique=False)
        batch_op.create_index(batch_op.f('ix_request_task_id_state'), ['task_id', 'state'], unique=False)

    op.create_table('task_role',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('task_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.String(length=24), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('post_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('label', sa.String(length=20), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.CheckConstraint("(unit_id IS NOT NULL) <> (post_id IS NOT NULL) OR (unit_id IS NULL AND post_id IS NULL AND name <> '')", name=op.f('ck_task_role_somebody')),
    sa.CheckConstraint("role IN ('leader', 'lead', 'supporting', 'coordinator', 'supervisor', 'person', 'paired')", name=op.f('ck_task_role_role')),
    sa.CheckConstraint('until IS NULL OR until >= since', name=op.f('ck_task_role_order')),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_task_role_post_id_post')),
    sa.ForeignKeyConstraint(['task_id'], ['task.id'], name=op.f('fk_task_role_task_id_task')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_task_role_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_task_role'))
    )
    with op.batch_alter_table('task_role') as batch_op:
        batch_op.create_index(batch_op.f('ix_task_role_post_id_role'), ['post_id', 'role'], unique=False)
        batch_op.create_index(batch_op.f('ix_task_role_task_id_role'), ['task_id', 'role'], unique=False)
        batch_op.create_index(batch_op.f('ix_task_role_unit_id_role'), ['unit_id', 'role'], unique=False)
        batch_op.create_index('uq_task_role_lead', ['task_id'], unique=True, sqlite_where=sa.text("role = 'lead' AND until IS NULL"), postgresql_where=sa.text("role = 'lead' AND until IS NULL"))

    op.create_table('target_value',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('target_id', sa.Integer(), nullable=False),
    sa.Column('report_id', sa.Integer(), nullable=False),
    sa.Column('period_end', sa.Date(), nullable=False),
    sa.Column('value', sa.Numeric(precision=20, scale=6), nullable=False),
    sa.ForeignKeyConstraint(['report_id'], ['report.id'], name=op.f('fk_target_value_report_id_report')),
    sa.ForeignKeyConstraint(['target_id'], ['target.id'], name=op.f('fk_target_value_target_id_target')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_target_value')),
    sa.UniqueConstraint('target_id', 'report_id', name=op.f('uq_target_value_target_id_report_id'))
    )
    with op.batch_alter_table('target_value') as batch_op:
        batch_op.create_index(batch_op.f('ix_target_value_report_id'), ['report_id'], unique=False)


RULES = sa.table('rule_set', sa.column('id', sa.Integer), sa.column('region_code', sa.String), sa.column('kind', sa.String),
                 sa.column('since', sa.Date), sa.column('body', sa.JSON))


def _rules() -> None:
    """Every dated set has the numbers that are new; a county that was changed by hand keeps what it has."""
    bind = op.get_bind()
    first: dict[str, date] = {}
    for row in bind.execute(sa.select(RULES)).all():
        first[row.region_code] = min(first.get(row.region_code, row.since), row.since)
        added: Any = {'limits': LIMITS, 'lights': {'silence': SILENCE}}.get(row.kind)
        if added:
            bind.execute(RULES.update().where(RULES.c.id == row.id).values(body={**added, **row.body}))
    for region_code, since in first.items():
        for kind, body in (('rhythms', SPANS), ('sources', {'kinds': SOURCES})):
            bind.execute(RULES.insert().values(region_code=region_code, kind=kind, since=since, body=body))
    bind.execute(sa.text('UPDATE region SET revision = revision + 1'))


def _sources() -> None:
    op.get_bind().execute(sa.text("""
        INSERT INTO source (region_code, kind, origin, number, issued_on, words, approver, unclassified,
                            document_id, measure_id, project_id)
        SELECT t.region_code, CASE WHEN t.measure_id IS NULL THEN 'project' ELSE 'measure' END,
               coalesce(d.issuer, ''), coalesce(d.number, ''), d.issued_on, '', '', :yes, d.id, t.measure_id, t.project_id
        FROM task t LEFT JOIN measure m ON m.id = t.measure_id LEFT JOIN project p ON p.id = t.project_id
        LEFT JOIN plan_document d ON d.id = coalesce(m.document_id, p.document_id) ORDER BY t.id
    """).bindparams(sa.bindparam('yes', True, sa.Boolean())))


def _tasks() -> None:
    with op.batch_alter_table('task') as batch:
        for name in ('one_source', 'closed_at_when_closed', 'state'):
            batch.drop_constraint(op.f(f'ck_task_{name}'), type_='check')
        batch.add_column(sa.Column('source_id', sa.Integer(), nullable=True))
        batch.add_column(sa.Column('plan_agreed_on', sa.Date(), nullable=True))
        batch.add_column(sa.Column('method', sa.String(length=24), nullable=False, server_default='percent'))
        batch.add_column(sa.Column('known_on', sa.Date(), nullable=True))
        batch.add_column(sa.Column('stale_on', sa.Date(), nullable=True))
        batch.add_column(sa.Column('rhythm', sa.String(length=24), nullable=True))
        batch.add_column(sa.Column('closing_grade', sa.String(length=24), nullable=True))
        batch.add_column(sa.Column('merged_into_id', sa.Integer(), nullable=True))
        batch.add_column(sa.Column('handed_to', sa.String(length=60), nullable=False, server_default=''))
    bind = op.get_bind()
    for column in ('measure_id', 'project_id'):  # each by its own index
        of = f'SELECT s.id FROM source s WHERE s.{column} = task.{column}'
        bind.execute(sa.text(f'UPDATE task SET source_id = ({of}) WHERE {column} IS NOT NULL'))
    _methods()
    _knowledge()
    with op.batch_alter_table('task') as batch:
        batch.drop_index(op.f('ix_task_measure_id'))
        batch.drop_index(op.f('ix_task_project_id'))
        batch.drop_constraint(op.f('fk_task_measure_id_measure'), type_='foreignkey')
        batch.drop_constraint(op.f('fk_task_project_id_project'), type_='foreignkey')
        batch.drop_column('measure_id')
        batch.drop_column('project_id')
        batch.alter_column('source_id', existing_type=sa.Integer(), nullable=False)
        batch.alter_column('method', existing_type=sa.String(length=24), server_default=None)
        batch.alter_column('handed_to', existing_type=sa.String(length=60), server_default=None)
        batch.create_index(op.f('ix_task_source_id'), ['source_id'])
        batch.create_foreign_key(op.f('fk_task_source_id_source'), 'source', ['source_id'], ['id'])
        batch.create_foreign_key(op.f('fk_task_merged_into_id_task'), 'task', ['merged_into_id'], ['id'])
        batch.create_check_constraint(op.f('ck_task_state'), f'state IN ({_words(STATES)})')
        batch.create_check_constraint(op.f('ck_task_closed_at_when_ended'), f'(state IN {ENDED}) = (closed_at IS NOT NULL)')
        batch.create_check_constraint(op.f('ck_task_merged_into_when_merged'), "(state = 'merged') <= (merged_into_id IS NOT NULL)")
        batch.create_check_constraint(op.f('ck_task_method'), f'method IN ({_words(METHODS)})')
        batch.create_check_constraint(op.f('ck_task_rhythm'), f'rhythm IS NULL OR rhythm IN ({_words(RHYTHMS)})')
        batch.create_check_constraint(op.f('ck_task_closing_grade'), f'closing_grade IS NULL OR closing_grade IN ({_words(GRADES)})')


def _methods() -> None:
    """How it is known that work is done; turns of recurring work begin with the next report."""
    bind = op.get_bind()
    figures = 'EXISTS (SELECT 1 FROM target g WHERE g.measure_id = task.measure_id AND g.replaced_on IS NULL)'
    bind.execute(sa.text("UPDATE task SET method = 'yes' WHERE kind IN ('institutional', 'continuing')"))
    bind.execute(sa.text(f"UPDATE task SET method = 'figures' WHERE {figures}"))
    recurs = 'SELECT m.recurrence FROM measure m WHERE m.id = task.measure_id'
    bind.execute(sa.text(f"UPDATE task SET method = 'occurrences', rhythm = ({recurs}) WHERE ({recurs}) IS NOT NULL"))


def _knowledge() -> None:
    """The last day on which something was heard, and from when on more is missing."""
    reporting: dict[str, list[tuple[date, dict[str, Any]]]] = defaultdict(list)
    for row in op.get_bind().execute(sa.select(RULES).where(RULES.c.kind == 'reporting').order_by(RULES.c.since)):
        reporting[row.region_code].append((row.since, row.body))
    found = []
    tasks = _rows(
        'SELECT id, region_code, document_code, kind, measure_id, rhythm, accepted_at, progress_at FROM task '
        'WHERE accepted_at IS NOT NULL'
    )
    for task in tasks:
        known = max(filter(None, (_day(task.accepted_at), _day(task.progress_at))))
        numbers: Any = next((body for since, body in reversed(reporting[task.region_code]) if since <= known), {'rhythm': {}})
        source = 'measure' if task.measure_id else 'project'
        keys = (f'{task.document_code}.{task.kind}', task.document_code, f'{source}.{task.kind}', source)
        rhythm = task.rhythm or next((numbers['rhythm'][key] for key in keys if key in numbers['rhythm']), 'none')
        found.append({'b_id': task.id, 'known_on': known, 'stale_on': known + timedelta(days=SILENCE[rhythm])})
    table = sa.table('task', sa.column('id', sa.Integer), sa.column('known_on', sa.Date), sa.column('stale_on', sa.Date))
    if found:
        kept = table.update().where(table.c.id == sa.bindparam('b_id'))
        op.get_bind().execute(kept.values(known_on=sa.bindparam('known_on'), stale_on=sa.bindparam('stale_on')), found)


def _roles() -> None:
    """Who answers, from the day of entry on; changes of the lead unit as the ledger tells them."""
    units = {(row.region_code, row.short): row.id for row in _rows('SELECT region_code, short, id FROM unit')}
    begun = {
        row.subject_id: _day(row.at)
        for row in _rows("SELECT subject_id, at FROM ledger_entry WHERE subject_kind = 'task' AND verb = 'begin'")
    }
    changes: dict[int, list[tuple[date, str, str]]] = defaultdict(list)
    for row in _rows(
        "SELECT subject_id, at, changes FROM ledger_entry WHERE subject_kind = 'task' AND verb IN ('reassign', 'transfer') ORDER BY seq"
    ):
        if told := _json(row.changes).get('牵头单位'):
            changes[row.subject_id].append((_day(row.at), *told))
    supporting: dict[int, list[int]] = defaultdict(list)
    for support in _rows('SELECT task_id, unit_id FROM task_unit ORDER BY task_id, unit_id'):
        supporting[support.task_id].append(support.unit_id)
    rows: list[dict[str, Any]] = []
    for task in _rows('SELECT id, region_code, lead_unit_id, leader_post_id, start_on FROM task ORDER BY id'):
        since = begun.get(task.id) or _day(task.start_on)
        blank: dict[str, Any] = {'task_id': task.id, 'role': 'lead', 'unit_id': None, 'post_id': None, 'name': '', 'label': '', 'until': None}
        first = since
        for day, old, _new in changes[task.id]:
            if unit := units.get((task.region_code, old)):
                rows.append({**blank, 'unit_id': unit, 'since': first, 'until': max(first, day - timedelta(days=1))})
            first = day
        rows.append({**blank, 'unit_id': task.lead_unit_id, 'since': first})
        rows.append({**blank, 'role': 'leader', 'post_id': task.leader_post_id, 'since': since})
        rows += [{**blank, 'role': 'supporting', 'unit_id': unit, 'since': since} for unit in supporting[task.id]]
    roles = sa.table('task_role', *(sa.column(name) for name in ('task_id', 'role', 'unit_id', 'post_id', 'name', 'label')),
                     sa.column('since', sa.Date), sa.column('until', sa.Date))
    if rows:
        op.bulk_insert(roles, rows)
    op.drop_table('task_unit')


def _requests() -> None:
    """Extensions become requests; those that wait for the leader go on waiting, and their clock runs anew."""
    requests = sa.table(
        'request', sa.column('id', sa.Integer),
        *(sa.column(name, sa.String) for name in ('region_code', 'kind', 'state', 'reason', 'progress', 'opinion')),
        *(sa.column(name, sa.Integer) for name in ('task_id', 'unit_id', 'leader_post_id', 'version', 'epoch', 'flow_version')),
        *(sa.column(name, sa.JSON) for name in ('old', 'wanted', 'granted')),
        *(sa.column(name, sa.DateTime(timezone=True)) for name in ('asked_at', 'decided_at')),
        sa.column('too_late', sa.Boolean),
    )
    bind = op.get_bind()
    old = sa.table('extension', *(sa.column(name, kind) for name, kind in (
        ('id', sa.Integer), ('task_id', sa.Integer), ('asked_at', sa.DateTime(timezone=True)), ('old_due_on', sa.Date),
        ('new_due_on', sa.Date), ('reason', sa.Text), ('too_late', sa.Boolean), ('granted', sa.Boolean),
        ('decided_at', sa.DateTime(timezone=True)))))
    tasks = {row.id: row for row in _rows('SELECT id, region_code, lead_unit_id, leader_post_id FROM task')}
    for asked in bind.execute(sa.select(old).order_by(old.c.id)).all():
        task = tasks[asked.task_id]
        wanted = {'new_due_on': _day(asked.new_due_on).isoformat()}
        state = 'forwarded' if asked.granted is None else 'granted' if asked.granted else 'denied'
        made = bind.execute(requests.insert().values(
            region_code=task.region_code, task_id=task.id, unit_id=task.lead_unit_id, leader_post_id=task.leader_post_id,
            kind='extension', state=state, asked_at=asked.asked_at, decided_at=asked.decided_at,
            old={'due_on': _day(asked.old_due_on).isoformat()}, wanted=wanted, granted=wanted if state == 'granted' else {},
            reason=asked.reason, progress='', opinion='', too_late=asked.too_late, version=1, epoch=1, flow_version=1,
        ).returning(requests.c.id)).scalar_one()
        if state == 'forwarded':
            _remind(task.region_code, made, asked.asked_at)
    op.drop_table('extension')


def _remind(region_code: str, request_id: int, asked_at: datetime) -> None:
    """The reminder to answer: three days after it was asked, or at the next sweep."""
    timers = sa.table(
        'timer', *(sa.column(name) for name in ('region_code', 'subject_kind', 'subject_id', 'rule', 'rule_version', 'ordinal',
                                              'verb', 'epoch', 'because', 'state', 'attempts', 'last_error')),
        *(sa.column(name, sa.DateTime(timezone=True)) for name in ('due_at', 'not_before')),
    )
    due = asked_at + timedelta(days=3)
    op.get_bind().execute(timers.insert().values(
        region_code=region_code, subject_kind='request', subject_id=request_id, rule='request_decide', rule_version='2021-01-01',
        ordinal=0, verb='urge_decision', epoch=1, because='申请提出后 3 天（升级时补上）', state='armed', attempts=0, last_error='',
        due_at=due, not_before=due,
    ))


def _reports() -> None:
    with op.batch_alter_table('report') as batch:
        batch.drop_constraint(op.f('ck_report_state'), type_='check')
        batch.add_column(sa.Column('origin', sa.String(length=24), nullable=False, server_default='rhythm'))
        batch.add_column(sa.Column('reckoned', sa.Integer(), nullable=True))
        batch.add_column(sa.Column('as_of', sa.Date(), nullable=True))
        batch.add_column(sa.Column('fulfilled', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column('shortfall', sa.Text(), nullable=False, server_default=''))
        batch.alter_column('period', existing_type=sa.String(length=8), type_=sa.String(length=16), existing_nullable=False)
        batch.alter_column('due_on', existing_type=sa.Date(), nullable=True)
    with op.batch_alter_table('report') as batch:
        for name, kind in (('origin', sa.String(length=24)), ('fulfilled', sa.Boolean()), ('shortfall', sa.Text())):
            batch.alter_column(name, existing_type=kind, server_default=None)
        batch.create_check_constraint(op.f('ck_report_state'), f'state IN ({_words(REPORT_STATES)})')
        batch.create_check_constraint(op.f('ck_report_origin'), "origin IN ('rhythm', 'office', 'own')")
        batch.create_check_constraint(op.f('ck_report_due_on_unless_own'), "(due_on IS NULL) = (origin = 'own')")
        batch.create_check_constraint(op.f('ck_report_reckoned'), 'reckoned IS NULL OR reckoned BETWEEN 0 AND 100')
    _as_of()
    _values()


def _as_of() -> None:
    """Every written report speaks for the end of its period, or for the day of its writing if that was earlier."""
    rows = [
        {'b_id': row.id, 'as_of': min(_day(row.period_end), _day(row.drafted_at))}
        for row in _rows('SELECT id, period_end, drafted_at FROM report WHERE drafted_at IS NOT NULL')
    ]
    table = sa.table('report', sa.column('id', sa.Integer), sa.column('as_of', sa.Date))
    if rows:
        op.get_bind().execute(table.update().where(table.c.id == sa.bindparam('b_id')).values(as_of=sa.bindparam('as_of')), rows)


def _values() -> None:
    """What accepted reports gave. They told the state so far, so their targets go on being told that way."""
    known = {row.id for row in _rows('SELECT id FROM target')}
    rows = []
    for report in _rows("SELECT id, period_end, figures FROM report WHERE state = 'accepted' ORDER BY period_end, id"):
        for key, text in (_json(report.figures) or {}).items():
            try:
                value = Decimal(str(text))
            except InvalidOperation:
                continue
            if key.isdecimal() and int(key) in known and value.is_finite():
                rows.append({'target_id': int(key), 'report_id': report.id, 'period_end': _day(report.period_end), 'value': value})
    values = sa.table('target_value', sa.column('target_id'), sa.column('report_id'), sa.column('period_end', sa.Date),
                      sa.column('value', sa.Numeric(20, 6)))
    if rows:
        op.bulk_insert(values, rows)
    told = sa.text('UPDATE target SET cumulative = :no WHERE id IN (SELECT target_id FROM target_value)')
    op.get_bind().execute(told.bindparams(sa.bindparam('no', False, sa.Boolean())))


def _evidence() -> None:
    with op.batch_alter_table('evidence') as batch:
        batch.add_column(sa.Column('region_code', sa.String(length=12), nullable=True))
        batch.add_column(sa.Column('subject_kind', sa.String(length=20), nullable=True))
        batch.add_column(sa.Column('subject_id', sa.Integer(), nullable=True))
    op.get_bind().execute(sa.text("""
        UPDATE evidence SET region_code = (SELECT t.region_code FROM task t WHERE t.id = evidence.task_id),
            subject_kind = CASE WHEN report_id IS NULL THEN 'task' ELSE 'report' END,
            subject_id = coalesce(report_id, task_id)
    """))
    with op.batch_alter_table('evidence') as batch:
        batch.drop_index(op.f('ix_evidence_report_id'))
        batch.drop_constraint(op.f('uq_evidence_task_id_sha256'), type_='unique')
        batch.drop_constraint(op.f('fk_evidence_report_id_report'), type_='foreignkey')
        batch.drop_column('report_id')
        batch.alter_column('task_id', existing_type=sa.Integer(), nullable=True)
        batch.alter_column('region_code', existing_type=sa.String(length=12), nullable=False)
        batch.alter_column('subject_kind', existing_type=sa.String(length=20), nullable=False)
        batch.alter_column('subject_id', existing_type=sa.Integer(), nullable=False)
        batch.create_foreign_key(op.f('fk_evidence_region_code_region'), 'region', ['region_code'], ['code'])
        batch.create_index(op.f('ix_evidence_sha256'), ['sha256'])
        batch.create_index(op.f('ix_evidence_task_id'), ['task_id'])
        batch.create_unique_constraint(op.f('uq_evidence_subject_kind_subject_id_sha256'), ['subject_kind', 'subject_id', 'sha256'])


def _escalations() -> None:
    """A paper hung on a report or on the task: its key says on which. Numbers go on where they stand."""
    with op.batch_alter_table('escalation') as batch:
        batch.add_column(sa.Column('subject_kind', sa.String(length=20), nullable=True))
        batch.add_column(sa.Column('subject_id', sa.Integer(), nullable=True))
        batch.add_column(sa.Column('ladder', sa.String(length=20), nullable=False, server_default='default'))
    known = {row.id for row in _rows('SELECT id FROM report')}
    rows: list[dict[str, Any]] = []
    last: dict[tuple[str, str, int], int] = defaultdict(int)
    for paper in _rows('SELECT id, task_id, because_key, region_code, paper, number FROM escalation'):
        kind, _, rest = paper.because_key.partition(':')
        number = rest.partition(':')[0]
        on_report = kind == 'report' and number.isdecimal() and int(number) in known
        rows.append({'id': paper.id, 'kind': 'report' if on_report else 'task', 'subject': int(number) if on_report else paper.task_id})
        year, _, serial = paper.number.partition('-')
        if serial.isdecimal():
            key = (paper.region_code, paper.paper, int(year))
            last[key] = max(last[key], int(serial))
    _many('UPDATE escalation SET subject_kind = :kind, subject_id = :subject WHERE id = :id', rows)
    _many(
        'INSERT INTO number_series (region_code, paper, year, last) VALUES (:region, :paper, :year, :last)',
        [{'region': region, 'paper': paper, 'year': year, 'last': number} for (region, paper, year), number in last.items()],
    )
    with op.batch_alter_table('escalation') as batch:
        batch.alter_column('subject_kind', existing_type=sa.String(length=20), nullable=False)
        batch.alter_column('subject_id', existing_type=sa.Integer(), nullable=False)
        batch.alter_column('ladder', existing_type=sa.String(length=20), server_default=None)
        batch.drop_constraint(op.f('uq_escalation_task_id_because_key_step'), type_='unique')
        batch.create_index(op.f('ix_escalation_subject_kind_subject_id_state'), ['subject_kind', 'subject_id', 'state'])
        batch.create_unique_constraint(
            op.f('uq_escalation_subject_kind_subject_id_because_key_step'), ['subject_kind', 'subject_id', 'because_key', 'step']
        )
