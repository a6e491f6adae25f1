import { expect, test } from 'vitest';
import type { RehearsalReport } from '#lib/domain/rehearsed/rehearsal.ts';
import { windowFit } from '#lib/domain/target/window-fit.ts';

const report = { backup: { ms: 60_000 }, restore: { ms: 120_000 }, transaction: { ms: 30_000 } } as RehearsalReport;
const HOUR = 3_600_000;
const target = (restoreBudget: number) => ({
	window: { daily: { from: '02:00', to: '04:00' }, once: [], freezes: [] },
	restoreBudget,
	rehearsal: { margin: 2 } as never,
});
const at = (clock: string) => new Date(`2026-11-27T${clock}:00.000Z`);

test('an open window must have room for the rehearsed times with their margin, and a restore', () => {
	const ask = { target: target(HOUR), report };
	expect(windowFit({ ...ask, now: at('02:00') })).toEqual({
		roomMs: 2 * HOUR,
		isOpen: true,
		rehearsedMs: 420_000,
		restoreMs: HOUR,
		fits: true,
	});
	expect(windowFit({ ...ask, now: at('02:53') }).fits).toBe(true);
	expect(windowFit({ ...ask, now: at('02:54') }).fits).toBe(false);
	expect(windowFit({ ...ask, report: null, now: at('03:00') })).toMatchObject({ rehearsedMs: 0, fits: true });
});

test('a closed one is judged by the next, and one that never opens again has no room', () => {
	expect(windowFit({ target: target(HOUR), report, now: at('12:00') })).toMatchObject({ isOpen: false, roomMs: 2 * HOUR, fits: true });
	expect(windowFit({ target: target(3 * HOUR), report, now: at('12:00') }).fits).toBe(false);
	const over = { ...target(HOUR), window: { once: [{ from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' }], freezes: [] } };
	expect(windowFit({ target: over, report, now: at('12:00') })).toMatchObject({ roomMs: null, fits: false });
});
