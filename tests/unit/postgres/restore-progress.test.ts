import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { followRestore, type RestoreProgress } from '#lib/postgres/backup/restore-progress.ts';

const BIG = '4711; 0 16400 TABLE DATA audit events ehg_owner';
const INDEX = '4712; 1259 16410 INDEX audit events_body_idx ehg_owner';
const KEY = '4713; 2606 16411 CONSTRAINT audit events events_pkey ehg_owner';
const GRANT = '4714; 0 0 ACL audit TABLE events ehg_owner';
const MB = 1024 * 1024;
const SIZES = new Map([
	['audit events', 100 * MB],
	['audit events_body_idx', 50 * MB],
	['audit events_pkey', 10 * MB],
]);

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] }));
afterEach(() => void vi.useRealTimers());

function follow() {
	const told: RestoreProgress[] = [];
	const progress = followRestore({ numbered: [BIG, INDEX, KEY], others: [GRANT], sizes: SIZES, onProgress: (now) => told.push(now) });
	return { progress, last: () => told.at(-1), told };
}

describe('how far a restore is', () => {
	it('counts an object when it is finished, not when it begins', () => {
		const { progress, last } = follow();
		progress.line('pg_restore: launching item 4711 TABLE DATA events', 'numbered');
		progress.line('pg_restore: processing data for table "audit.events"', 'numbered');
		vi.advanceTimersByTime(1_000);
		expect(last()).toMatchObject({ objects: { done: 0, total: 4 }, done: 0, remainingMs: null });
		progress.line('pg_restore: finished item 4711 TABLE DATA events', 'numbered');
		progress.line('pg_restore: finished item 4711 TABLE DATA events', 'numbered');
		vi.advanceTimersByTime(1_000);
		expect(last()?.objects.done).toBe(1);
		progress.stop();
	});

	it('says how much longer by what the objects weigh, indexes more than rows', () => {
		const { progress, last } = follow();
		vi.advanceTimersByTime(9_500);
		progress.line('pg_restore: finished item 4711 TABLE DATA events', 'numbered');
		vi.advanceTimersByTime(500);
		// 100 of 100 + 3 × (50 + 10), and a little for what has no rows.
		expect(last()?.remainingMs).toBeGreaterThan(17_500);
		expect(last()?.remainingMs).toBeLessThan(18_500);
		progress.stop();
	});

	it('counts to the end with what comes one after the other', () => {
		const { progress, last } = follow();
		for (const number of [4711, 4712, 4713]) progress.line(`pg_restore: finished item ${number} X`, 'numbered');
		progress.line('pg_restore: connecting to database for restore', 'others');
		progress.line('pg_restore: creating ACL "audit.TABLE events"', 'others');
		progress.stop();
		expect(last()).toMatchObject({ objects: { done: 4, total: 4 }, done: last()?.total });
	});

	it('is told once a second, and not after it is stopped', () => {
		const { progress, told } = follow();
		vi.advanceTimersByTime(3_000);
		progress.stop();
		vi.advanceTimersByTime(3_000);
		expect(told).toHaveLength(4);
	});
});
