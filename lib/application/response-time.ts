import type { Sample } from '#lib/domain/watching/sample.ts';
import { readAnswer } from './read-answer.ts';

/** Longer than any sensible limit of a target; after this the next request is made. */
const GIVEN_UP_AFTER_MS = 30_000;

export type ResponseTime = {
	/**
	 * The slower of the last answer and the request that is still under way; never waits. An endpoint that hangs is noticed as it
	 * gets slower. Each call starts a request unless one is under way.
	 */
	read: () => Sample['response'];
	stop: () => void;
};

/** Measures how long the application's health endpoint takes to answer, whatever it answers. A redirect is not followed. */
export function measureResponseTime(url: 'none' | string): ResponseTime {
	if (url === 'none') return { read: () => ({ notMeasured: 'the target names no health endpoint' }), stop: () => undefined };
	const stopping = new AbortController();
	let last: { ms: number | null; error?: string } | null = null;
	let sentAt: number | null = null;

	const ask = async () => {
		const startedAt = performance.now();
		sentAt = startedAt;
		try {
			const status = await answerOf(url, stopping.signal);
			const ms = Math.round(performance.now() - startedAt);
			last = status >= 200 && status < 300 ? { ms } : { ms, error: `answered ${status}` };
		} catch (error) {
			last = { ms: null, error: reasonOf(error as Error) };
		} finally {
			sentAt = null;
		}
	};
	return {
		read: () => {
			const underWayMs = sentAt === null ? null : Math.round(performance.now() - sentAt);
			if (underWayMs === null && !stopping.signal.aborted) void ask();
			if (!last) return underWayMs === null ? { notMeasured: 'the first request is under way' } : waitingFor(underWayMs);
			if (underWayMs === null || last.ms === null || underWayMs <= last.ms) return last;
			return waitingFor(underWayMs);
		},
		stop: () => stopping.abort(),
	};
}

function waitingFor(ms: number): Sample['response'] {
	return { ms, error: 'no answer yet' };
}

/** The status, once the answer has arrived. */
async function answerOf(url: string, stop: AbortSignal): Promise<number> {
	const signal = AbortSignal.any([stop, AbortSignal.timeout(GIVEN_UP_AFTER_MS)]);
	const response = await fetch(url, { redirect: 'manual', signal, headers: { accept: 'application/json' } });
	await readAnswer(response); // It is timed, not used.
	return response.status;
}

function reasonOf(error: Error): string {
	if (error.name === 'TimeoutError') return `no answer within ${GIVEN_UP_AFTER_MS / 1000} s`;
	return error.cause instanceof Error ? error.cause.message : error.message;
}
