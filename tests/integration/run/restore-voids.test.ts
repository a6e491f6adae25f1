import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { reviseChange } from '#lib/change/revise-change.ts';
import { withdrawChange } from '#lib/change/withdraw-change.ts';
import { changeName } from '#lib/domain/change.ts';
import { readChange } from '#lib/views/change/read-change.ts';
import { readWaiting, withReasons } from '#lib/views/inbox/read-waiting.ts';
import {
	approvedChange,
	type BundleInput,
	bundleOf,
	execute,
	executeToEnd,
	expectOk,
	type FiledChange,
	fileChange,
	readRun,
	runToEnd,
	type Setting,
	signAll,
	targetsOf,
} from '#tests/support/change.ts';
import { openTestConsole, readRecord, type TestConsole } from '#tests/support/test-console.ts';
import { openTestTarget, type TestTarget } from '#tests/support/test-target.ts';

/** Passes inside the transaction, fails after COMMIT; the plan restores by itself. */
const RESTORED: BundleInput = {
	files: { '1.sql': 'create table eng.put_back (id int)' },
	manifest: {
		restore: 'automatic',
		smokeTests: [
			{
				name: 'Only inside',
				role: 'ehg_app',
				sql: `select current_setting('application_name') like 'countersign run %'`,
				expect: { value: true },
			},
		],
	},
};
const OTHER: BundleInput = { files: { '1.sql': 'create table eng.other (id int)' } };

let console_: TestConsole;
let place: TestTarget;
let setting: Setting;

beforeAll(async () => {
	console_ = await openTestConsole();
});
afterAll(() => console_?.close());
beforeEach(async () => {
	place = await openTestTarget();
	setting = { console: console_, target: place.define() };
});
afterEach(async () => {
	await console_.sql(`update change set status = 'withdrawn'`);
	await place?.close();
});

async function statusOf({ changeId }: FiledChange): Promise<string | undefined> {
	const [row] = await console_.sql<{ status: string }>('select status from change where id = $1', [changeId]);
	return row?.status;
}

const voided = async () => (await readRecord(console_)).filter((entry) => entry.kind === 'change.voided');
const pageOf = async ({ number }: FiledChange) =>
	readChange({
		store: console_.store,
		targets: targetsOf(setting.target),
		actor: await console_.actor('rui'),
		number,
		now: new Date(),
	});

test('a restore sends every other open change of the target back, with a reason, and leaves what has ended alone', async () => {
	const approved = await approvedChange(setting, OTHER);
	const halfSigned = await fileChange(setting, OTHER);
	await signAll(setting, halfSigned, ['dba']);
	const unsigned = await fileChange(setting, OTHER);
	const rolledBack = await approvedChange(setting, { files: { '1.sql': 'select 1 / 0' } });
	await executeToEnd(setting, rolledBack);
	const withdrawn = await fileChange(setting, OTHER);
	const rui = await console_.actor('rui');
	expectOk(await withdrawChange({ store: console_.store, actor: rui, changeId: withdrawn.changeId, reason: 'not needed' }));
	const elsewhere = await approvedChange({ ...setting, target: { ...setting.target, name: 'another' } }, OTHER);

	const restored = await approvedChange(setting, RESTORED);
	const run = await executeToEnd(setting, restored);
	expect(run, run.failure?.message).toMatchObject({ status: 'restored' });

	const open = [approved, halfSigned, unsigned, rolledBack];
	expect(await Promise.all(open.map(statusOf))).toEqual(open.map(() => 'expired'));
	expect(await Promise.all([restored, withdrawn, elsewhere].map(statusOf))).toEqual(['restored', 'withdrawn', 'approved']);
	const entries = await voided();
	expect(entries.map(({ subject }) => subject)).toEqual(
		open.map(({ changeId, number }) => ({ change: changeName(number), changeId, revision: 1, target: 'ehg' })),
	);
	const reason = new RegExp(
		`^ehg was restored from the backup at .* UTC by the run of ${changeName(restored.number)}\\..*signatures.*void.*new revision`,
	);
	for (const { data } of entries) expect(data).toMatchObject({ reason: expect.stringMatching(reason), runId: run.runId });

	// What people read: on the change's page, and in the requester's inbox.
	expect((await pageOf(approved))?.voided).toMatchObject({ reason: expect.stringMatching(reason), runId: run.runId });
	expect((await pageOf(restored))?.voided).toBeNull();
	const { items } = await readWaiting({ store: console_.store, targets: targetsOf(setting.target), actor: rui, now: new Date() });
	const waiting = (await withReasons(console_.store, items)).filter(
		({ kind, number }) => kind === 'revise' && open.some((change) => change.number === number),
	);
	expect(waiting.map(({ what }) => what)).toEqual(open.map(() => expect.stringMatching(reason)));

	// The way on: a new revision, signed for the database that is there now.
	expect(await execute(setting, approved)).toMatchObject({ ok: false, refusal: { code: 'conflict' } });
	const revised = expectOk(
		await reviseChange({
			store: console_.store,
			targets: targetsOf(setting.target),
			actor: rui,
			changeId: approved.changeId,
			bundle: bundleOf(OTHER),
			request: {
				target: 'ehg',
				title: 'Once more',
				reason: 'The target was restored.',
				whyNotStaging: 'There is no staging in a test.',
				risk: 'low',
				responders: [await console_.idOf('olga')],
			},
		}),
	);
	const again = { ...approved, digest: revised.digest };
	await signAll(setting, again);
	expect((await pageOf(again))?.voided).toBeNull();
	const next = await executeToEnd(setting, again);
	expect(next, next.failure?.message).toMatchObject({ status: 'succeeded' });
});

test('a change that was filed for the restored database already stays as it is', async () => {
	const { changeId, number, digest } = await approvedChange(setting, OTHER);
	const restored = await approvedChange(setting, RESTORED);
	const { runId } = expectOk(await execute(setting, restored));
	// The console’s database is away right when the run ends: the swap is done, and people go on.
	await console_.sql(`create function refuse_end() returns trigger language plpgsql as $$ begin raise 'not now'; end $$;
		create trigger refuse_end before update on run for each row when (new.status = 'restored') execute function refuse_end()`);
	await expect(runToEnd(setting, runId)).rejects.toThrow('not now');
	// Neither the end nor what follows from it is there without the other.
	expect(await readRun(console_, runId)).toMatchObject({ status: 'restoring', truth: { kind: 'restored' } });
	expect(await statusOf({ changeId, number, digest })).toBe('approved');
	const filedAfter = await fileChange(setting, OTHER);
	await console_.sql('drop trigger refuse_end on run; drop function refuse_end');
	expect(await runToEnd(setting, runId)).toMatchObject({ status: 'restored' });
	expect(await statusOf({ changeId, number, digest })).toBe('expired');
	expect(await statusOf(filedAfter)).toBe('awaiting_dba');
});
