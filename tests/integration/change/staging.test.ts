import { afterAll, beforeAll, expect, test } from 'vitest';
import { copyChange } from '#lib/change/drafts/copy-change.ts';
import { reviseChange } from '#lib/change/revise-change.ts';
import type { Route } from '#lib/domain/route.ts';
import type { Target } from '#lib/domain/target/target.ts';
import { renderAudit } from '#lib/record/render-audit.ts';
import { findStagedRun, flawOfStagedRun } from '#lib/staging/staged-run.ts';
import { readChange } from '#lib/views/change/read-change.ts';
import { readDraft } from '#lib/views/change/read-drafts.ts';
import { readSignPage } from '#lib/views/change/read-sign-page.ts';
import { readAudit } from '#lib/views/run/read-audit.ts';
import {
	approvedChange,
	bundleOf,
	execute,
	executeToEnd,
	expectOk,
	fileChange,
	runBundle,
	type Setting,
	sign,
	signAll,
	targetsOf,
	tryToFile,
} from '#tests/support/change.ts';
import { sharedSetting } from '#tests/support/shared-setting.ts';
import { openTestTarget, type TestTarget } from '#tests/support/test-target.ts';

const shared = sharedSetting();
let place: TestTarget;
/** Signed by the Database Administrator alone. */
let staging: Setting;
let production: Setting;

beforeAll(async () => {
	place = await openTestTarget();
	const { console } = shared;
	const staged: Target = { ...place.define(), name: 'ehg-staging', seats: ['dba'] };
	const target: Target = { ...shared.place.define(), staging: staged.name };
	staging = { console, target: staged, beside: [target] };
	production = { console, target, beside: [staged] };
});
afterAll(() => place?.close());

const column = (name: string) => ({ files: { [`${name}.sql`]: `alter table eng.teams add column ${name} text;\n` } });
const sql = <T extends Record<string, unknown>>(text: string, values: unknown[]) => shared.console.sql<T>(text, values);

async function routeIn(changeId: string): Promise<Route> {
	const [row] = await sql<{ content: string }>(`select convert_from(content, 'UTF8') as content from revision where change_id = $1`, [
		changeId,
	]);
	return JSON.parse(row?.content ?? '').route;
}

test('what has succeeded on staging, signed by its own seats, goes to production with one press and nothing to explain, and everybody sees that run', async () => {
	const { store } = shared.console;
	const targets = targetsOf(production.target, staging.target);
	const first = await runBundle(staging, column('nickname'));
	expect(first.status, JSON.stringify(first.failure)).toBe('succeeded');
	expect(await routeIn(first.change.changeId)).toEqual({ kind: 'staging' });

	const rui = await shared.console.actor('rui');
	const seen = await readChange({ store, targets, actor: rui, number: first.change.number, now: new Date() });
	expect(seen?.actions.fileFor).toEqual(['ehg']);
	expect(seen?.seats.map(({ seat }) => seat)).toEqual(['dba']);
	const { draftId } = expectOk(await copyChange({ store, targets, actor: rui, changeId: first.change.changeId, fileFor: 'ehg' }));
	const draft = await readDraft({ store, actor: rui, which: { id: draftId, changeId: null } });
	expect(draft?.text.target).toBe('ehg');

	const change = await approvedChange(production, column('nickname'), { whyNotStaging: 'Not needed, and not kept.' });
	const route = await routeIn(change.changeId);
	expect(route).toMatchObject({ kind: 'staged', staging: 'ehg-staging', run: first.runId, digest: first.change.digest, number: 1 });
	const filed = await readChange({ store, targets, actor: rui, number: change.number, now: new Date() });
	expect(filed?.route).toEqual({ ...route, flaw: null });
	expect(filed?.whyNotStaging).toBe('');
	const [chairman] = await sql<{ statement: string }>(
		`select convert_from(statement, 'UTF8') as statement from signature where change_id = $1 and seat = 'chairman'`,
		[change.changeId],
	);
	expect(JSON.parse(chairman?.statement ?? '')).toMatchObject({
		v: 3,
		route,
		meaning: `I approve execution on production of what succeeded on ehg-staging (CHG-${first.change.number}, run 1).`,
	});
	const run = await executeToEnd(production, change);
	expect(run.status, JSON.stringify(run.failure)).toBe('succeeded');
	const audit = renderAudit(await readAudit(store, run.runId));
	expect(audit).toContain('## Staging → production');
	expect(audit).toContain(first.runId);
});

test('another bundle, one byte apart, is told so; it goes straight to production only with a reason, which the Chairman signs', async () => {
	expect((await runBundle(staging, column('motto'))).status).toBe('succeeded');
	const other = { files: { 'motto.sql': 'alter table eng.teams add column motto text; \n' } };
	const refused = await tryToFile(production, bundleOf(other), { whyNotStaging: 'Hurry' });
	expect(refused).toMatchObject({
		ok: false,
		refusal: { code: 'invalid', fields: { whyNotStaging: expect.stringContaining('has not succeeded on ehg-staging') } },
	});
	const why = 'Staging has no measurements of this quarter.';
	const change = await fileChange(production, bundleOf(other), { whyNotStaging: why });
	expect(await routeIn(change.changeId)).toEqual({ kind: 'direct', staging: 'ehg-staging' });
	await signAll(production, change, ['dba', 'security_officer']);
	const { store } = shared.console;
	const page = await readSignPage({
		store,
		targets: targetsOf(production.target, staging.target),
		actor: await shared.console.actor('charles'),
		number: change.number,
		seat: 'chairman',
		now: new Date(),
	});
	expect(page?.statement).toMatchObject({
		meaning: 'I approve direct execution on production.',
		route: { kind: 'direct', staging: 'ehg-staging', why },
	});
	await expect(
		sql(
			`with forged as (select *, convert_to(jsonb_set(convert_from(statement, 'UTF8')::jsonb, '{route,why}', '"No reason."')::text, 'UTF8') as said
			 from signature where change_id = $1 and seat = 'security_officer')
			 insert into signature (change_id, revision_id, digest, seat, signer_id, requester_id, decision, statement, hash, previous_hash, factor, issued_at, expires_at)
			 select change_id, revision_id, digest, 'chairman', $2, requester_id, 'approve',
			        said, encode(sha256(said), 'hex'), hash, 'password', now(), now() + interval '1 day' from forged`,
			[change.changeId, await shared.console.idOf('charles')],
		),
		'a statement that quotes another reason',
	).rejects.toThrow('does not name the route');
});

test('a run that did not succeed, or that only a row says has succeeded, is no run on staging', async () => {
	const { store } = shared.console;
	const broken = { files: { 'twice.sql': 'alter table eng.teams add column name text;\n' } };
	const run = await runBundle(staging, broken);
	expect(run.status).toBe('rolled_back');
	const [row] = await sql<{ bundle: string }>('select bundle_digest(content) as bundle from revision where change_id = $1', [
		run.change.changeId,
	]);
	const wanted = { staging: 'ehg-staging', bundle: row?.bundle ?? '' };
	await sql(`update run set status = 'succeeded' where id = $1`, [run.runId]);
	expect(await findStagedRun(store, wanted)).toBeNull();
	const claim = { ...wanted, change: `CHG-${run.change.number}`, revision: 1, digest: run.change.digest, run: run.runId, number: 1 };
	expect(await flawOfStagedRun(store, { ...claim, ended: '', entry: '' })).toBe('the record says that it ended as rolled_back');
	expect(await flawOfStagedRun(store, { ...claim, run: run.change.changeId, ended: '', entry: '' })).toContain('does not know');
	await sql(`update run set status = 'rolled_back' where id = $1`, [run.runId]);
	await expect(
		sql(
			`insert into revision (change_id, number, title, reason, why_not_staging, risk, manifest, content, digest, system_identifier, database_oid, baseline, statement_count)
			 select change_id, 9, title, reason, '', risk, manifest, c.staged, encode(sha256(c.staged), 'hex'), system_identifier, database_oid, baseline, statement_count
			 from revision, lateral (select convert_to(jsonb_set(convert_from(content, 'UTF8')::jsonb, '{route}', $2)::text, 'UTF8') as staged) c where change_id = $1`,
			[run.change.changeId, JSON.stringify({ kind: 'staged', ...claim, ended: '', entry: '00' })],
		),
		'a revision that says so',
	).rejects.toThrow(/the record has no such run|fewer than three/);
});

test('who signs, and where, is asked of the targets file again: at each signature and at Execute', async () => {
	const change = await fileChange(staging, column('slogan'));
	const all: Setting = { ...staging, target: { ...staging.target, seats: ['dba', 'security_officer', 'chairman'] } };
	expect(await sign(all, change, { seat: 'dba' })).toMatchObject({
		ok: false,
		refusal: { message: expect.stringContaining('now asks for other signatures on ehg-staging') },
	});
	expectOk(await sign(staging, change, { seat: 'dba' }));
	const alone: Setting = { ...staging, beside: [] };
	for (const setting of [all, alone]) expect(await execute(setting, change)).toMatchObject({ ok: false, refusal: { code: 'conflict' } });
	expect((await sql('select status from change where id = $1', [change.changeId]))[0]).toEqual({ status: 'approved' });
});

test('on production every seat signs: the database takes no revision that asks for fewer', async () => {
	const { changeId } = await fileChange(production, column('anthem'));
	const content = `convert_to(jsonb_set(convert_from(content, 'UTF8')::jsonb, '{seats}', $2)::text, 'UTF8')`;
	for (const seats of ['["dba"]', '[]', '["chairman", "dba", "security_officer"]', '["operator"]'])
		await expect(
			sql(
				`insert into revision (change_id, number, title, reason, why_not_staging, risk, manifest, content, digest, system_identifier, database_oid, baseline, statement_count)
				 select change_id, 2, title, reason, why_not_staging, risk, manifest, c.less, encode(sha256(c.less), 'hex'), system_identifier, database_oid, baseline, statement_count
				 from revision, lateral (select ${content} as less) c where change_id = $1`,
				[changeId, seats],
			),
			seats,
		).rejects.toThrow(/only a staging target may ask for fewer|are no seats/);
});

test('a new revision with the bundle of a run on staging needs no reason any more', async () => {
	const bundle = bundleOf(column('emblem'));
	const { changeId } = await fileChange(production, bundle, { whyNotStaging: 'It could not wait for staging.' });
	expect((await runBundle(staging, bundle)).status).toBe('succeeded');
	const request = { target: 'ehg', title: 'Again', reason: 'It has run on staging.', whyNotStaging: '', risk: 'low' as const };
	expectOk(
		await reviseChange({
			store: shared.console.store,
			targets: targetsOf(production.target, staging.target),
			actor: await shared.console.actor('rui'),
			changeId,
			request: { ...request, responders: [await shared.console.idOf('olga')] },
			bundle,
		}),
	);
	const [revised] = await sql<{ kind: string }>(
		`select route_of(content) ->> 'kind' as kind from revision where change_id = $1 and number = 2`,
		[changeId],
	);
	expect(revised).toEqual({ kind: 'staged' });
});
