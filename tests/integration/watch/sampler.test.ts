import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Target } from '#lib/domain/target/target.ts';
import { connectTarget } from '#lib/postgres/connection/connect.ts';
import { type DatabaseSample, openSampler, type Sampler } from '#lib/postgres/watching/sampler.ts';
import { openSession, until } from '#tests/support/sql.ts';
import { openTestTarget, type TestTarget } from '#tests/support/test-target.ts';

const RUN = '11111111-2222-4333-8444-555555555555';
let place: TestTarget;
let target: Target;
const LOG = { table: 'audit.service_logs' };

beforeAll(async () => {
	place = await openTestTarget();
	target = place.define((definition) => Object.assign(definition, { logTable: LOG }));
});
afterAll(() => place.close());

async function open(as: Target = target): Promise<Sampler> {
	const sampler = await openSampler({ target: as, runId: RUN });
	onTestFinished(sampler.close);
	return sampler;
}

/** In the target as the superuser, or beside it. */
async function session(database = place.database): Promise<pg.Client> {
	const client = await openSession(place.urlOf(database));
	onTestFinished(() => client.end());
	return client;
}

/** The run's own transaction, with a lock on the table. */
async function runThatLocks(table: string): Promise<pg.Client> {
	const client = await connectTarget({ target, login: 'run', applicationName: `countersign run ${RUN}` });
	onTestFinished(() => client.end());
	await client.query(`begin; set local role ehg_owner; lock table ${table}`);
	return client;
}

const sampleWith = (sampler: Sampler, wanted: (sample: DatabaseSample) => boolean) =>
	until('such a sample', async () => {
		const sample = await sampler.sample();
		return wanted(sample) && sample;
	});

const log = (...levels: string[]) =>
	place.sql(`insert into audit.service_logs (service, level, message) select 'tests', unnest($1::text[]), 'x'`, [levels]);

test('counts what the application logs from the moment of opening, and errors from BEGIN', async () => {
	await log('ERROR', 'INFO');
	await sleep(5);
	const sampler = await open();
	expect((await sampler.sample()).errors).toEqual({ byLevel: {}, sinceBegin: 0 });
	await log('ERROR', 'INFO', 'INFO', 'WARN');
	expect((await sampler.sample()).errors).toEqual({ byLevel: { ERROR: 1, INFO: 2, WARN: 1 }, sinceBegin: 0 });
	sampler.begin();
	expect((await sampler.sample()).errors).toMatchObject({ sinceBegin: 0 });
	await log('ERROR', 'INFO');
	expect((await sampler.sample()).errors).toEqual({ byLevel: { ERROR: 2, INFO: 3, WARN: 1 }, sinceBegin: 1 });
});

test('an error that was logged after the last sample before BEGIN counts', async () => {
	const sampler = await open();
	await sampler.sample();
	await log('ERROR');
	sampler.begin();
	expect((await sampler.sample()).errors).toMatchObject({ sinceBegin: 1 });
});

test('a log table that cannot be read stops the watching before it begins', async () => {
	const absent = place.define((definition) => Object.assign(definition, { logTable: { table: 'audit.nowhere' } }));
	await expect(openSampler({ target: absent, runId: RUN })).rejects.toThrow('audit.nowhere');
	expect((await (await open(place.define())).sample()).errors).toEqual({ notMeasured: 'the target has no log table defined' });
});

test('counts others by state, and none of the console’s own sessions', async () => {
	const sampler = await open();
	const before = (await sampler.sample()).sessions;
	const idle = await session();
	const busy = await session();
	await busy.query('begin');
	const own = await connectTarget({ target, login: 'backup', applicationName: `countersign backup ${RUN}` });
	onTestFinished(() => own.end());
	const { sessions, oldestTransactionMs } = await sampler.sample();
	expect(sessions.total - before.total).toBe(2);
	expect(sessions.byState['idle in transaction']).toBe(1);
	expect(oldestTransactionMs).toBeGreaterThanOrEqual(0);
	await Promise.all([idle.query('select 1'), busy.query('rollback')]);
	expect((await sampler.sample()).oldestTransactionMs).toBeNull();
});

test('tells who waits behind the run, directly and behind one another, with the relation and the wait', async () => {
	const sampler = await open();
	const first = await session();
	await first.query('begin; lock table audit.change_log in row exclusive mode');
	const run = await runThatLocks('eng.strategic_directives');
	const waits = first.query('select * from eng.strategic_directives limit 0');
	const second = await session();
	await second.query('begin');
	const third = second.query('lock table audit.change_log in exclusive mode');
	const { waiting } = await sampleWith(sampler, (sample) => sample.waiting.count === 2 && sample.waiting.behindUs.longestMs >= 100);
	expect(waiting.behindUs).toMatchObject({ count: 2, longestMs: waiting.longestMs });
	expect(waiting.tree).toHaveLength(2);
	expect(waiting.tree).toEqual(
		expect.arrayContaining([
			expect.objectContaining({
				relation: 'eng.strategic_directives',
				mode: 'AccessShareLock',
				behindUs: true,
				application: 'psql',
				user: 'postgres',
			}),
			expect.objectContaining({ relation: 'audit.change_log', mode: 'ExclusiveLock', behindUs: true }),
		]),
	);
	await run.query('rollback');
	await waits;
	await first.query('rollback');
	await third;
	await second.query('rollback');
	expect((await sampler.sample()).waiting).toMatchObject({ count: 0, longestMs: 0, behindUs: { count: 0, longestMs: 0 }, tree: [] });
});

test('somebody who waits for somebody else is told, and is not behind us', async () => {
	const sampler = await open();
	await runThatLocks('eng.strategic_directives');
	const holder = await session();
	await holder.query(`begin; lock table audit.change_log`);
	const victim = await session();
	const waits = victim.query(`select 'password=hunter22' from audit.change_log limit 0`);
	const { waiting } = await sampleWith(sampler, (sample) => sample.waiting.count === 1);
	expect(waiting.behindUs).toEqual({ count: 0, longestMs: 0 });
	expect(waiting.tree[0]).toMatchObject({ behindUs: false, relation: 'audit.change_log' });
	expect(waiting.tree[0]?.query).not.toContain('hunter22');
	await holder.query('rollback');
	await waits;
});

test('who waits for a row is told with the row’s table', async () => {
	const sampler = await open();
	const holder = await session();
	await holder.query('begin; select * from eng.strategic_directives order by id limit 1 for update');
	const victim = await session();
	const waits = victim.query('select * from eng.strategic_directives order by id limit 1 for update');
	const { waiting } = await sampleWith(sampler, (sample) => sample.waiting.count === 1);
	expect(waiting.tree[0]).toMatchObject({ relation: 'eng.strategic_directives', mode: 'ShareLock' });
	await holder.query('rollback');
	await waits;
});

test('the log table locked by the run itself is said so, and makes nobody wait', async () => {
	const sampler = await open();
	sampler.begin();
	const run = await runThatLocks('audit.service_logs');
	const { errors, waiting } = await sampler.sample();
	expect(errors).toEqual({ notMeasured: expect.stringContaining('lock timeout') });
	expect(waiting.behindUs.count).toBe(0);
	await run.query('rollback');
	expect((await sampler.sample()).errors).toMatchObject({ sinceBegin: 0 });
});

test('counts deadlocks since it was opened', async () => {
	const sampler = await open();
	const [a, b] = [await session(), await session()];
	await a.query(`set deadlock_timeout = '50ms'; begin; lock table eng.strategic_directives`);
	await b.query(`set deadlock_timeout = '50ms'; begin; lock table audit.change_log`);
	const crossed = await Promise.allSettled([a.query('lock table audit.change_log'), b.query('lock table eng.strategic_directives')]);
	expect(crossed.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
	await Promise.all([a.query('rollback'), b.query('rollback')]);
	expect((await sampleWith(sampler, (sample) => sample.deadlocks > 0)).deadlocks).toBe(1);
	expect((await (await open()).sample()).deadlocks).toBe(0);
});

test('measures the WAL that is written, and the CPU of the host through the function that enroll makes', async () => {
	const sampler = await open();
	await sampler.sample();
	await place.sql(`create table eng.noise as select generate_series(1, 20000) n; drop table eng.noise`);
	const { wal, cpu } = await sampleWith(sampler, (sample) => 'percent' in sample.cpu);
	expect(wal.bytes).toBeGreaterThan(500_000);
	expect(cpu).toMatchObject({ source: 'proc' });
	if ('percent' in cpu) expect(cpu.percent).toBeGreaterThanOrEqual(0);
});

test('the backup login may read the processors’ times and no other file of the host', async () => {
	const client = await connectTarget({ target, login: 'backup', database: 'postgres' });
	onTestFinished(() => client.end());
	await expect(client.query(`select pg_read_file('/etc/passwd')`)).rejects.toThrow('permission denied');
	const { rows } = await client.query('select countersign.host_cpu() as line');
	expect(rows[0].line).toMatch(/^cpu /);
	const run = await connectTarget({ target, login: 'run', database: 'postgres' });
	onTestFinished(() => run.end());
	await expect(run.query('select countersign.host_cpu()')).rejects.toThrow('permission denied');
});

test('a login that may not read the CPU gets no figure but the reason', async () => {
	const poor = place.define((definition) => {
		definition.connection.logins.backup.user = 'poor_backup';
	});
	const { cpu } = await (await open(poor)).sample();
	expect(cpu).toEqual({ notMeasured: expect.stringContaining('may not read /proc/stat') });
});

test('a pause leaves the target free of our session, so that it can be copied; names are remembered', async () => {
	const sampler = await open();
	const run = await runThatLocks('eng.strategic_directives');
	const victim = await session();
	const waits = victim.query('select * from eng.strategic_directives limit 0');
	await sampleWith(sampler, (sample) => sample.waiting.tree[0]?.relation === 'eng.strategic_directives');
	await sampler.pauseTarget();
	expect((await sampler.sample()).waiting.tree[0]?.relation).toBe('eng.strategic_directives');
	await run.query('rollback');
	await waits;
	await run.end();
	await victim.end();
	const admin = await session('postgres');
	const copy = `${place.database}_copy`;
	await admin.query(`create database ${copy} template ${place.database}`);
	await admin.query(`drop database ${copy}`);
	expect((await sampler.sample()).errors).toEqual({ notMeasured: expect.stringContaining('free of sessions') });
	await sampler.resumeTarget();
	expect((await sampler.sample()).errors).toMatchObject({ sinceBegin: 0 });
});

test('a connection that was ended makes the next sample fail, whichever of the two it was', async () => {
	for (const database of ['postgres', place.database]) {
		const sampler = await open();
		const admin = await session('postgres');
		await admin.query(
			`select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = $1 and application_name = 'countersign watch ${RUN}'`,
			[database],
		);
		await expect(sampler.sample()).rejects.toThrow();
	}
});
