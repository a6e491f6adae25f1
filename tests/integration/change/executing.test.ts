import { afterEach, describe, expect, test } from 'vitest';
import { standBy } from '#lib/change/stand-by.ts';
import { revokeSignature } from '#lib/signatures/revoke-signature.ts';
import { readFormChoices } from '#lib/views/change/read-form-choices.ts';
import {
	approvedChange,
	bundleOf,
	execute,
	expectOk,
	type FiledChange,
	fileChange,
	readRun,
	runToEnd,
	sign,
	signAll,
	targetsOf,
	tryToFile,
} from '#tests/support/change.ts';
import { sharedSetting } from '#tests/support/shared-setting.ts';
import { readRecord } from '#tests/support/test-console.ts';

const setting = sharedSetting();

afterEach(async () => {
	await setting.console.sql(`update run set status = 'rolled_back' where status = 'queued'`);
});

const BUNDLE = { files: { '1.sql': 'create table eng.made (id int)' } };
const runsOf = (change: FiledChange) => setting.console.sql('select id from run where change_id = $1', [change.changeId]);

async function expectNotExecuted(change: FiledChange, refusal: Record<string, unknown>, attempt = () => execute(setting, change)) {
	expect(await attempt()).toMatchObject({ ok: false, refusal });
	expect(await runsOf(change)).toEqual([]);
}

test('only who may stand by is offered, taken and heard as a responder', async () => {
	const { people } = await readFormChoices({ store: setting.console.store, targets: targetsOf(setting.target) });
	const names = people.map((person) => person.name);
	expect(names).toEqual(expect.arrayContaining(['Rui Almeida', 'Olga Petrov', 'Ada Min']));
	expect(names).not.toContain('Aude Laurent');
	const message = expect.stringContaining('Aude Laurent cannot be an incident responder');
	expect(await tryToFile(setting, bundleOf(BUNDLE), { responders: ['olga', 'aude'] })).toMatchObject({
		ok: false,
		refusal: { code: 'invalid', message },
	});

	const change = await fileChange(setting, BUNDLE, { responders: ['otto'] });
	const id = await setting.console.idOf('otto');
	await setting.console.sql(`update person_role set role = 'auditor' where person_id = $1`, [id]);
	try {
		const checkedIn = await standBy({
			store: setting.console.store,
			actor: await setting.console.actor('otto'),
			changeId: change.changeId,
		});
		expect(checkedIn).toMatchObject({ ok: false, refusal: { code: 'forbidden' } });
		expect(await setting.console.sql('select from stand_by where change_id = $1', [change.changeId])).toEqual([]);
	} finally {
		await setting.console.sql(`update person_role set role = 'operator' where person_id = $1`, [id]);
	}
});

describe('executing is refused', () => {
	test('without the quorum, seat by seat', async () => {
		const change = await fileChange(setting, BUNDLE);
		for (const seat of ['dba', 'security_officer', 'chairman'] as const) {
			await expectNotExecuted(change, { code: 'conflict' });
			expectOk(await sign(setting, change, { seat }));
		}
	});

	test('to whoever is no operator, administrators included', async () => {
		const change = await approvedChange(setting, BUNDLE);
		for (const operator of ['rui', 'dana', 'aude', 'ada'] as const) {
			await expectNotExecuted(change, { code: 'forbidden' }, () => execute(setting, change, { operator }));
		}
	});

	test('to the requester, who is an operator too', async () => {
		const change = await approvedChange(setting, BUNDLE, { requester: 'mei' });
		await expectNotExecuted(change, { code: 'forbidden' }, () => execute(setting, change, { operator: 'mei' }));
	});

	test('to a signer where the target separates them, and only there', async () => {
		const separated = { console: setting.console, target: setting.place.define((d) => Object.assign(d, { operatorMaySign: false })) };
		const change = await fileChange(setting, BUNDLE);
		expectOk(await sign(setting, change, { seat: 'dba', person: 'dario' }));
		await signAll(setting, change, ['security_officer', 'chairman']);
		expectOk(await standBy({ store: setting.console.store, actor: await setting.console.actor('olga'), changeId: change.changeId }));
		await expectNotExecuted(change, { code: 'forbidden' }, () => execute(separated, change, { operator: 'dario' }));
		expectOk(await execute(setting, change, { operator: 'dario' }));
	});

	test('to an operator who lost the role since', async () => {
		const change = await approvedChange(setting, BUNDLE);
		const id = await setting.console.idOf('otto');
		await setting.console.sql(`update person set active = false where id = $1`, [id]);
		try {
			await expect(execute(setting, change, { operator: 'otto' })).rejects.toThrow();
			expect(await runsOf(change)).toEqual([]);
		} finally {
			await setting.console.sql(`update person set active = true where id = $1`, [id]);
		}
	});

	test.each([
		[
			'lost the role',
			`delete from person_role where person_id = $1 and role = 'security_officer'`,
			`insert into person_role values ($1, 'security_officer')`,
		],
		['is no longer active', 'update person set active = false where id = $1', 'update person set active = true where id = $1'],
	])('when a signer %s since', async (_what, lose, giveBack) => {
		const change = await approvedChange(setting, BUNDLE);
		const id = await setting.console.idOf('samir');
		await setting.console.sql(lose, [id]);
		try {
			await expectNotExecuted(change, { code: 'conflict', message: expect.stringContaining('Samir Osei') });
		} finally {
			await setting.console.sql(giveBack, [id]);
		}
	});

	test('while a responder named on the change is not standing by, and 30 minutes after they did', async () => {
		const change = await fileChange(setting, BUNDLE, { responders: ['olga', 'ines'] });
		await signAll(setting, change);
		const checkIn = async (person: 'olga' | 'ines' | 'otto') =>
			standBy({ store: setting.console.store, actor: await setting.console.actor(person), changeId: change.changeId });
		expect(await checkIn('otto')).toMatchObject({ ok: false, refusal: { code: 'forbidden' } });
		expectOk(await checkIn('olga'));
		await expectNotExecuted(change, { code: 'conflict', message: expect.stringContaining('not standing by: Ines Duarte') });
		expectOk(await checkIn('ines'));
		await setting.console.sql(`update stand_by set at = now() - interval '31 minutes' where person_id = $1`, [
			await setting.console.idOf('ines'),
		]);
		await expectNotExecuted(change, { code: 'conflict', message: expect.stringContaining('not standing by: Ines Duarte') });
		await setting.console.sql(`update stand_by set at = now() - interval '29 minutes' where person_id = $1`, [
			await setting.console.idOf('ines'),
		]);
		expectOk(await execute(setting, change));
	});

	test.each([
		[
			'a file',
			`update revision_file set bytes = $2, sha256 = encode(sha256($2), 'hex') where revision_id = (select id from revision where change_id = $1)`,
			'signatures are void',
		],
		['the manifest', 'update revision set manifest = manifest || $2 where change_id = $1', 'signatures are void'],
		[
			'what the digest is taken over, and the digest',
			`update revision r set content = edited, digest = encode(sha256(edited), 'hex')
			 from (select id, convert_to(replace(convert_from(content, 'UTF8'), title, convert_from($2, 'UTF8')), 'UTF8') as edited from revision) e
			 where e.id = r.id and r.change_id = $1`,
			'has been revised since you read it',
		],
	])('when somebody edited %s past every guard of the database', async (_what, edit, message) => {
		const change = await approvedChange(setting, BUNDLE);
		const tables = ['revision', 'revision_file'];
		await setting.console.sql(tables.map((table) => `alter table ${table} disable trigger all`).join(';'));
		try {
			await setting.console.sql(edit, [change.changeId, Buffer.from('drop table eng.teams;')]);
		} finally {
			await setting.console.sql(tables.map((table) => `alter table ${table} enable trigger all`).join(';'));
		}
		await expectNotExecuted(change, { code: 'conflict', message: expect.stringContaining(message) });
	});
});

describe('executing twice', () => {
	test('at the same moment, by two operators, makes one run', async () => {
		const change = await approvedChange(setting, BUNDLE);
		const results = await Promise.all([execute(setting, change, { operator: 'olga' }), execute(setting, change, { operator: 'otto' })]);
		expect(results.filter((r) => r.ok)).toHaveLength(1);
		expect(await runsOf(change)).toHaveLength(1);
		const claimed = (await readRecord(setting.console)).filter((e) => e.kind === 'run.claimed' && e.subject.changeId === change.changeId);
		expect(claimed).toHaveLength(1);
	});

	test('by a double click, and ten more, makes one run', async () => {
		const change = await approvedChange(setting, BUNDLE);
		const results = await Promise.all(Array.from({ length: 12 }, () => execute(setting, change)));
		expect(results.filter((r) => r.ok)).toHaveLength(1);
		expect(await runsOf(change)).toHaveLength(1);
	});

	test('two changes on one target makes one run; the other can be executed after it', async () => {
		const changes = [await approvedChange(setting, BUNDLE), await approvedChange(setting, BUNDLE)];
		const results = await Promise.all(changes.map((change) => execute(setting, change)));
		expect(results.filter((r) => r.ok)).toHaveLength(1);
		const other = changes[results.findIndex((r) => !r.ok)] as FiledChange;
		expect(results.find((r) => !r.ok)).toMatchObject({ refusal: { code: 'conflict' } });
		expect(await runsOf(other)).toEqual([]);
		await setting.console.sql(`update run set status = 'rolled_back' where status = 'queued'`);
		expectOk(await execute(setting, other));
	});

	test('looked at by two workers at the same moment, is run once', async () => {
		const change = await approvedChange(setting, { files: { '1.sql': 'create table eng.made_once (id int)' } });
		const { runId } = expectOk(await execute(setting, change));
		await Promise.all([runToEnd(setting, runId), runToEnd(setting, runId)]);
		expect(await readRun(setting.console, runId)).toMatchObject({ status: 'succeeded' });
		expect(await setting.place.sql('select count(*) as n from countersign.marker where run_id = $1', [runId])).toEqual([{ n: '1' }]);
		const started = await setting.console.sql(
			`select 1 from journal_entry where run_id = $1 and step = 'transaction' and phase = 'started'`,
			[runId],
		);
		expect(started).toHaveLength(1);
		await setting.place.sql('drop table eng.made_once');
	});
});

test('a signature cannot be revoked any more when the run has started', async () => {
	const change = await approvedChange(setting, BUNDLE);
	expectOk(await execute(setting, change));
	const revoked = await revokeSignature({
		store: setting.console.store,
		actor: await setting.console.actor('dana'),
		changeId: change.changeId,
	});
	expect(revoked).toMatchObject({ ok: false, refusal: { code: 'conflict' } });
	expect(await setting.console.sql('select 1 from signature where change_id = $1 and revoked_at is not null', [change.changeId])).toEqual(
		[],
	);
});

test('refuses a requester as the only incident responder of their own change', async () => {
	const alone = await tryToFile(setting, bundleOf(BUNDLE), { requester: 'rui', responders: ['rui'] });
	expect(alone).toMatchObject({ ok: false, refusal: { code: 'invalid', message: expect.stringContaining('Name somebody else as well') } });
	expect(await tryToFile(setting, bundleOf(BUNDLE), { requester: 'rui', responders: ['rui', 'olga'] })).toMatchObject({ ok: true });
});
