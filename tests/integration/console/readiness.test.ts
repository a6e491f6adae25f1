import { afterAll, beforeAll, expect, test } from 'vitest';
import { isAllowedToScrape, openMetrics } from '#lib/health/metrics.ts';
import { readReadiness } from '#lib/health/read-readiness.ts';
import { openStore } from '#lib/store/client.ts';
import { openTestConsole, type TestConsole } from '#tests/support/test-console.ts';

let console_: TestConsole;

beforeAll(async () => {
	console_ = await openTestConsole();
});
afterAll(() => console_?.close());

const readiness = (with_: Partial<Parameters<typeof readReadiness>[0]> = {}) =>
	readReadiness({ store: console_.store, askQueue: async () => undefined, isListening: () => true, isDraining: () => false, ...with_ });

test('a console whose database is migrated, whose queue answers and which hears the journal is ready', async () => {
	expect(await readiness()).toEqual({ ready: true, reasons: [] });
});

test('each part that is missing is a reason, without any secret', async () => {
	const store = openStore('postgresql://app:hunter2@127.0.0.1:1/console');
	const seen = await readiness({ store, askQueue: () => Promise.reject(new Error('hunter2')), isListening: () => false });
	expect(seen.ready).toBe(false);
	expect(seen.reasons).toHaveLength(3);
	expect(JSON.stringify(seen)).not.toMatch(/hunter2|127\.0\.0\.1/);
	await store.$disconnect();
});

test('a process that stops is not ready', async () => {
	expect(await readiness({ isDraining: () => true })).toEqual({ ready: false, reasons: ['the process is stopping'] });
});

test('a database that lacks a column of this version is not migrated', async () => {
	const old = await openTestConsole();
	try {
		await old.sql('alter table run drop column price cascade');
		expect(await readiness({ store: old.store })).toEqual({
			ready: false,
			reasons: ['the console’s database is not migrated to this version'],
		});
	} finally {
		await old.close();
	}
});

test('the metrics tell runs, signatures, the queue, streams and the process', async () => {
	const metrics = openMetrics({ store: console_.store, queueDepth: async () => ({ waiting: 2, active: 1 }), openStreams: () => 3 });
	const text = await metrics.metrics();
	for (const line of [
		'countersign_runs{status="succeeded"} 0',
		'countersign_signatures_waiting{seat="dba"} 0',
		'countersign_deliveries{road="channel",state="given_up"} 0',
		'countersign_queue_jobs{state="waiting"} 2',
		'countersign_streams_open 3',
		'# TYPE countersign_watcher_age_seconds gauge',
		'# TYPE countersign_step_duration_seconds histogram',
		'# TYPE process_cpu_seconds_total counter',
	])
		expect(text.split('\n')).toContain(line);
});

test('the metrics are for whoever has the whole token', () => {
	const token = 'a-token-of-the-deployer';
	expect(isAllowedToScrape(`Bearer ${token}`, token)).toBe(true);
	for (const wrong of [null, '', token, `Bearer ${token}x`, 'Bearer ']) expect(isAllowedToScrape(wrong, token)).toBe(false);
});
