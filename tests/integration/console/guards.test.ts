import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canonicalBytes } from '#lib/domain/canonical-json.ts';
import { appendRecord } from '#lib/record/append-record.ts';
import {
	approvedChange,
	execute,
	executeToEnd,
	expectOk,
	type FiledChange,
	fileChange,
	type Setting,
	sign,
	signAll,
} from '#tests/support/change.ts';
import type { PersonKey } from '#tests/support/people.ts';
import { openSession } from '#tests/support/sql.ts';
import { openTestConsole, readRecord, type TestConsole } from '#tests/support/test-console.ts';
import { openTestTarget, type TestTarget } from '#tests/support/test-target.ts';

// What the database itself refuses, asked by raw SQL with the console's own login: whatever the code does.

let console_: TestConsole;
let place: TestTarget;
let setting: Setting;
let app: pg.Client;

beforeAll(async () => {
	console_ = await openTestConsole();
	place = await openTestTarget();
	setting = { console: console_, target: place.define() };
	app = await openSession(console_.appUrl);
});
afterAll(async () => {
	await app?.end();
	await console_?.close();
	await place?.close();
});

const BUNDLE = { files: { '1.sql': 'create table eng.made (id int)' } };

async function revisionOf(change: FiledChange, number = 1) {
	const [row] = await console_.sql<{ id: string; digest: string; requester_id: string }>(
		'select r.id, r.digest, c.requester_id from revision r join change c on c.id = r.change_id where c.id = $1 and r.number = $2',
		[change.changeId, number],
	);
	if (!row) throw new Error('no revision');
	return row;
}

async function insertRun(change: FiledChange, operator: PersonKey, requesterId?: string) {
	const revision = await revisionOf(change);
	return app.query(
		`insert into run (change_id, number, revision_id, digest, target, operator_id, requester_id, truth) values ($1, 1, $2, $3, 'ehg', $4, $5, '{}')`,
		[change.changeId, revision.id, revision.digest, await console_.idOf(operator), requesterId ?? revision.requester_id],
	);
}

async function insertSignature(
	change: FiledChange,
	seat: string,
	signer: PersonKey,
	also: { requesterId?: string; previous?: string; number?: number } = {},
) {
	const revision = await revisionOf(change, also.number);
	const route = { kind: 'direct', staging: null, why: 'There is no staging in a test.' };
	const statement = canonicalBytes({ route, digest: revision.digest, role: seat, nonce: randomBytes(8).toString('hex') });
	return app.query(
		`insert into signature (change_id, revision_id, digest, seat, signer_id, requester_id, decision, statement, hash, previous_hash, factor, issued_at, expires_at)
		 values ($1, $2, $3, $4, $5, $6, 'approve', $7, encode(sha256($7), 'hex'), $8, 'password', now(), now() + interval '1 day')`,
		[
			...[change.changeId, revision.id, revision.digest, seat, await console_.idOf(signer), also.requesterId ?? revision.requester_id],
			...[statement, also.previous ?? null],
		],
	);
}

describe('a run', () => {
	test('is refused without the quorum, after each seat but the last', async () => {
		const change = await fileChange(setting, BUNDLE);
		await expect(insertRun(change, 'olga')).rejects.toMatchObject({ code: '23514' });
		for (const seat of ['dba', 'security_officer'] as const) {
			expectOk(await sign(setting, change, { seat }));
			await expect(insertRun(change, 'olga')).rejects.toMatchObject({ code: '23514', message: expect.stringContaining('quorum') });
		}
	});

	test('is refused when a signature was revoked, has expired, or its signer lost the role or the account', async () => {
		const change = await approvedChange(setting, BUNDLE);
		const samir = await console_.idOf('samir');
		const undone = [
			[`update signature set revoked_at = now() where change_id = '${change.changeId}' and seat = 'dba'`, 'nothing'],
			[`update signature set expires_at = now() where change_id = '${change.changeId}' and seat = 'chairman'`, 'nothing'],
			[`delete from person_role where person_id = '${samir}' and role = 'security_officer'`, 'nothing'],
			[`update person set active = false where id = '${samir}'`, 'nothing'],
		];
		const superuser = await openSession(console_.superuserUrl);
		const revision = await revisionOf(change);
		const insert = `insert into run (change_id, number, revision_id, digest, target, operator_id, requester_id, truth)
			values ('${change.changeId}', 1, '${revision.id}', '${revision.digest}', 'ehg', '${await console_.idOf('olga')}', '${revision.requester_id}', '{}')`;
		for (const [undo] of undone) {
			await superuser.query('begin; alter table signature disable trigger signature_may_only_be_revoked');
			await superuser.query(undo as string);
			await expect(superuser.query(insert)).rejects.toMatchObject({ code: '23514' });
			await superuser.query('rollback');
		}
		await superuser.query('begin');
		await superuser.query(insert);
		await superuser.query('rollback');
		await superuser.end();
	});

	test('is refused with the requester as its operator, however the requester is named', async () => {
		const change = await approvedChange(setting, BUNDLE, { requester: 'mei' });
		await expect(insertRun(change, 'mei')).rejects.toMatchObject({ code: '23514', constraint: 'operator_is_not_the_requester' });
		await expect(insertRun(change, 'mei', await console_.idOf('rui'))).rejects.toMatchObject({ code: '23503' });
	});

	test('is refused beside another on the same target', async () => {
		const [first, second] = [await approvedChange(setting, BUNDLE), await approvedChange(setting, BUNDLE)];
		expectOk(await execute(setting, first));
		await expect(insertRun(second, 'olga')).rejects.toMatchObject({ code: '23505', constraint: 'run_one_a_target' });
		await console_.sql(`update run set status = 'rolled_back'`);
	});

	test('cannot be given another digest, change or operator afterwards', async () => {
		for (const column of ['digest', 'operator_id', 'change_id', 'revision_id', 'target', 'requester_id']) {
			await expect(app.query(`update run set ${column} = ${column}`)).rejects.toMatchObject({ code: '42501' });
		}
		await expect(app.query('delete from run')).rejects.toMatchObject({ code: '42501' });
	});
});

describe('what a revision accepts', () => {
	test('is named by every approval', async () => {
		const change = await fileChange(setting, { files: { '1.sql': "update eng.teams set mandate = 'all'" } });
		await expect(insertSignature(change, 'dba', 'dana')).rejects.toMatchObject({
			code: '23514',
			message: expect.stringContaining('does not name'),
		});
		expectOk(await sign(setting, change, { seat: 'dba' }));
	});

	test('holds every finding that must be accepted', async () => {
		const { id } = await revisionOf(await fileChange(setting, BUNDLE));
		const insert = (severity: string) =>
			app.query(
				`insert into revision_finding (revision_id, position, code, severity, name, message, instead) values ($1, 99, 'x', $2, 'x at 1.sql', 'm', 'i')`,
				[id, severity],
			);
		await expect(insert('accept')).rejects.toMatchObject({ code: '23514', message: expect.stringContaining('x at 1.sql') });
		await expect(insert('blocks')).rejects.toMatchObject({ code: '23514' });
		await insert('note');
	});

	test('is unknown of a revision of before findings had to be accepted, which nobody approves any more', async () => {
		const change = await fileChange(setting, BUNDLE);
		const [old] = (
			await app.query<{ digest: string }>(
				`insert into revision (change_id, number, title, reason, why_not_staging, risk, manifest, content, digest, system_identifier, database_oid, baseline, statement_count)
				 select change_id, 2, title, reason, why_not_staging, risk, manifest, c.old, encode(sha256(c.old), 'hex'), system_identifier, database_oid, baseline, statement_count
				 from revision, convert_to(replace(convert_from(content, 'UTF8'), '"v":3', '"v":1'), 'UTF8') c (old) where change_id = $1 returning digest`,
				[change.changeId],
			)
		).rows;
		await app.query('update change set current_revision = 2 where id = $1', [change.changeId]);
		const digest = old?.digest ?? '';
		expect(await sign(setting, { ...change, digest }, { seat: 'dba' })).toMatchObject({
			refusal: { code: 'conflict', message: expect.stringContaining('files it again') },
		});
		await expect(insertSignature(change, 'dba', 'dana', { number: 2 })).rejects.toMatchObject({
			code: '23514',
			message: expect.stringContaining('before findings'),
		});
	});
});

describe('a signature', () => {
	test('is refused from the requester, however the requester is named', async () => {
		const change = await fileChange(setting, BUNDLE, { requester: 'mei' });
		await expect(insertSignature(change, 'dba', 'mei')).rejects.toMatchObject({ code: '23514', constraint: 'signer_is_not_the_requester' });
		const rui = await console_.idOf('rui');
		await expect(insertSignature(change, 'dba', 'mei', { requesterId: rui })).rejects.toMatchObject({ code: '23503' });
	});

	test('is refused from one person in two seats, and from two people in one', async () => {
		const change = await fileChange(setting, BUNDLE);
		expectOk(await sign(setting, change, { seat: 'dba', person: 'dario' }));
		await expect(insertSignature(change, 'security_officer', 'dario')).rejects.toMatchObject({
			code: '23505',
			constraint: 'signature_one_a_person',
		});
		await expect(insertSignature(change, 'dba', 'dana')).rejects.toMatchObject({ code: '23505', constraint: 'signature_one_a_seat' });
	});

	test('may be revoked once and is otherwise as it was', async () => {
		const change = await fileChange(setting, BUNDLE);
		await signAll(setting, change, ['dba']);
		const where = `where change_id = '${change.changeId}'`;
		for (const column of ['digest', 'seat', 'signer_id', 'decision', 'statement', 'hash', 'expires_at', 'issued_at', 'factor']) {
			await expect(app.query(`update signature set ${column} = ${column} ${where}`)).rejects.toMatchObject({ code: '42501' });
		}
		await expect(app.query(`delete from signature ${where}`)).rejects.toMatchObject({ code: '42501' });
		await app.query(`update signature set revoked_at = now() ${where}`);
		await expect(app.query(`update signature set revoked_at = now() ${where}`)).rejects.toMatchObject({ code: '42501' });
		await expect(app.query(`update signature set revoked_at = null ${where}`)).rejects.toMatchObject({ code: '42501' });
		// The owner of the table is held to it as well.
		const owner = await openSession(console_.ownerUrl);
		await expect(owner.query(`update signature set expires_at = expires_at + interval '1 year' ${where}`)).rejects.toMatchObject({
			code: '42501',
		});
		await owner.end();
	});
});

describe('what was filed and what happened', () => {
	test.each(['record_entry', 'record_head', 'journal_entry', 'revision', 'revision_file'])(
		'%s cannot be rewritten by the console',
		async (table) => {
			const column = { record_entry: 'kind', record_head: 'seq', journal_entry: 'step', revision: 'title', revision_file: 'path' }[table];
			for (const sql of [`update ${table} set ${column} = ${column}`, `delete from ${table}`, `truncate ${table} cascade`]) {
				await expect(app.query(sql), sql).rejects.toMatchObject({ code: '42501' });
			}
		},
	);

	test.each(['record_entry', 'journal_entry', 'revision', 'revision_file'])(
		'%s cannot be rewritten by the owner of the table either',
		async (table) => {
			const owner = await openSession(console_.ownerUrl);
			const column = { record_entry: 'kind', journal_entry: 'step', revision: 'title', revision_file: 'path' }[table];
			for (const sql of [`update ${table} set ${column} = ${column}`, `delete from ${table}`, `truncate ${table} cascade`]) {
				await expect(owner.query(sql), sql).rejects.toMatchObject({ code: '42501' });
			}
			await owner.end();
		},
	);

	test('the console cannot insert into the record past its one function, nor replace it', async () => {
		await expect(
			app.query(`insert into record_entry (seq, hash, previous, body, at, kind) values (1, '', '', '', now(), 'x')`),
		).rejects.toMatchObject({ code: '42501' });
		await expect(app.query('drop function record_append(bytea)')).rejects.toMatchObject({ code: '42501' });
		await expect(app.query('drop trigger record_entry_is_append_only on record_entry')).rejects.toMatchObject({ code: '42501' });
		await expect(app.query('alter table record_entry disable trigger all')).rejects.toMatchObject({ code: '42501' });
	});

	test('a revision’s digest is that of its content, and a file’s hash that of its bytes', async () => {
		const change = await fileChange(setting, BUNDLE);
		await expect(
			app.query(
				`insert into revision select gen_random_uuid(), change_id, 2, title, reason, why_not_staging, risk, manifest, content || 'x'::bytea, digest,
				 system_identifier, database_oid, baseline, statement_count from revision where change_id = $1`,
				[change.changeId],
			),
		).rejects.toMatchObject({ code: '23514' });
		await expect(
			app.query(
				`insert into revision_file select f.revision_id, 99, 'x.sql', phase, bytes || 'x'::bytea, sha256 from revision_file f
				 join revision r on r.id = f.revision_id where r.change_id = $1`,
				[change.changeId],
			),
		).rejects.toMatchObject({ code: '23514' });
	});
});

describe('the record', () => {
	test('has no gap and no fork after two hundred appends at the same time', { timeout: 120_000 }, async () => {
		const before = (await readRecord(console_)).length;
		const append = (n: number) =>
			console_.store.$transaction(
				(tx) => appendRecord(tx, { kind: 'targets.loaded', actor: { id: null, name: 'system' }, subject: {}, data: { n } }),
				{ maxWait: 60_000, timeout: 60_000 },
			);
		await Promise.all(Array.from({ length: 200 }, (_, n) => append(n)));
		const entries = (await readRecord(console_)).slice(before);
		expect(entries).toHaveLength(200);
		expect(new Set(entries.map((entry) => entry.data.n)).size).toBe(200);
	});

	test('leaves neither gap nor entry behind when its transaction is rolled back', async () => {
		const before = await readRecord(console_);
		const entry = { kind: 'targets.loaded', actor: { id: null, name: 'system' }, subject: {}, data: {} } as const;
		const failing = console_.store.$transaction(async (tx) => {
			await appendRecord(tx, entry);
			throw new Error('changed its mind');
		});
		await expect(failing).rejects.toThrow('changed its mind');
		expect(await readRecord(console_)).toHaveLength(before.length);
	});

	test('its columns say what its bytes say', async () => {
		const odd = await console_.sql(`select seq from record_entry e, lateral (select convert_from(e.body, 'UTF8')::jsonb as b) parsed
			where b->>'kind' is distinct from e.kind or (b #>> '{actor,id}')::uuid is distinct from e.actor_id
			   or (b #>> '{subject,changeId}')::uuid is distinct from e.change_id or (b->>'at')::timestamptz(3) is distinct from e.at`);
		expect(odd).toEqual([]);
	});

	test('when it refuses an entry, the state does not change either', async () => {
		const change = await fileChange(setting, BUNDLE);
		await signAll(setting, change, ['dba', 'security_officer']);
		const ready = await approvedChange(setting, BUNDLE);
		await console_.sql('revoke execute on function record_append(bytea) from countersign_app');
		try {
			await expect(sign(setting, change, { seat: 'chairman' })).rejects.toThrow();
			await expect(execute(setting, ready)).rejects.toThrow();
			await expect(fileChange(setting, BUNDLE)).rejects.toThrow();
			await expect(fetchRun(ready)).resolves.toEqual([]);
		} finally {
			await console_.sql('grant execute on function record_append(bytea) to countersign_app');
		}
		expect(await console_.sql('select status from change where id in ($1, $2) order by number', [change.changeId, ready.changeId])).toEqual(
			[{ status: 'awaiting_chairman' }, { status: 'approved' }],
		);
		expect(await console_.sql('select seat from signature where change_id = $1 order by issued_at', [change.changeId])).toEqual([
			{ seat: 'dba' },
			{ seat: 'security_officer' },
		]);
		const run = await executeToEnd(setting, ready);
		expect(run.status).toBe('succeeded');
		await readRecord(console_);
	});

	function fetchRun(change: FiledChange) {
		return console_.sql('select id from run where change_id = $1', [change.changeId]);
	}
});
