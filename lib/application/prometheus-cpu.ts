import { z } from 'zod';
import type { Sample } from '#lib/domain/watching/sample.ts';
import { readAnswer } from './read-answer.ts';

const TIMEOUT_MS = 3_000;
/** The parts we read of an instant query's answer: the value is [seconds since 1970, the number as text]. */
const answerSchema = z.object({
	data: z.object({ result: z.array(z.object({ value: z.tuple([z.number(), z.coerce.number<string>()]) })).length(1) }),
});

export type PrometheusCpu = {
	/** The last answer; never waits. Each call starts a new request unless one is under way. */
	read: () => Sample['cpu'];
	stop: () => void;
};

/** Asks Prometheus for the CPU use in percent: the single value of an instant query. */
export function askPrometheusForCpu(url: string): PrometheusCpu {
	const stopping = new AbortController();
	let last: Sample['cpu'] = { notMeasured: 'Prometheus has not answered yet' };
	let asking = false;
	const ask = async () => {
		asking = true;
		try {
			const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(TIMEOUT_MS)]);
			const response = await fetch(url, { redirect: 'manual', signal });
			if (!response.ok) throw new Error(`it answered ${response.status}`);
			const answer = answerSchema.safeParse(JSON.parse(await readAnswer(response)));
			const percent = answer.data?.data.result[0]?.value[1];
			if (percent === undefined || percent < 0 || percent > 100) throw new Error('its answer is not one value from 0 to 100');
			last = { percent, source: 'prometheus' };
		} catch (error) {
			last = { notMeasured: `Prometheus: ${reasonOf(error as Error)}` };
		} finally {
			asking = false;
		}
	};
	return {
		read: () => {
			if (!asking && !stopping.signal.aborted) void ask();
			return last;
		},
		stop: () => stopping.abort(),
	};
}

function reasonOf(error: Error): string {
	if (error.name === 'TimeoutError') return `no answer within ${TIMEOUT_MS / 1000} s`;
	return error.cause instanceof Error ? error.cause.message : error.message;
}
