import { readFileSync } from 'node:fs';
import pg from 'pg';
import { expect, test } from 'vitest';
import { targetSchema } from '#lib/domain/target/target.ts';
import { enroll } from '#lib/postgres/enrollment/enroll.ts';
import { openSampler } from '#lib/postgres/watching/sampler.ts';
import { startCluster } from '#tests/support/cluster.ts';
import { until } from '#tests/support/sql.ts';
import { targetDefinition } from '#tests/support/test-target.ts';

const IDLE = 195;
const WAITING = 5;
const SAMPLES = 100;
/** 1 % of a core, at one sample a second. */
const BUDGET_MS = 10;
/** USER_HZ: the unit of /proc/PID/stat on every Linux that Node runs on. */
const TICK_MS = 10;

test(`costs the server less than 1 % of a core with ${IDLE + WAITING} sessions, some of them waiting`, async ({ skip }) => {
	if (process.platform !== 'linux') skip('a process’s CPU time is read from /proc');
	const cluster = await startCluster({ settings: { max_connections: '230' } });
	const sessions: pg.Client[] = [];
	const connect = async () => {
		const client = new pg.Client({ connectionString: cluster.url('busy'), application_name: 'the application' });
		client.on('error', () => undefined); // The cluster goes before they do.
		await client.connect();
		sessions.push(client);
		return client;
	};
	try {
		const admin = new pg.Client({ connectionString: cluster.url('postgres'), application_name: 'psql' });
		await admin.connect();
		sessions.push(admin);
		await admin.query('create role ehg_owner; create role analyst_ro; create role ehg_app; create role vh_reader');
		await admin.query('create database busy');
		const definition = targetDefinition({ port: cluster.port, database: 'busy', backupFolder: '/nowhere' });
		const target = targetSchema.parse({ ...definition, logTable: { table: 'audit.service_logs' } });
		await enroll({ target, superuserUrl: cluster.url('postgres') });
		const holder = await connect();
		await holder.query(`create schema audit; create table audit.service_logs (level text, "timestamp" timestamptz default now());
			create index on audit.service_logs ("timestamp", level); create table t (); insert into audit.service_logs select 'INFO' from generate_series(1, 1000)`);
		for (let n = 1; n < IDLE; n++) await connect();
		await holder.query('begin; lock table t');
		const waits = [];
		for (let n = 0; n < WAITING; n++) waits.push((await connect()).query('select from t').catch(() => undefined));

		const sampler = await openSampler({ target, runId: 'load' });
		await until('all of them wait', async () => (await sampler.sample()).waiting.count === WAITING);
		const { rows } = await admin.query<{ pid: number }>(
			`select pid from pg_stat_activity where application_name = 'countersign watch load'`,
		);
		expect(rows).toHaveLength(2);
		const before = cpuMs(rows);
		for (let n = 0; n < SAMPLES; n++) expect((await sampler.sample()).sessions.total).toBe(IDLE + WAITING);
		const eachMs = (cpuMs(rows) - before) / SAMPLES;
		console.info(`a sample costs the server ${eachMs.toFixed(2)} ms of CPU: ${(eachMs / 10).toFixed(2)} % of a core at one a second`);
		expect(eachMs).toBeLessThan(BUDGET_MS);
		await sampler.close();
		await holder.query('rollback');
		await Promise.all(waits);
	} finally {
		await Promise.all(sessions.map((client) => client.end().catch(() => undefined)));
		await cluster.destroy();
	}
}, 120_000);

/** What these processes have used of the CPU so far, in user and system mode. */
function cpuMs(processes: { pid: number }[]): number {
	return processes.reduce((sum, { pid }) => {
		const afterName = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1] ?? '';
		const [utime, stime] = afterName.split(' ').slice(11, 13).map(Number);
		return sum + ((utime ?? 0) + (stime ?? 0)) * TICK_MS;
	}, 0);
}
