import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { openSampler } from '#lib/postgres/sampler.ts';
import type { Bench } from './rounds.ts';

const SESSIONS = 200;
const LOOKS = 15;
/** Linux counts processor time in hundredths of a second. */
const TICK_MS = 10;

/** The processor's time for one look, in milliseconds, client and server together, with 200 sessions on the server. */
export type WatchingLoad = { ours: number; baseline: number };

/** Looks once a second, with the sampler of a run and with the three monitors of the seed. What the machine does anyway is taken off. */
export async function measureWatching({ cluster, targets, baseline }: Bench): Promise<WatchingLoad> {
	const sessions = await Promise.all(Array.from({ length: SESSIONS }, () => openSession(cluster.url('postgres'))));
	const sampler = await openSampler({ target: targets.attested, runId: 'benchmark' });
	try {
		const idle = await busyMs(async () => undefined);
		const ours = await busyMs(() => sampler.sample());
		const theirs = await busyMs(() => baseline.watchOnce(targets.attested.connection.database));
		return { ours: perLook(ours - idle), baseline: perLook(theirs - idle) };
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

/** How long the machine's processors worked while it looked, once a second. */
async function busyMs(look: () => Promise<unknown>): Promise<number> {
	const before = busyTicks();
	for (let n = 0; n < LOOKS; n += 1) {
		const next = sleep(1_000);
		await look();
		await next;
	}
	return (busyTicks() - before) * TICK_MS;
}

/** All but idle and waiting for the disk, of the first line of /proc/stat. */
function busyTicks(): number {
	const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n');
	const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = line.trim().split(/\s+/).slice(1).map(Number);
	return user + nice + system + irq + softirq;
}

function perLook(ms: number): number {
	return Math.max(0, Math.round((ms / LOOKS) * 10) / 10);
}
