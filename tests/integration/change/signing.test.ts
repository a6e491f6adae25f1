import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { revokeSessions } from '#lib/access/revoke-sessions.ts';
import { reviseChange } from '#lib/change/revise-change.ts';
import { withdrawChange } from '#lib/change/withdraw-change.ts';
import type { Seat } from '#lib/domain/roles.ts';
import { refuseChange } from '#lib/signatures/refuse-change.ts';
import { revokeSignature } from '#lib/signatures/revoke-signature.ts';
import { signChange } from '#lib/signatures/sign-change.ts';
import {
	ADDRESS,
	bundleOf,
	execute,
	expectOk,
	type FiledChange,
	fileChange,
	sign,
	signAll,
	targetsOf,
	tryToFile,
} from '#tests/support/change.ts';
import { PASSWORD, type PersonKey } from '#tests/support/people.ts';
import { sharedSetting } from '#tests/support/shared-setting.ts';
import { openSession, until } from '#tests/support/sql.ts';
import { readRecord } from '#tests/support/test-console.ts';

const setting = sharedSetting();

const BUNDLE = { files: { '1.sql': 'create table eng.made (id int)' } };

function file(requester: PersonKey = 'rui'): Promise<FiledChange> {
	return fileChange(setting, BUNDLE, { requester });
}

async function seen(changeId: string) {
	const [change] = await setting.console.sql<{ status: string; revision: string }>(
		'select status, current_revision as revision from change where id = $1',
		[changeId],
	);
	const signatures = await setting.console.sql<{ seat: string; live: string }>(
		'select seat, revoked_at is null as live from signature where change_id = $1 order by issued_at',
		[changeId],
	);
	return { ...change, signatures: signatures.map((s) => (s.live === 't' ? s.seat : `${s.seat} revoked`)) };
}

/** Refused with that code, and neither the change nor its signatures are any different. */
async function expectRefused(change: FiledChange, code: string, attempt: () => Promise<{ ok: boolean }>) {
	const before = await seen(change.changeId);
	const result = await attempt();
	expect(result).toMatchObject({ ok: false, refusal: { code } });
	expect(await seen(change.changeId)).toEqual(before);
	return (result as unknown as { refusal: { message: string } }).refusal.message;
}

describe('signing in turn', () => {
	test('moves the change from seat to seat, and stores statements that hash to what the next one names', async () => {
		const change = await file();
		const statuses: (string | undefined)[] = [];
		for (const seat of ['dba', 'security_officer', 'chairman'] as const) {
			expectOk(await sign(setting, change, { seat }));
			statuses.push((await seen(change.changeId)).status);
		}
		expect(statuses).toEqual(['awaiting_security_officer', 'awaiting_chairman', 'approved']);
		const rows = await setting.console.sql<{ seat: string; statement: string; hash: string; previous_hash: string | null; factor: string }>(
			`select seat, encode(statement, 'hex') as statement, hash, previous_hash, factor from signature where change_id = $1 order by issued_at`,
			[change.changeId],
		);
		let previous: string | null = null;
		for (const row of rows) {
			const bytes = Buffer.from(row.statement, 'hex');
			const statement = JSON.parse(bytes.toString('utf8'));
			expect(createHash('sha256').update(bytes).digest('hex')).toBe(row.hash);
			expect(row.previous_hash).toBe(previous);
			expect(statement).toMatchObject({
				...{
					v: 3,
					route: { kind: 'direct', staging: null, why: 'There is no staging in a test.' },
					accepted: [],
					change: `CHG-${change.number}`,
					revision: 1,
					digest: change.digest,
					target: 'ehg',
					role: row.seat,
					decision: 'approve',
				},
				previous,
			});
			expect(row.factor).toBe('password');
			previous = row.hash;
		}
		const chairman = JSON.parse(Buffer.from(rows[2]?.statement ?? '', 'hex').toString('utf8'));
		expect(chairman.meaning).toBe('I approve direct execution on production.');
		expect(Date.parse(chairman.expires) - Date.parse(chairman.issued)).toBe(24 * 3_600_000);
	});

	test.each(['security_officer', 'chairman'] as const)(
		'is refused to the %s before the Database Administrator has signed',
		async (seat) => {
			const change = await file();
			expect(await expectRefused(change, 'conflict', () => sign(setting, change, { seat }))).toContain("Database Administrator's turn");
		},
	);

	test('is refused a second time', async () => {
		const change = await file();
		await signAll(setting, change, ['dba']);
		await expectRefused(change, 'conflict', () => sign(setting, change, { seat: 'dba' }));
		await expectRefused(change, 'conflict', () => sign(setting, change, { seat: 'dba', person: 'dario' }));
	});

	test('is refused to whoever does not hold the role, administrators included', async () => {
		const change = await file();
		for (const person of ['rui', 'samir', 'olga', 'aude', 'ada'] as const) {
			await expectRefused(change, 'forbidden', () => sign(setting, change, { seat: 'dba', person }));
		}
	});

	test('is refused to the requester, whatever roles they hold', async () => {
		const change = await file('mei');
		const why = await expectRefused(change, 'forbidden', () => sign(setting, change, { seat: 'dba', person: 'mei' }));
		expect(why).toContain('You cannot sign your own change');
		expect((await readRecord(setting.console)).at(-1)).toMatchObject({
			kind: 'act.refused',
			actor: { name: 'Mei Tanaka' },
			subject: { changeId: change.changeId, revision: 1 },
			data: { act: 'sign as Database Administrator', reason: why },
		});
	});

	test('is refused to one person in two seats', async () => {
		const change = await file();
		expectOk(await sign(setting, change, { seat: 'dba', person: 'dario' }));
		expect(await expectRefused(change, 'forbidden', () => sign(setting, change, { seat: 'security_officer', person: 'dario' }))).toContain(
			'One person may sign in one seat only',
		);
	});

	test('is refused with a wrong password, which is recorded and never stored', async () => {
		const change = await file();
		await expectRefused(change, 'forbidden', () => sign(setting, change, { seat: 'dba', password: 'not-the-password' }));
		const record = await readRecord(setting.console);
		expect(record.at(-1)).toMatchObject({ kind: 'act.refused', actor: { name: 'Dana Brandt' }, data: { address: expect.any(String) } });
		expect(JSON.stringify(record)).not.toContain('not-the-password');
	});

	test('is refused for another digest than the current one', async () => {
		const change = await file();
		await expectRefused(change, 'conflict', () => sign(setting, { ...change, digest: 'f'.repeat(64) }, { seat: 'dba' }));
	});

	test('is refused when the session was revoked while its owner was typing', async () => {
		const change = await file();
		const actor = await setting.console.actor('dana');
		await revokeSessions({ store: setting.console.store, personId: actor.id, actor: { id: null, name: 'system' } });
		const decision = {
			store: setting.console.store,
			targets: targetsOf(setting.target),
			actor,
			...change,
			password: PASSWORD,
			address: ADDRESS,
		};
		await expectRefused(change, 'not_signed_in', () => signChange({ ...decision, seat: 'dba' }));
	});

	test('is refused when the role was taken away while its owner was typing', async () => {
		const change = await file();
		const actor = await setting.console.actor('dana');
		await setting.console.sql(`delete from person_role where person_id = $1 and role = 'dba'`, [actor.id]);
		try {
			const decision = {
				store: setting.console.store,
				targets: targetsOf(setting.target),
				actor,
				...change,
				password: PASSWORD,
				address: ADDRESS,
			};
			await expectRefused(change, 'forbidden', () => signChange({ ...decision, seat: 'dba' }));
		} finally {
			await setting.console.sql(`insert into person_role (person_id, role) values ($1, 'dba')`, [actor.id]);
		}
	});

	test('stores one signature of twenty that come at the same moment', async () => {
		const change = await file();
		const results = await Promise.all(
			Array.from({ length: 20 }, (_, i) => sign(setting, change, { seat: 'dba', person: i % 2 === 0 ? 'dana' : 'dario' })),
		);
		expect(results.filter((result) => result.ok)).toHaveLength(1);
		// One person may try a few at a time: the throttle may be the one that says no.
		const refusals = results.flatMap((result) => (result.ok ? [] : result.refusal.code));
		expect(refusals.filter((code) => code !== 'conflict' && code !== 'throttled')).toEqual([]);
		expect(await seen(change.changeId)).toMatchObject({ status: 'awaiting_security_officer', signatures: ['dba'] });
		const signed = (await readRecord(setting.console)).filter((e) => e.kind === 'change.signed' && e.subject.changeId === change.changeId);
		expect(signed).toHaveLength(1);
	});
});

describe('what takes signatures away', () => {
	test('a new revision voids them all, and what was signed before cannot be executed', async () => {
		const change = await file();
		await signAll(setting, change);
		const revised = expectOk(
			await reviseChange({
				store: setting.console.store,
				targets: targetsOf(setting.target),
				actor: await setting.console.actor('rui'),
				changeId: change.changeId,
				request: await requestOf(),
				bundle: bundleOf({ files: { '1.sql': 'create table eng.made (id bigint)' } }),
			}),
		);
		expect(revised.digest).not.toBe(change.digest);
		expect(await seen(change.changeId)).toMatchObject({ status: 'awaiting_dba', revision: '2' });
		expect(await execute(setting, change)).toMatchObject({ ok: false, refusal: { code: 'conflict' } });
		expect(await execute(setting, { ...change, digest: revised.digest })).toMatchObject({ ok: false, refusal: { code: 'conflict' } });
		await expectRefused(change, 'conflict', () => sign(setting, change, { seat: 'dba' }));
		expectOk(await sign(setting, { ...change, digest: revised.digest }, { seat: 'dba' }));
	});

	test('time: a signature that has expired is no quorum, and nobody signs on it', async () => {
		const brief = { console: setting.console, target: setting.place.define((d) => Object.assign(d, { signaturesExpireAfter: '1s' })) };
		const change = await fileChange(brief, BUNDLE);
		expectOk(await sign(brief, change, { seat: 'dba' }));
		await wait(1_100);
		expect(await sign(brief, change, { seat: 'security_officer' })).toMatchObject({ ok: false, refusal: { code: 'conflict' } });
		expect(await seen(change.changeId)).toMatchObject({ status: 'expired', signatures: ['dba'] });
		expect((await readRecord(setting.console)).at(-1)).toMatchObject({ kind: 'change.expired' });
	});

	test('revoking one’s own takes the later seats with it', async () => {
		const change = await file();
		await signAll(setting, change);
		const revoke = async (person: PersonKey) =>
			revokeSignature({ store: setting.console.store, actor: await setting.console.actor(person), changeId: change.changeId });
		await expectRefused(change, 'not_found', () => revoke('olga'));
		expect(expectOk(await revoke('samir'))).toEqual({ seat: 'security_officer' });
		expect(await seen(change.changeId)).toEqual({
			...{ status: 'awaiting_security_officer', revision: '1' },
			signatures: ['dba', 'security_officer revoked', 'chairman revoked'],
		});
		expect(await execute(setting, change)).toMatchObject({ ok: false, refusal: { code: 'conflict' } });
		await signAll(setting, change, ['security_officer', 'chairman']);
		expect(await seen(change.changeId)).toMatchObject({ status: 'approved' });
	});

	test('a refusal needs a reason, sends the change back, and is signed too', async () => {
		const change = await file();
		const refuse = async (reason: string, seat: Seat = 'dba') =>
			refuseChange({
				...{
					store: setting.console.store,
					targets: targetsOf(setting.target),
					actor: await setting.console.actor('dana'),
					...change,
					seat,
					reason,
				},
				...{ password: PASSWORD, address: ADDRESS },
			});
		await expectRefused(change, 'invalid', () => refuse('  '));
		await expectRefused(change, 'forbidden', () => refuse('not my seat', 'chairman'));
		expectOk(await refuse('The table needs a primary key'));
		expect(await seen(change.changeId)).toMatchObject({ status: 'rejected' });
		const [row] = await setting.console.sql('select decision, reason from signature where change_id = $1', [change.changeId]);
		expect(row).toEqual({ decision: 'refuse', reason: 'The table needs a primary key' });
		await expectRefused(change, 'conflict', () => sign(setting, change, { seat: 'dba', person: 'dario' }));
	});

	test('withdrawing is the requester’s alone, and final', async () => {
		const change = await file();
		await signAll(setting, change);
		const withdraw = async (person: PersonKey) =>
			withdrawChange({
				store: setting.console.store,
				actor: await setting.console.actor(person),
				changeId: change.changeId,
				reason: 'No need',
			});
		for (const person of ['dana', 'ada', 'mei'] as const) await expectRefused(change, 'forbidden', () => withdraw(person));
		expectOk(await withdraw('rui'));
		expect(await seen(change.changeId)).toMatchObject({ status: 'withdrawn' });
		await expectRefused(change, 'conflict', () => sign(setting, change, { seat: 'dba', person: 'dario' }));
		await expectRefused(change, 'conflict', () => execute(setting, change));
		await expectRefused(change, 'conflict', () => withdraw('rui'));
	});

	async function requestOf() {
		return {
			...{ target: 'ehg', title: 'A change of the tests', reason: 'Shows what happens to it.', risk: 'low' as const },
			...{ whyNotStaging: 'There is no staging in a test.', responders: [await setting.console.idOf('olga')] },
		};
	}
});

describe('filing', () => {
	test('is a requester’s', async () => {
		for (const requester of ['dana', 'ada', 'aude'] as const) {
			expect(await tryToFile(setting, bundleOf(BUNDLE), { requester })).toMatchObject({ ok: false, refusal: { code: 'forbidden' } });
		}
	});

	test('refuses a bundle as a whole, with every finding, and stores nothing', async () => {
		const count = async () => (await setting.console.sql('select count(*) as n from change'))[0];
		const before = await count();
		const bundle = bundleOf({ files: { '1.sql': 'create table eng.x ();\ncommit;\n', '2.sql': 'vacuum; select 1 from' } });
		const filed = await tryToFile(setting, bundle);
		expect(filed).toMatchObject({ ok: false, refusal: { code: 'invalid' } });
		const findings = filed.ok ? [] : filed.refusal.findings.map(({ file: path, line }) => `${path}:${line}`);
		expect(findings).toEqual(expect.arrayContaining(['1.sql:2', '2.sql:1']));
		expect(findings.length).toBeGreaterThanOrEqual(3);
		expect(await count()).toEqual(before);
	});

	test('succeeds although the console’s database answers slowly', async () => {
		const held = await openSession(setting.console.superuserUrl);
		try {
			await held.query('begin; lock table revision_catalog in exclusive mode');
			const filing = file();
			await until('filing to wait for the lock', async () => (await setting.console.sql('select from pg_locks where not granted')).length);
			// Longer than Prisma lets a transaction take by itself.
			await held.query('select pg_sleep(5.5); commit');
			expect(await seen((await filing).changeId)).toMatchObject({ status: 'awaiting_dba' });
		} finally {
			await held.end();
		}
	});

	test('refuses a target that does not answer, and stores nothing', async () => {
		const target = setting.place.define((d) => {
			d.connection.database = 'no_such_database';
		});
		expect(await tryToFile({ console: setting.console, target }, bundleOf(BUNDLE))).toMatchObject({
			ok: false,
			refusal: { code: 'unavailable' },
		});
	});
});
