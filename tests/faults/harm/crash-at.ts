import { readdirSync } from 'node:fs';
import { expect } from 'vitest';
import { STEPS } from '#lib/domain/run.ts';
import { restoreNames } from '#lib/domain/target/database-names.ts';
import { SWAP_PHASES } from '#lib/postgres/backup/swap-databases.ts';
import { approvedChange, type BundleInput, execute, expectOk, type SeenRun } from '#tests/support/change.ts';
import { lookAt } from '#tests/support/nothing-changed.ts';
import { readRecord } from '#tests/support/read-record.ts';
import { databasesOf } from '../observing/databases-of.ts';
import { findPrograms } from '../observing/find-programs.ts';
import { diedAtFailpoint, fenceOf, startWorker, takeOver } from '../processes/worker-process.ts';
import { isMade, MAKES, MAKES_FOR_APP, markerOf, noSessionsOf, openStage, type Stage, untilStatus } from '../stage.ts';
import type { World } from '../world.ts';
import { commitThenFail, confirmBoth } from './commit-then-fail.ts';

/** Where a worker kills itself, in what kind of run, how that run must end, and whether maintenance mode is on while nobody has it. */
type Place = {
	faultAt: string;
	kind: 'succeeding' | 'copying' | 'failing' | 'restoring';
	end: 'succeeded' | 'rolled_back' | 'restored';
	on: boolean;
};

const FAILING: BundleInput = { files: { '1.sql': MAKES, '2.sql': 'select 1 / (select count(*) from eng.teams where id = 4711)' } };
const STEPS_BEFORE_COMMIT = STEPS.slice(0, STEPS.indexOf('transaction')).filter((step) => step !== 'standby copy');
/** With a standby copy, so that there is a step which makes one. */
const COPYING: BundleInput = { ...MAKES_FOR_APP, manifest: { ...MAKES_FOR_APP.manifest, standbyCopy: true } };
const BUNDLES = { succeeding: MAKES_FOR_APP, copying: COPYING, failing: FAILING };
const LAST_STEPS = ['maintenance mode off', 'record'] as const;

const both = (step: string) => [`${step}:before`, `${step}:after`];
const turnsOn = (faultAt: string) => !/^(claim|window)|^maintenance mode on:before/.test(faultAt);
const turnedOff = (faultAt: string) => /^maintenance mode off:after|^record/.test(faultAt);

/** Every failpoint there is. */
export const PLACES: Place[] = [
	...[...STEPS_BEFORE_COMMIT.flatMap(both), 'transaction:before', 'marker:after', 'commit:before'].map(
		(faultAt): Place => ({ faultAt, kind: 'succeeding', end: 'rolled_back', on: turnsOn(faultAt) }),
	),
	...['commit:after', 'transaction:after', ...both('smoke tests'), ...LAST_STEPS.flatMap(both)].map(
		(faultAt): Place => ({ faultAt, kind: 'succeeding', end: 'succeeded', on: !turnedOff(faultAt) }),
	),
	...[...both('standby copy'), 'commit:before'].map((faultAt): Place => ({ faultAt, kind: 'copying', end: 'rolled_back', on: true })),
	{ faultAt: 'commit:after', kind: 'copying', end: 'succeeded', on: true },
	...LAST_STEPS.flatMap(both).map((faultAt): Place => ({ faultAt, kind: 'failing', end: 'rolled_back', on: !turnedOff(faultAt) })),
	...['restore:before', ...SWAP_PHASES, 'restore:after', ...LAST_STEPS.flatMap(both)].map(
		(faultAt): Place => ({ faultAt, kind: 'restoring', end: 'restored', on: !turnedOff(faultAt) }),
	),
];

/** Kills a worker there, has another take over, and looks at everything. Returns how the run ended. */
export async function crashAt(world: World, place: Place): Promise<string> {
	const stage = await openStage(world, { define: (d) => Object.assign(d, { standbyCopy: { maxDatabaseBytes: 1024 ** 3 } }) });
	const { runId, change } = await prepare(stage, place.kind);
	const first = await startWorker(world, stage, { faultAt: place.faultAt });
	const diedAt = await diedAtFailpoint(first, stage, runId);
	// As text, so that the table shows it.
	expect(errorsIn(first.log()).join('\n'), 'what else than the failpoint ended the worker').toBe('');
	expect(stage.place.application.maintenance(), 'maintenance mode while nobody has the run').toBe(place.on);
	const { worker } = await takeOver(world, stage, { runId, diedAt, fence: await fenceOf(stage, runId) });
	const run = await untilStatus(stage, runId, ['succeeded', 'rolled_back', 'restored', 'unknown', 'awaiting_restore']);
	await worker.kill();
	await noSessionsOf(stage, runId);
	expect(run, run.failure?.message).toMatchObject({ status: place.end, changeStatus: place.end });
	await expectEndOf(stage, run);
	await expectNothingLeft(stage, run);
	await expectRecorded(stage, run);
	if (run.status === 'rolled_back') expectOk(await execute(stage.setting, change));
	return run.status;
}

/** The lines that begin an error, each with what follows. */
function errorsIn(log: string): string[] {
	const lines = log.split('\n');
	return lines.flatMap((line, i) => (/^\S*Error/.test(line) ? [lines.slice(i, i + 6).join('\n')] : []));
}

async function prepare(stage: Stage, kind: Place['kind']): Promise<{ runId: string; change: { changeId: string; digest: string } }> {
	if (kind === 'restoring') {
		const waiting = await commitThenFail(stage);
		await confirmBoth(stage, waiting);
		return { runId: waiting.runId, change: { changeId: '', digest: '' } };
	}
	const change = await approvedChange(stage.setting, BUNDLES[kind]);
	return { ...expectOk(await execute(stage.setting, change)), change };
}

/** The databases are what they are after an uncrashed run that ends so. */
async function expectEndOf(stage: Stage, { runId, status, truth }: SeenRun): Promise<void> {
	const seen = await lookAt(stage.place);
	const marker = await markerOf(stage, runId);
	if (status === 'succeeded') {
		expect([truth.kind, marker, await isMade(stage)]).toEqual(['committed', 'marker', true]);
		expect(seen.rows).toEqual({ ...stage.before.rows, 'eng.made': 0 });
	} else {
		expect(seen).toEqual(stage.before);
		expect(marker).not.toBe('marker');
		expect(truth.kind).toBe(status === 'restored' ? 'restored' : 'nothing_committed');
	}
	expect(stage.place.application.maintenance()).toBe(false);
}

async function expectNothingLeft(stage: Stage, { runId, status, backup }: SeenRun): Promise<void> {
	expect(await databasesOf(stage, runId)).toEqual(status === 'restored' ? [restoreNames(runId).keptAs] : []);
	expect([...findPrograms('pg_dump', runId), ...findPrograms('pg_restore', runId)]).toEqual([]);
	expect(readdirSync(stage.place.backupFolder)).toHaveLength(backup ? 1 : 0);
	const locks = await stage.place.sql(
		`select 1 from pg_locks l join pg_stat_activity a using (pid) where l.locktype = 'advisory' and a.application_name like '%' || $1`,
		[runId],
	);
	expect(locks).toEqual([]);
}

/** The chain is whole, and tells of the takeover and of one end. */
async function expectRecorded({ console }: Stage, { runId }: SeenRun): Promise<void> {
	const kinds = (await readRecord(console)).filter((entry) => entry.subject.runId === runId).map((entry) => entry.kind);
	expect(kinds.filter((kind) => kind === 'run.ended')).toHaveLength(1);
	expect(kinds).toContain('run.taken_over');
}
