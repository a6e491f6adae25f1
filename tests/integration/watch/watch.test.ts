import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { JournalEvent } from '#lib/domain/run.ts';
import type { Target } from '#lib/domain/target/target.ts';
import type { Sample } from '#lib/domain/watching/sample.ts';
import { type Breach, DEFAULT_LIMITS, type Limits } from '#lib/domain/watching/thresholds.ts';
import { connectTarget } from '#lib/postgres/connection/connect.ts';
import { startWatch, type Watch } from '#lib/watch/watch.ts';
import { openSession, until } from '#tests/support/sql.ts';
import { openTestTarget, type TestTarget } from '#tests/support/test-target.ts';

let place: TestTarget;
beforeAll(async () => {
	place = await openTestTarget();
});
afterAll(() => place.close());

type Watched = Watch & { samples: Sample[]; breaches: Breach[]; deaths: Error[]; told: JournalEvent[]; runId: string };
let runs = 0;

/** A watch with what it has told so far. CPU breaks nothing here unless a test says so: the tests themselves use it. */
async function watch(
	change: (definition: Record<string, unknown>) => void = () => undefined,
	limits: Partial<Limits> = {},
): Promise<Watched> {
	const target = define(change);
	const seen = { samples: [] as Sample[], breaches: [] as Breach[], deaths: [] as Error[], told: [] as JournalEvent[] };
	runs += 1;
	const runId = `00000000-0000-4000-8000-${String(runs).padStart(12, '0')}`;
	const watching = await startWatch({
		runId,
		target,
		limits: { ...DEFAULT_LIMITS, cpuPercent: 100, ...limits },
		tell: (event) => {
			seen.told.push(event);
			if (event.phase === 'sample') seen.samples.push(event.data);
		},
		onBreach: (breach) => seen.breaches.push(breach),
		onDeath: (error) => seen.deaths.push(error),
	});
	onTestFinished(watching.stop);
	return { ...watching, ...seen, runId };
}

function define(change: (definition: Record<string, unknown>) => void): Target {
	return place.define((definition) => {
		Object.assign(definition, { logTable: { table: 'audit.service_logs' } });
		change(definition as unknown as Record<string, unknown>);
	});
}

const sessionsOf = ({ runId }: Watched) =>
	place.sql<{ datname: string }>('select datname from pg_stat_activity where application_name = $1', [`countersign watch ${runId}`]);
const logError = () => place.sql(`insert into audit.service_logs (service, level, message) values ('tests', 'ERROR', 'x')`);
const more = (watched: Watched, samples: number) => {
	const wanted = watched.samples.length + samples;
	return until(`${samples} more samples`, async () => watched.samples.length >= wanted);
};

test('tells its limits, and then a sample a second until it is stopped', async () => {
	const watched = await watch();
	expect(watched.told.map(({ phase }) => phase)).toEqual(['limits', 'sample']);
	await more(watched, 3);
	const [first, , , fourth] = watched.samples.map(({ at }) => Date.parse(at));
	expect(Number(fourth) - Number(first)).toBeGreaterThanOrEqual(2_900);
	await watched.stop();
	const told = watched.samples.length;
	await sleep(1_500);
	expect(watched.samples).toHaveLength(told);
	await until('its sessions gone', async () => (await sessionsOf(watched)).length === 0);
	expect(watched.deaths).toEqual([]);
});

test('an error logged before BEGIN or after the smoke tests is shown; one in between aborts, once', async () => {
	const watched = await watch();
	await logError();
	await more(watched, 1);
	watched.act();
	await more(watched, 2);
	expect(watched.breaches).toEqual([]);
	await logError();
	await until('the breach', async () => watched.breaches.length > 0);
	expect(watched.breaches).toEqual([{ code: 'errors_logged', message: expect.stringContaining('1 error') }]);
	await logError();
	await more(watched, 2);
	expect(watched.breaches).toHaveLength(1);

	const rested = await watch();
	rested.act();
	rested.rest();
	await logError();
	await more(rested, 2);
	expect(rested.breaches).toEqual([]);
	expect(rested.samples.at(-1)?.errors).toMatchObject({ byLevel: { ERROR: 1 } });
});

test('somebody who waits behind our lock longer than allowed aborts', async () => {
	const watched = await watch(() => undefined, { waitingBehindUsMs: 500 });
	const run = await connectTarget({ target: define(() => undefined), login: 'run', applicationName: `countersign run ${watched.runId}` });
	onTestFinished(() => run.end());
	watched.act();
	await run.query('begin; set local role ehg_owner; lock table eng.strategic_directives');
	const victim = await place.session();
	onTestFinished(() => victim.end());
	const waits = victim.query('select from eng.strategic_directives limit 0');
	await until('the breach', async () => watched.breaches.length > 0);
	expect(watched.breaches[0]?.code).toBe('others_wait');
	await run.query('rollback');
	await waits;
});

test('an application that no longer answers aborts after three samples running', async () => {
	let answers = true;
	const server = createServer((_, response) => {
		if (answers) response.end('ok');
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	onTestFinished(() => {
		server.closeAllConnections();
		server.close();
	});
	const { port } = server.address() as { port: number };
	const watched = await watch((definition) => Object.assign(definition, { health: `http://127.0.0.1:${port}/` }), { responseMs: 1_000 });
	watched.act();
	await more(watched, 2);
	expect(watched.samples.at(-1)?.response).toMatchObject({ ms: expect.any(Number) });
	expect(watched.samples.at(-1)?.response).not.toHaveProperty('error');
	answers = false;
	await until('the breach', async () => watched.breaches.length > 0);
	expect(watched.breaches[0]?.code).toBe('slow_response');
	const over = watched.samples.filter(({ response }) => 'ms' in response && response.ms !== null && response.ms > 1_000);
	expect(over).toHaveLength(3);
});

test('a connection that is ended is its death: told once, and no sample follows', async () => {
	for (const database of ['postgres', place.database]) {
		const watched = await watch();
		watched.act();
		const admin = await openSession(place.urlOf('postgres'));
		await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1 and datname = $2', [
			`countersign watch ${watched.runId}`,
			database,
		]);
		await until('the death', async () => watched.deaths.length > 0);
		const told = watched.samples.length;
		await sleep(1_500);
		expect(watched.samples).toHaveLength(told);
		expect(watched.deaths).toHaveLength(1);
		await until('its sessions gone', async () => (await sessionsOf(watched)).length === 0);
		await admin.end();
	}
});

test('while paused it is not in the target, and watches the cluster on', async () => {
	const watched = await watch();
	await watched.pauseTarget();
	await until('the target without it', async () => (await sessionsOf(watched)).every(({ datname }) => datname !== place.database));
	await more(watched, 2);
	expect(watched.samples.at(-1)?.errors).toHaveProperty('notMeasured');
	await watched.resumeTarget();
	await more(watched, 2);
	expect(watched.samples.at(-1)?.errors).toHaveProperty('byLevel');
	expect(watched.deaths).toEqual([]);
});

test('a target that requires the CPU’s figure stops the run where there is none', async () => {
	const poor = (definition: Record<string, unknown>) => {
		(definition.connection as { logins: { backup: { user: string } } }).logins.backup.user = 'poor_backup';
		definition.hostCpu = { required: true };
		definition.logTable = undefined;
	};
	await expect(watch(poor)).rejects.toMatchObject({ failure: { code: 'cpu_not_measured' } });
	const watched = await watch((definition) => Object.assign(definition, { hostCpu: { required: true } }));
	await more(watched, 1);
	expect(watched.samples.at(-1)?.cpu).toMatchObject({ source: 'proc' });
});

test('Prometheus is asked where the target names it; an answer that is no figure is not taken for one', async () => {
	let answer: unknown = { status: 'success', data: { resultType: 'vector', result: [{ metric: {}, value: [1, '37.5'] }] } };
	const server = createServer((_, response) => response.end(JSON.stringify(answer)));
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	onTestFinished(() => void server.close());
	const { port } = server.address() as { port: number };
	const watched = await watch((definition) =>
		Object.assign(definition, { hostCpu: { prometheus: `http://127.0.0.1:${port}/api/v1/query?query=cpu` } }),
	);
	await until('the figure', async () => 'percent' in (watched.samples.at(-1)?.cpu ?? {}));
	expect(watched.samples.at(-1)?.cpu).toEqual({ percent: 37.5, source: 'prometheus' });
	answer = { status: 'success', data: { resultType: 'vector', result: [] } };
	await until('no figure', async () => 'notMeasured' in (watched.samples.at(-1)?.cpu ?? {}));
	expect(watched.deaths).toEqual([]);
});
