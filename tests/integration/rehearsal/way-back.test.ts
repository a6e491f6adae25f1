import { describe, expect, test } from 'vitest';
import { reviseChange } from '#lib/change/revise-change.ts';
import { standBy } from '#lib/change/stand-by.ts';
import { withdrawChange } from '#lib/change/withdraw-change.ts';
import { armStart } from '#lib/run/orders/arm-start.ts';
import { readSignPage } from '#lib/views/change/read-sign-page.ts';
import {
	type BundleInput,
	bundleOf,
	execute,
	expectOk,
	type FiledChange,
	fileChange,
	readRun,
	runToEnd,
	type Setting,
	signAll,
	stepsOf,
	targetsOf,
} from '#tests/support/change.ts';
import { lookAt } from '#tests/support/nothing-changed.ts';
import { readRecord } from '#tests/support/read-record.ts';
import { beginRehearsal, leftOfRehearsals, readRehearsed } from '#tests/support/rehearse.ts';
import { sharedSetting } from '#tests/support/shared-setting.ts';
import { until } from '#tests/support/sql.ts';

const shared = sharedSetting();

/** The target with its way back shown by rehearsals that count for so long. */
function rehearsed(freshness = '1h'): Setting {
	const define = { wayBack: 'rehearsed', rehearsal: { starts: 'when_filed', freshness } };
	return { console: shared.console, target: shared.place.define((definition) => Object.assign(definition, define)) };
}

async function signedChange(setting: Setting, bundle: BundleInput): Promise<FiledChange> {
	const change = await fileChange(setting, bundle);
	await signAll(setting, change);
	expectOk(await standBy({ store: setting.console.store, actor: await setting.console.actor('olga'), changeId: change.changeId }));
	return change;
}

/** Returns the change as its new revision is. */
async function revise({ console, target }: Setting, change: FiledChange, bundle: BundleInput): Promise<FiledChange> {
	const request = {
		target: 'ehg',
		title: 'The same again',
		reason: 'The very same bytes: that must not matter.',
		whyNotStaging: 'There is no staging in a test.',
		risk: 'low' as const,
		responders: [await console.idOf('olga')],
	};
	const revising = { store: console.store, targets: targetsOf(target), actor: await console.actor('rui'), changeId: change.changeId };
	const { digest } = expectOk(await reviseChange({ ...revising, request, bundle: bundleOf(bundle) }));
	return { ...change, digest };
}

async function whyNot(setting: Setting, change: FiledChange): Promise<string> {
	const result = await execute(setting, change);
	return result.ok ? '' : result.refusal.message;
}

async function lacksOnSignPage({ console, target }: Setting, { number }: FiledChange): Promise<string | null | undefined> {
	const ask = {
		store: console.store,
		targets: targetsOf(target),
		actor: await console.actor('dana'),
		number,
		seat: 'dba',
		now: new Date(),
	} as const;
	const page = await readSignPage(ask);
	return page?.whyNot === null ? page.wayBackLacks : undefined;
}

describe('a way back that a rehearsal shows', () => {
	test('is told missing at signing, arming and Execute; when it has passed, the run restores definitions only and records what was proved when', async () => {
		const setting = rehearsed();
		const change = await fileChange(setting, { files: { '1.sql': 'create table eng.way_back (id int);' } });
		expect(await lacksOnSignPage(setting, change)).toBe('no rehearsal of this revision has ended yet');
		await signAll(setting, change);
		const { store } = setting.console;
		const actor = await setting.console.actor('olga');
		expectOk(await standBy({ store, actor, changeId: change.changeId }));
		expect(await whyNot(setting, change)).toMatch(/Way back tested \(no rehearsal of this revision has ended yet: rehearse it\)/);
		expect(await beginRehearsal(setting)).toBe(true);

		const inTwoHours = new Date(Date.now() + 7_200_000);
		const armed = await armStart({ store, targets: targetsOf(setting.target), actor, ...change, at: inTwoHours });
		expect(armed.ok ? '' : armed.refusal.message).toMatch(/would not be shown at .*: the last rehearsal of this revision counted until/);
		expect(await whyNot(rehearsed('1ms'), change)).toMatch(/the last rehearsal of this revision counted until/);

		const { runId } = expectOk(await execute(setting, change));
		expect((await runToEnd(setting, runId)).status).toBe('succeeded');
		const [{ id, report_hash: hash } = { id: '', report_hash: '' }] = await setting.console.sql(
			'select id, report_hash from rehearsal where change_id = $1',
			[change.changeId],
		);
		const { report } = await readRehearsed(setting, String(id));
		const entry = (await readRecord(setting.console)).find(
			({ kind, subject, data }) => kind === 'run.step_passed' && subject.runId === runId && data.step === 'way back',
		);
		expect(entry?.data).toMatchObject({
			summary: expect.stringMatching(
				/^rehearsed until .* was restored in full twice, and compared; of this run’s backup, definitions were restored/,
			),
			evidence: { rehearsed: { id, report: hash, backup: { sha256: report.backup?.sha256 } } },
		});
		expect(await shared.place.sql(`select from pg_database where datname like 'countersign_scratch%'`)).toEqual([]);
		expect(await leftOfRehearsals(shared)).toEqual([]);
	});

	test('that has become too old when a worker begins the run ends it at the claim, before anything is turned on', async () => {
		const setting = rehearsed();
		const change = await signedChange(setting, { files: { '1.sql': 'create table eng.too_late (id int);' } });
		await beginRehearsal(setting);
		const { runId } = expectOk(await execute(setting, change));
		await runToEnd(rehearsed('1ms'), runId);
		expect(await readRun(setting.console, runId)).toMatchObject({ status: 'rolled_back', failure: { code: 'not_rehearsed' } });
		expect(await stepsOf(setting.console, runId)).toContainEqual({ step: 'claim', outcome: 'failed' });
		expect(await stepsOf(setting.console, runId)).not.toContainEqual({ step: 'maintenance mode on', outcome: 'passed' });
	});

	test('is void with the revision that it was of, and where the last rehearsal failed', async () => {
		const setting = rehearsed();
		const files = { '1.sql': 'create table eng.once (id int);' };
		const change = await signedChange(setting, { files });
		await beginRehearsal(setting);
		const revised = await revise(setting, change, { files });
		await signAll(setting, revised);
		expect(await whyNot(setting, revised)).toMatch(/no rehearsal of this revision has ended yet/);
		await shared.place.sql('create table eng.once (); alter table eng.once owner to ehg_owner');
		await beginRehearsal(setting);
		await shared.place.sql('drop table eng.once');
		expect(await whyNot(setting, revised)).toMatch(/the last rehearsal of this revision failed/);
	});

	test('is rehearsed no further when a new revision is filed, or the change withdrawn: that is why it ends, and nothing is left', async () => {
		const setting = rehearsed();
		const change = await fileChange(setting, { files: { '1.sql': 'select pg_sleep(100);' } });
		const rehearsing = beginRehearsal(setting);
		await until('the rehearsal is applying', async () => {
			const applying = `application_name like 'countersign rehearse%' and query like '%pg_sleep%' and state = 'active'`;
			return (await shared.place.sql(`select from pg_stat_activity where ${applying}`)).length > 0;
		});
		await revise(setting, change, { files: { '1.sql': 'select 1;' } });
		await rehearsing;
		const { store } = setting.console;
		expectOk(await withdrawChange({ store, actor: await setting.console.actor('rui'), changeId: change.changeId, reason: 'Not needed.' }));
		await beginRehearsal(setting);
		expect(
			await setting.console.sql(
				`select failure ->> 'code' as code, failure ->> 'message' as message from rehearsal where change_id = $1 order by asked_at`,
				[change.changeId],
			),
		).toEqual([
			{ code: 'rehearsal_void', message: `Revision 2 of CHG-${change.number} was filed: revision 1 is void, and with it this rehearsal.` },
			{ code: 'rehearsal_void', message: `CHG-${change.number} is withdrawn: there is nothing to rehearse any more.` },
		]);
		expect(await leftOfRehearsals(shared)).toEqual([]);
	});

	test('leaves the restore to the dump: a failed run comes back as it was', async () => {
		const setting = rehearsed();
		const before = await lookAt(shared.place);
		const change = await signedChange(setting, {
			files: { '1.sql': `create table eng.sick (id int);\nupdate eng.teams set mandate = upper(mandate);` },
			manifest: { restore: 'automatic' },
		});
		await beginRehearsal(setting);
		shared.place.application.misbehave.set('GET health', 'fail');
		try {
			const { runId } = expectOk(await execute(setting, change));
			expect((await runToEnd(setting, runId)).status).toBe('restored');
		} finally {
			shared.place.application.misbehave.delete('GET health');
		}
		expect(await lookAt(shared.place)).toEqual(before);
	});
});
