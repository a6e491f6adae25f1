import { setTimeout as sleep } from 'node:timers/promises';
import { askPrometheusForCpu } from '#lib/application/prometheus-cpu.ts';
import { measureResponseTime } from '#lib/application/response-time.ts';
import type { JournalEvent } from '#lib/domain/run.ts';
import type { Target } from '#lib/domain/target/target.ts';
import type { Sample } from '#lib/domain/watching/sample.ts';
import { type Breach, breach, type Limits } from '#lib/domain/watching/thresholds.ts';
import { StepFailed } from '#lib/gates/gate.ts';
import type { Counters } from '#lib/postgres/watching/sample-counters.ts';
import { openSampler, type Sampler } from '#lib/postgres/watching/sampler.ts';

export type Watch = {
	/** From BEGIN: a breach calls `onBreach`. */
	act: () => void;
	/** After the smoke tests have passed: samples are shown, and abort nothing. */
	rest: () => void;
	/** Closes our session in the target; resolves when it is closed. The cluster is still watched. */
	pauseTarget: () => Promise<void>;
	resumeTarget: () => Promise<void>;
	/** When this resolves, the last sample is written and all connections are closed. */
	stop: () => Promise<void>;
	/** The counters' starting values: watching after the run continues with them. */
	counters: Counters;
};

export type WatchInput = {
	runId: string;
	target: Target;
	limits: Limits;
	/** The starting values of earlier watching; null or absent: count from zero. */
	goOnWith?: Counters | null;
	/** Appends to the journal of `watch`. */
	tell: (event: JournalEvent) => void;
	/** At most once. */
	onBreach: (breach: Breach) => void;
	/** At most once, with the error that ended watching. No sample follows: before COMMIT the run must stop. */
	onDeath: (error: Error) => void;
};

const EVERY_MS = 1_000;
/** A sample that takes longer counts as failed: its values would be too old to act on. */
const DEAD_AFTER_MS = 5_000;
/** Samples that a breach may depend on: 10 s of CPU and then some. */
const RECENT = 30;

/**
 * Watches a target on separate connections, one sample per second, until stopped. Throws when the first sample fails, or when a
 * target requires the CPU use and it cannot be measured.
 */
export async function startWatch({ runId, target, limits, goOnWith, tell, onBreach, onDeath }: WatchInput): Promise<Watch> {
	const eyes = await openEyes({ target, runId, goOnWith });
	const stopping = new AbortController();
	const recent: Sample[] = [];
	let actingSince: string | null = null;
	let breached = false;

	const look = async () => {
		const sample = await within(DEAD_AFTER_MS, eyes.sample());
		if (stopping.signal.aborted) return;
		tell({ phase: 'sample', data: sample });
		recent.push(sample);
		if (recent.length > RECENT) recent.shift();
		const found = actingSince !== null && !breached ? breach(recent, limits, actingSince) : null;
		if (!found) return;
		breached = true;
		onBreach(found);
	};
	const goOn = async () => {
		let due = performance.now() + EVERY_MS;
		for (;;) {
			await sleep(Math.max(0, due - performance.now()), undefined, { signal: stopping.signal }).catch(() => undefined);
			if (stopping.signal.aborted) return;
			await look();
			// A slow sample skips ticks instead of being followed by several at once.
			due += EVERY_MS * Math.max(1, Math.ceil((performance.now() - due) / EVERY_MS));
		}
	};

	try {
		tell({ phase: 'limits', data: limits });
		// Watching that continues starts right after a written sample, and its own first sample has no response time yet.
		await (goOnWith ? within(DEAD_AFTER_MS, eyes.sample()) : look());
		if (target.hostCpu.required) refuseUnmeasuredCpu(await eyes.settledCpu());
	} catch (error) {
		await eyes.close();
		throw error;
	}
	const going = goOn().catch(async (error: Error) => {
		if (!stopping.signal.aborted) onDeath(error);
		await eyes.close();
	});
	return {
		act: () => {
			eyes.begin();
			actingSince = new Date().toISOString();
		},
		rest: () => {
			actingSince = null;
		},
		pauseTarget: eyes.pauseTarget,
		resumeTarget: eyes.resumeTarget,
		stop: async () => {
			stopping.abort();
			await going;
			await eyes.close();
		},
		counters: eyes.counters,
	};
}

type Eyes = Pick<Sampler, 'begin' | 'pauseTarget' | 'resumeTarget' | 'close' | 'counters'> & {
	sample: () => Promise<Sample>;
	/** The CPU use, once there was time for two readings. */
	settledCpu: () => Promise<Sample['cpu']>;
};

/** The database, the application's endpoint and, where the target names one, Prometheus. */
async function openEyes({ target, runId, goOnWith }: Pick<WatchInput, 'target' | 'runId' | 'goOnWith'>): Promise<Eyes> {
	const { prometheus } = target.hostCpu;
	const sampler = await openSampler({ target, runId, readCpu: prometheus === undefined, goOnWith });
	const response = measureResponseTime(target.health);
	const cpu = prometheus === undefined ? null : askPrometheusForCpu(prometheus);
	const sample = async (): Promise<Sample> => {
		const at = new Date().toISOString();
		const startedAt = performance.now();
		const seen = await sampler.sample();
		return {
			at,
			...seen,
			...(cpu ? { cpu: cpu.read() } : {}),
			response: response.read(),
			tookMs: Math.round((performance.now() - startedAt) * 10) / 10,
		};
	};
	return {
		...sampler,
		sample,
		settledCpu: async () => {
			const deadline = performance.now() + DEAD_AFTER_MS;
			for (;;) {
				const seen = (await sample()).cpu;
				if ('percent' in seen || performance.now() > deadline) return seen;
				await sleep(EVERY_MS / 4);
			}
		},
		close: async () => {
			response.stop();
			cpu?.stop();
			await sampler.close();
		},
	};
}

function refuseUnmeasuredCpu(cpu: Sample['cpu']): void {
	if ('percent' in cpu) return;
	throw new StepFailed({
		code: 'cpu_not_measured',
		message: `The CPU of the target's host is not measured: ${cpu.notMeasured}. The target's definition requires it.`,
		instead: 'Nothing was changed. Enroll the target again, or name a Prometheus query for hostCpu; then execute again.',
	});
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
	const stopped = new AbortController();
	const late = sleep(ms, undefined, { signal: stopped.signal }).then(() => {
		throw new Error(`a sample took longer than ${ms / 1000} s`);
	});
	try {
		return await Promise.race([work, late]);
	} finally {
		stopped.abort();
		late.catch(() => undefined); // Cancelled.
	}
}
