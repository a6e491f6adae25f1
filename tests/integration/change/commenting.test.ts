import { describe, expect, test } from 'vitest';
import { reviseChange } from '#lib/change/revise-change.ts';
import { withdrawChange } from '#lib/change/withdraw-change.ts';
import { answerComment } from '#lib/comments/answer-comment.ts';
import { resolveComment } from '#lib/comments/resolve-comment.ts';
import { writeComment } from '#lib/comments/write-comment.ts';
import { MAX_ANSWERS, MAX_COMMENTS } from '#lib/domain/comment.ts';
import { deliverAll } from '#lib/notify/deliver.ts';
import { refuseChange } from '#lib/signatures/refuse-change.ts';
import { readSignPage } from '#lib/views/change/read-sign-page.ts';
import { readComments } from '#lib/views/change/revision/read-comments.ts';
import { ADDRESS, bundleOf, expectOk, type FiledChange, fileChange, sign, targetsOf } from '#tests/support/change.ts';
import { PASSWORD, type PersonKey } from '#tests/support/people.ts';
import { NO_ROADS } from '#tests/support/roads/no-roads.ts';
import { startWebhookReceiver } from '#tests/support/roads/webhook-receiver.ts';
import { sharedSetting } from '#tests/support/shared-setting.ts';
import { openSession, until } from '#tests/support/sql.ts';
import { readRecord } from '#tests/support/test-console.ts';

const setting = sharedSetting();
const BUNDLE = { files: { '1.sql': 'create table eng.made (id int);\r\n-- é\r\n' } };

const file = () => fileChange(setting, BUNDLE);

async function write(change: FiledChange, at: { by?: PersonKey; revision?: number; path?: string; line?: number; text?: string } = {}) {
	const { by = 'dana', revision = 1, path = '1.sql', line = 1, text = 'Which rows?' } = at;
	const { store, actor } = setting.console;
	return writeComment({ store, actor: await actor(by), changeId: change.changeId, revision, path, line, text });
}

async function answer(change: FiledChange, commentId: string, by: PersonKey) {
	const { store, actor } = setting.console;
	return answerComment({ store, actor: await actor(by), changeId: change.changeId, commentId, text: 'None.' });
}

async function resolve(change: FiledChange, commentId: string, by: PersonKey) {
	const { store, actor } = setting.console;
	return resolveComment({ store, actor: await actor(by), changeId: change.changeId, commentId });
}

async function revise(change: FiledChange) {
	const { store, actor, idOf } = setting.console;
	const request = {
		target: setting.target.name,
		title: 'A change of the tests',
		reason: 'Heeds a comment.',
		whyNotStaging: 'There is no staging in a test.',
		risk: 'low' as const,
		responders: [await idOf('olga')],
	};
	const bundle = bundleOf({ files: { '1.sql': 'select 1;\n' } });
	const targets = targetsOf(setting.target);
	expectOk(await reviseChange({ store, targets, actor: await actor('rui'), changeId: change.changeId, request, bundle }));
}

async function seen(change: FiledChange, by: PersonKey = 'olga') {
	const { store, actor, idOf } = setting.console;
	const requesterId = await idOf('rui');
	return readComments(store, { changeId: change.changeId, requesterId, status: 'awaiting_dba', actor: await actor(by) });
}

describe('a comment', () => {
	test('is written on a line, answered, and resolved once; each is an entry of the record', async () => {
		const change = await file();
		const { commentId } = expectOk(await write(change, { line: 2 }));
		expectOk(await answer(change, commentId, 'rui'));
		expect(await seen(change)).toMatchObject({
			mayWrite: true,
			threads: [
				{
					...{ revision: 1, path: '1.sql', line: 2, quote: '-- é', by: 'Dana Brandt', text: 'Which rows?' },
					...{ answers: [{ by: 'Rui Almeida', text: 'None.' }], resolved: null, mayAnswer: true, mayResolve: false },
				},
			],
		});
		expectOk(await resolve(change, commentId, 'samir'));
		expect((await seen(change, 'rui')).threads).toMatchObject([{ resolved: { by: 'Samir Osei' }, mayAnswer: false, mayResolve: false }]);
		for (const late of [await resolve(change, commentId, 'dana'), await answer(change, commentId, 'dana')])
			expect(late).toMatchObject({ ok: false, refusal: { code: 'conflict', message: expect.stringContaining('Samir Osei has resolved') } });

		const entries = (await readRecord(setting.console)).filter(({ subject }) => subject.changeId === change.changeId);
		const place = { comment: commentId, path: '1.sql', line: 2 };
		const [dana, rui] = [await setting.console.idOf('dana'), await setting.console.idOf('rui')];
		expect(entries.slice(1).map(({ kind, data }) => ({ kind, data }))).toEqual([
			{ kind: 'comment.written', data: { ...place, text: 'Which rows?', inThread: [dana] } },
			{ kind: 'comment.answered', data: { ...place, text: 'None.', inThread: [dana] } },
			{ kind: 'comment.resolved', data: { ...place, inThread: [dana, rui] } },
		]);
	});

	test('is refused to auditors and administrators, which the record says, and resolved by nobody without a part', async () => {
		const change = await file();
		const { commentId } = expectOk(await write(change));
		for (const by of ['aude', 'ada'] as const) {
			expect(await write(change, { by })).toMatchObject({ ok: false, refusal: { code: 'forbidden' } });
			expect(await answer(change, commentId, by)).toMatchObject({ ok: false, refusal: { code: 'forbidden' } });
		}
		expect(await resolve(change, commentId, 'olga')).toMatchObject({ ok: false, refusal: { code: 'forbidden' } });
		const [refused] = await setting.console.sql(`select count(*) from record_entry where kind = 'act.refused' and change_id = $1`, [
			change.changeId,
		]);
		expect(refused?.count).toBe('5');
		expect(
			await setting.console.sql(
				'select (select count(*) from comment_answer a where a.comment_id = m.id) as answers from comment m join revision r on r.id = m.revision_id where r.change_id = $1',
				[change.changeId],
			),
		).toEqual([{ answers: '0' }]);
	});

	test('is refused where there is no such line, file, change, or revision now', async () => {
		const change = await file();
		const other = await file();
		const { commentId } = expectOk(await write(other));
		for (const at of [{ line: 3 }, { line: 0 }, { path: '2.sql' }, { path: 'manifest.yaml' }])
			expect(await write(change, at)).toMatchObject({ ok: false, refusal: { code: 'not_found' } });
		expect(await resolve(change, commentId, 'dana'), 'of another change').toMatchObject({ ok: false, refusal: { code: 'not_found' } });
		await revise(change);
		expect(await write(change)).toMatchObject({
			ok: false,
			refusal: { code: 'conflict', message: expect.stringContaining('comment on that') },
		});
		expectOk(await write(change, { revision: 2 }));
		const { store, actor } = setting.console;
		expectOk(await withdrawChange({ store, actor: await actor('rui'), changeId: change.changeId, reason: 'Not needed.' }));
		expect(await write(change, { revision: 2 })).toMatchObject({ ok: false, refusal: { code: 'conflict' } });
	});

	test('stays with its revision, open, when the change is revised', async () => {
		const change = await file();
		const { commentId } = expectOk(await write(change));
		await revise(change);
		expectOk(await answer(change, commentId, 'olga'));
		expect((await seen(change)).threads).toMatchObject([{ revision: 1, quote: 'create table eng.made (id int);', resolved: null }]);
	});
});

describe('where comments must be resolved', () => {
	test('nobody signs while one is open, on whatever revision, and the page says so before; refusing is free', async () => {
		const strict = { ...setting.target, comments: 'resolved_before_signing' as const };
		const change = await file();
		const { commentId } = expectOk(await write(change));
		await revise(change);
		const [row] = await setting.console.sql<{ digest: string }>('select digest from revision where change_id = $1 and number = 2', [
			change.changeId,
		]);
		const now = { ...change, digest: row?.digest ?? '' };
		const asDana = { seat: 'dba', person: 'dana' } as const;
		const page = async () =>
			readSignPage({
				...{ store: setting.console.store, targets: targetsOf(strict), actor: await setting.console.actor('dana') },
				...{ number: change.number, seat: 'dba', now: new Date() },
			});
		expect(await page()).toMatchObject({ whyNot: null, notYet: { why: expect.stringContaining('1 comment must be resolved first') } });
		const refused = await sign({ console: setting.console, target: strict }, now, asDana);
		expect(refused).toMatchObject({
			ok: false,
			refusal: { code: 'conflict', message: expect.stringContaining('1 comment must be resolved first') },
		});
		expect(await setting.console.sql('select from signature where change_id = $1', [change.changeId])).toEqual([]);

		expectOk(await resolve(change, commentId, 'rui'));
		expect(await page()).toMatchObject({ notYet: null });
		expectOk(await sign({ console: setting.console, target: strict }, now, asDana));
		expectOk(await write(change, { revision: 2 }));
		const { store, actor } = setting.console;
		const samir = { store, targets: targetsOf(strict), actor: await actor('samir'), changeId: change.changeId, digest: now.digest };
		expectOk(await refuseChange({ ...samir, seat: 'security_officer', password: PASSWORD, address: ADDRESS, reason: 'See the comment.' }));
	});

	test('a signature waits for a comment that is being written, and counts it', async () => {
		const strict = { ...setting.target, comments: 'resolved_before_signing' as const };
		const change = await file();
		const writer = await openSession(setting.console.appUrl);
		try {
			await writer.query('begin');
			await writer.query(
				`insert into comment (revision_id, path, line, quote, author_id, text)
				 select r.id, '1.sql', 1, '', $2, 'Wait.' from revision r where r.change_id = $1`,
				[change.changeId, await setting.console.idOf('samir')],
			);
			const signing = sign({ console: setting.console, target: strict }, change, { seat: 'dba' });
			await until('the signature waits', async () => {
				const [row] = await setting.console.sql<{ waits: string }>(
					`select count(*) as waits from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
				);
				return row?.waits === '1';
			});
			await writer.query('commit');
			expect(await signing).toMatchObject({ ok: false, refusal: { code: 'conflict', message: expect.stringContaining('1 comment') } });
		} finally {
			await writer.end();
		}
	});

	test('elsewhere an open comment keeps nobody from signing', async () => {
		const change = await file();
		expectOk(await write(change));
		expectOk(await sign(setting, change, { seat: 'dba' }));
	});
});

describe('the database', () => {
	test('takes no comment over the bounds, on an older revision, or without words, and none is written over or removed', async () => {
		const change = await file();
		const { commentId } = expectOk(await write(change));
		const app = await openSession(setting.console.appUrl);
		const dana = await setting.console.idOf('dana');
		const comment = (count: number, text = 'x') =>
			app.query(
				`insert into comment (revision_id, path, line, quote, author_id, text)
				 select r.id, '1.sql', 1, '', $2, $3 from revision r, generate_series(1, $4::int) where r.change_id = $1 and r.number = 1`,
				[change.changeId, dana, text, count],
			);
		const reply = (count: number) =>
			app.query(`insert into comment_answer (comment_id, author_id, text) select $1, $2, 'x' from generate_series(1, $3::int)`, [
				...[commentId, dana, count],
			]);
		try {
			await expect(comment(1, '  ')).rejects.toThrow(/comment_text_check/);
			await expect(comment(1, 'x'.repeat(2001))).rejects.toThrow(/comment_text_check/);
			for (const table of ['comment', 'comment_answer', 'comment_resolution']) {
				await expect(app.query(`delete from ${table}`)).rejects.toThrow(/permission denied/);
				await expect(app.query(`update ${table} set at = now()`)).rejects.toThrow(/permission denied/);
			}
			await reply(MAX_ANSWERS);
			await expect(reply(1)).rejects.toThrow(/at most 20 answers/);
			expect(await answer(change, commentId, 'rui')).toMatchObject({ ok: false, refusal: { code: 'too_large' } });
			await comment(MAX_COMMENTS - 1);
			await expect(comment(1)).rejects.toThrow(/at most 100 comments/);
			expect(await write(change)).toMatchObject({ ok: false, refusal: { code: 'too_large' } });
			expectOk(await resolve(change, commentId, 'dana'));
			await expect(reply(1)).rejects.toThrow(/nobody answers a comment that is resolved/);
			await revise(change);
			await expect(comment(1)).rejects.toThrow(/the revision that the change has now/);
		} finally {
			await app.end();
		}
	});
});

test('whoever is asked is told: the requester of a comment, its writer of an answer', async () => {
	const receiver = await startWebhookReceiver();
	try {
		const change = await file();
		const roads = { ...NO_ROADS, webhook: { url: receiver.url, secret: `whsec_${Buffer.from('x'.repeat(32)).toString('base64')}` } };
		const tell = async () => {
			await deliverAll({ store: setting.console.store, targets: targetsOf(setting.target), roads });
			return receiver.received
				.splice(0)
				.map(({ body }) => JSON.parse(body))
				.filter(({ type }) => type === 'comment');
		};
		// What the tests before have to tell.
		await tell();
		const { commentId } = expectOk(await write(change, { by: 'ines' }));
		expect(await tell()).toMatchObject([{ headline: `Ines Duarte commented on CHG-${change.number}`, people: [{ name: 'Rui Almeida' }] }]);
		expectOk(await answer(change, commentId, 'rui'));
		expect(await tell()).toMatchObject([{ people: [{ name: 'Ines Duarte' }], link: expect.stringMatching(/\?tab=comments$/) }]);
	} finally {
		await receiver.close();
	}
});
