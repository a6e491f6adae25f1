import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { openSampler } from '#lib/postgres/watching/sampler.ts';
import { asSuperuser } from './databases.ts';
import { endedProgramsTimeMs, ownTimeMs, processTimeMs } from './processor-time.ts';
import type { Bench } from './rounds.ts';

const SESSIONS = 200;
/** Not one upon another: caches would be warmer than those of a watching that looks once a second. */
const EVERY_MS = 100;
const IDLE_LOOKS = 100;
const OUR_LOOKS = 300;
const THEIR_LOOKS = 50;
const RUN = 'benchmark';

/** The processor's time for one look, in milliseconds, client and server together, with 200 sessions on the server. */
export type WatchingLoad = { ours: number; baseline: number };

/** Processor time so far, in milliseconds. */
type Meter = () => number;

/**
 * Looks with the sampler of a run, and then with the three monitors of the seed, at the same things. Ours are this process and the
 * sampler's own two backends; theirs are the programs that are started, and the server with the backends that have ended. What each of
 * these does anyway is taken off.
 */
export async function measureWatching({ cluster, targets, baseline, say }: Bench): Promise<WatchingLoad> {
	const { database } = targets.attested.connection;
	const logTable = { table: 'audit.service_logs', level: 'level', at: 'timestamp' };
	const sessions = await Promise.all(Array.from({ length: SESSIONS }, () => openSession(cluster.url(database))));
	const sampler = await openSampler({ target: { ...targets.attested, logTable }, runId: RUN });
	try {
		const backends = await asSuperuser(cluster, findBackends);
		const ours = await measureLook(
			{ look: sampler.sample, looks: OUR_LOOKS },
			() => ownTimeMs() + backends.reduce((sum, pid) => sum + processTimeMs(pid), 0),
		);
		const theirs = await measureLook(
			{ look: () => baseline.watchOnce(database), looks: THEIR_LOOKS },
			() => endedProgramsTimeMs() + processTimeMs(cluster.pid, { withEnded: true }),
		);
		say(`  one look with ${SESSIONS} sessions: ${ours} ms of processor time; the three monitors ${theirs} ms`);
		return { ours, baseline: theirs };
	} finally {
		await sampler.close();
		await Promise.all(sessions.map((session) => session.end()));
	}
}

async function openSession(url: string): Promise<pg.Client> {
	const client = new pg.Client({ connectionString: url });
	client.on('error', () => undefined); // It only has to be there; when the server is stopped first, that is no news.
	await client.connect();
	return client;
}

async function findBackends(client: pg.Client): Promise<number[]> {
	const { rows } = await client.query<{ pid: number }>('select pid from pg_stat_activity where application_name = $1', [
		`countersign watch ${RUN}`,
	]);
	if (rows.length !== 2) throw new Error(`the sampler has ${rows.length} backends instead of two`);
	return rows.map(({ pid }) => pid);
}

/** One of many looks, less what is used in the same time without looking. In ms. */
async function measureLook({ look, looks }: { look: () => Promise<unknown>; looks: number }, meter: Meter): Promise<number> {
	const idle = await measureLooks({ look: async () => undefined, looks: IDLE_LOOKS }, meter);
	const busy = await measureLooks({ look, looks }, meter);
	const usedMs = busy.usedMs - (idle.usedMs / idle.tookMs) * busy.tookMs;
	return Math.round((usedMs / looks) * 100) / 100;
}

async function measureLooks({ look, looks }: { look: () => Promise<unknown>; looks: number }, meter: Meter) {
	const before = { usedMs: meter(), at: performance.now() };
	for (let n = 0; n < looks; n += 1) {
		const next = sleep(EVERY_MS);
		await look();
		await next;
	}
	return { usedMs: meter() - before.usedMs, tookMs: performance.now() - before.at };
}
