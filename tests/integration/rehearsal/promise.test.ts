import { expect, test } from 'vitest';
import { standBy } from '#lib/change/stand-by.ts';
import { readDrift } from '#lib/gates/baseline.ts';
import { readCatalog } from '#lib/postgres/catalog/fingerprint.ts';
import { approvedChange, executeToEnd, expectOk, fileChange, type Setting, signAll } from '#tests/support/change.ts';
import { askToRehearse, rehearseIt } from '#tests/support/rehearse.ts';
import { sharedSetting } from '#tests/support/shared-setting.ts';

const shared = sharedSetting();

function strict(): Setting {
	const target = shared.place.define((definition) => Object.assign(definition, { rehearsal: { required: true } }));
	return { console: shared.console, target };
}

/** What a change does to an object of each kind, in the rehearsal and then in production; and how that is told. */
const OTHERWISE = [
	[
		`alter table eng.teams alter mandate set default 'a'`,
		`alter table eng.teams alter mandate set default 'b'`,
		/column eng\.teams\.mandate is/,
	],
	[
		'create policy later on vh.ventures using (true)',
		'create policy later on vh.ventures using (false)',
		/policy .*later.* is defined otherwise/,
	],
	['grant insert on eng.teams to vh_reader', 'grant delete on eng.teams to vh_reader', /eng\.teams is defined otherwise/],
	[`comment on table vh.ventures is 'a'`, `comment on table vh.ventures is 'b'`, /vh\.ventures is defined otherwise/],
	[
		'alter sequence eng.directive_number owned by eng.teams.name',
		'alter sequence eng.directive_number owned by none',
		/sequence eng\.directive_number is defined otherwise/,
	],
	[
		'alter table vh.ventures disable trigger log_row_change',
		'alter table vh.ventures enable always trigger log_row_change',
		/trigger .*log_row_change.* is defined otherwise/,
	],
	[
		'create statistics eng.pair (ndistinct) on name, mandate from eng.teams',
		'create statistics eng.pair (dependencies) on name, mandate from eng.teams',
		/statistics eng\.pair is defined otherwise/,
	],
	['create publication told for table eng.teams', 'create publication told for table vh.ventures', /publication told/],
	[`alter role ehg_owner set work_mem = '5MB'`, `alter role ehg_owner set work_mem = '6MB'`, /role .*ehg_owner.* is defined otherwise/],
] as const;

test('what a change does otherwise than in its rehearsal is refused by object: each kind of it, whose names are the same', async () => {
	await shared.place.sql('create table eng.deciding (id int primary key); alter table eng.deciding owner to ehg_owner');
	const here = OTHERWISE.map(([, inProduction]) => `${inProduction};`).join('\n');
	const there = OTHERWISE.map(([rehearsed]) => `${rehearsed};`).join('\n');
	const sql = `do $$ begin if exists (select from eng.deciding) then\n${here}\nelse\n${there}\nend if; end $$;`;
	const before = await shared.place.fingerprint();
	const change = await fileChange(strict(), { files: { '1.sql': sql } });
	expect(await rehearseIt(strict(), await askToRehearse(strict(), change))).toMatchObject({ status: 'passed', failure: null });
	await signAll(strict(), change);
	expectOk(await standBy({ store: shared.console.store, actor: await shared.console.actor('olga'), changeId: change.changeId }));
	await shared.place.sql('insert into eng.deciding values (1)');
	const { status, failure } = await executeToEnd(strict(), change);
	expect(status).toBe('rolled_back');
	expect(failure?.code).toBe('not_as_rehearsed');
	for (const [, , told] of OTHERWISE) expect(failure?.message).toMatch(told);
	expect(await shared.place.fingerprint()).toBe(before);
});

test('a large object that the change makes has another number in production, and that is no difference', async () => {
	const change = await fileChange(strict(), { files: { '1.sql': 'select lo_create(0);' } });
	expect(await rehearseIt(strict(), await askToRehearse(strict(), change))).toMatchObject({ status: 'passed', failure: null });
	await signAll(strict(), change);
	expectOk(await standBy({ store: shared.console.store, actor: await shared.console.actor('olga'), changeId: change.changeId }));
	const { status, failure } = await executeToEnd(strict(), change);
	expect([status, failure?.message]).toEqual(['succeeded', undefined]);
});

/** What others do between filing and BEGIN, its undoing, and how it is told. */
const DRIFTS = [
	[
		`alter table eng.teams alter mandate set default 'c'`,
		'alter table eng.teams alter mandate drop default',
		'eng.teams.mandate was altered',
	],
	[`comment on table eng.teams is 'drifted'`, 'comment on table eng.teams is null', 'eng.teams'],
	[
		'alter sequence eng.directive_number owned by none',
		'alter sequence eng.directive_number owned by eng.strategic_directives.code',
		'sequence eng.directive_number was altered',
	],
	['alter table vh.ventures disable trigger log_row_change', 'alter table vh.ventures enable trigger log_row_change', 'log_row_change'],
	['create statistics eng.drift on name, mandate from eng.teams', 'drop statistics eng.drift', 'statistics eng.drift is new'],
	['create publication drift for table eng.teams', 'drop publication drift', 'publication drift is new'],
	[`alter role ehg_app set work_mem = '5MB'`, 'alter role ehg_app reset work_mem', 'ehg_app'],
	[
		`create table eng.decision_log_2027 partition of eng.decision_log for values from ('2037-01-01') to ('2038-01-01'); alter table eng.decision_log_2027 owner to ehg_owner`,
		'drop table eng.decision_log_2027',
		'table eng.decision_log_2027 is new',
	],
	['create table eng.refers (id bigint references eng.strategic_directives (id))', 'drop table eng.refers', 'table eng.refers is new'],
] as const;

test('what others alter between filing and BEGIN is named, each kind of object', async () => {
	const change = await approvedChange(shared, { files: { '1.sql': 'create table eng.not_reached (id int);' } });
	for (const [drift] of DRIFTS) await shared.place.sql(drift);
	const { status, failure } = await executeToEnd(shared, change);
	// The message names ten; what the page of the change lists is all of it.
	const client = await shared.place.session();
	const catalog = await readCatalog(client);
	await client.end();
	const listed = await readDrift(shared.console.store, { changeId: change.changeId, revision: 1, catalog });
	for (const [, undo] of DRIFTS) await shared.place.sql(undo);
	expect(status).toBe('rolled_back');
	expect(failure?.code).toBe('baseline_differs');
	expect(failure?.message).toContain(listed[0]);
	for (const [, , told] of DRIFTS) expect(listed.join('\n')).toContain(told);
});
