import { expect } from 'vitest';
import type { Target } from '#lib/domain/target/target.ts';
import { approvedChange, type BundleInput, executeToEnd, type FiledChange, readRun, type SeenRun, stepsOf } from './change.ts';
import { readRecord, type TestConsole } from './test-console.ts';
import type { TestTarget } from './test-target.ts';

/** What a target looks like, by the superuser's own eyes: catalog and rows of every table but the markers. */
export type Look = { fingerprint: string; rows: Record<string, number> };

export async function lookAt(place: Pick<TestTarget, 'fingerprint' | 'sql'>): Promise<Look> {
	const counted = await place.sql<{ table: string; rows: string }>(
		`select format('%I.%I', schemaname, tablename) as table,
		        (xpath('/row/n/text()', query_to_xml(format('select count(*) as n from %I.%I', schemaname, tablename), false, true, '')))[1]::text as rows
		   from pg_tables where schemaname not in ('pg_catalog', 'information_schema', 'countersign') order by 1`,
	);
	return { fingerprint: await place.fingerprint(), rows: Object.fromEntries(counted.map(({ table, rows }) => [table, Number(rows)])) };
}

/** Rolled back, by everything that there is to look at: target, console, application. */
export async function expectNothingChanged(
	{ console, place, before }: { console: TestConsole; place: TestTarget; before: Look },
	run: Pick<SeenRun, 'runId'>,
): Promise<void> {
	expect(await lookAt(place)).toEqual(before);
	expect(await place.sql('select run_id from countersign.marker where run_id = $1 and not tombstone', [run.runId])).toEqual([]);
	expect(place.application.maintenance()).toBe(false);
	const ended = await readRun(console, run.runId);
	expect(ended).toMatchObject({ status: 'rolled_back', truth: { kind: 'nothing_committed' }, changeStatus: 'rolled_back' });
	const entries = (await readRecord(console)).filter((entry) => entry.subject.runId === run.runId);
	expect(entries.find((entry) => entry.kind === 'run.ended')?.data).toMatchObject({ outcome: 'rolled_back' });
	const left = await place.sql(`select application_name from pg_stat_activity where application_name like '%' || $1`, [run.runId]);
	expect(left).toEqual([]);
}

export type Failing = { target?: Target; bundle?: BundleInput; change?: FiledChange; step: string; failure: Record<string, unknown> };

const BUNDLE: BundleInput = { files: { '1.sql': 'create table eng.made (id int)' } };

/** Runs a change and sees it fail at that step, and at none before or after it but the ends, with nothing changed. */
export async function expectFailsAt(
	{ console, place, before }: { console: TestConsole; place: TestTarget; before: Look },
	{ target = place.define(), bundle = BUNDLE, change, step, failure }: Failing,
): Promise<SeenRun> {
	const setting = { console, target };
	const run = await executeToEnd(setting, change ?? (await approvedChange(setting, bundle)));
	expect(run.failure).toMatchObject(failure);
	expect(run.failure?.instead).toBeTruthy();
	const steps = await stepsOf(console, run.runId);
	expect(steps.filter((s) => s.outcome === 'failed').map((s) => s.step)).toEqual([step]);
	expect(steps.at(-1)).toEqual({ step: 'record', outcome: 'passed' });
	await expectNothingChanged({ console, place, before }, run);
	return run;
}
