import { expect, test, vi } from 'vitest';
import { makeRunsInHand, RUNS_AT_ONCE } from '#lib/run/worker/runs-in-hand.ts';

test('has as many runs in hand as it may, whoever named them, and each once', async () => {
	const began: string[] = [];
	let end: () => void = () => undefined;
	const ended = new Promise<void>((resolve) => {
		end = resolve;
	});
	const hands = makeRunsInHand({
		work: async (runId) => {
			began.push(runId);
			await ended;
		},
		tell: async () => undefined,
	});
	for (const runId of ['a', 'a', 'b', 'c', 'd']) hands.take(runId);
	expect(began).toEqual(['a', 'b']);
	expect(began).toHaveLength(RUNS_AT_ONCE);
	end();
	await hands.settled();
	hands.take('c');
	expect(began).toEqual(['a', 'b', 'c']);
});

test('leaves a run that failed alone for a while, tells why, and hands it to the next try', async () => {
	vi.spyOn(console, 'error').mockImplementation(() => undefined);
	vi.useFakeTimers({ toFake: ['performance'] });
	try {
		const tries: (string | undefined)[] = [];
		const told: string[] = [];
		const hands = makeRunsInHand({
			work: async (_, lastError) => {
				tries.push(lastError?.message);
				throw new Error(`failure ${tries.length}`);
			},
			tell: async (_, error) => void told.push(error.message),
		});
		for (let second = 0; second < 180; second += 1) {
			hands.take('a');
			await hands.settled();
			vi.advanceTimersByTime(1_000);
		}
		// After 3, 6, 12, 24, 48 and then 60 s each.
		expect(tries).toEqual([undefined, 'failure 1', 'failure 2', 'failure 3', 'failure 4', 'failure 5', 'failure 6']);
		expect(told).toHaveLength(tries.length);
	} finally {
		vi.useRealTimers();
		vi.restoreAllMocks();
	}
});
