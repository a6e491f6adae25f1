import { createHash, timingSafeEqual } from 'node:crypto';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { DELIVERY_ROADS } from '#lib/domain/notice.ts';
import { OUTCOMES, RUN_STATUSES } from '#lib/domain/run.ts';
import type { Store } from '#lib/store/client.ts';

export type MetricsInput = {
	store: Store;
	queueDepth: () => Promise<{ waiting: number; active: number }>;
	openStreams: () => number;
};

const AWAITING = ['awaiting_dba', 'awaiting_security_officer', 'awaiting_chairman'];
const SECONDS = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3_600];

/** Whether the request has the token. Compared as hashes, so that the time reveals neither length nor content. */
export function isAllowedToScrape(authorization: string | null, token: string): boolean {
	const digest = (text: string) => createHash('sha256').update(text).digest();
	return timingSafeEqual(digest(authorization ?? ''), digest(`Bearer ${token}`));
}

/** The process's own metrics, and those of the console's database at the time of the request. Every web process uses the same names. */
export function openMetrics({ store, queueDepth, openStreams }: MetricsInput): Registry {
	const registry = new Registry();
	collectDefaultMetrics({ register: registry });
	const gauge = (name: string, help: string, labelNames: string[], collect: (gauge: Gauge) => Promise<void> | void) =>
		new Gauge({
			name: `countersign_${name}`,
			help,
			labelNames,
			registers: [registry],
			async collect() {
				this.reset();
				await collect(this);
			},
		});

	gauge('runs', 'Runs by status; the last four are outcomes', ['status'], async (runs) => {
		const counted = await store.run.groupBy({ by: ['status'], _count: true });
		for (const status of RUN_STATUSES) runs.set({ status }, counted.find((row) => row.status === status)?._count ?? 0);
	});
	gauge('signatures_waiting', 'Changes waiting for this signature', ['seat'], async (waiting) => {
		const counted = await store.change.groupBy({ by: ['status'], where: { status: { in: AWAITING } }, _count: true });
		for (const status of AWAITING)
			waiting.set({ seat: status.replace('awaiting_', '') }, counted.find((row) => row.status === status)?._count ?? 0);
	});
	gauge('deliveries', 'Notifications that were not delivered: tried again, or given up', ['road', 'state'], async (deliveries) => {
		const counted = await store.delivery.groupBy({
			by: ['road', 'state'],
			where: { OR: [{ state: 'failed' }, { state: 'waiting', lastError: { not: null } }] },
			_count: true,
		});
		const count = (road: string, state: string) => counted.find((row) => row.road === road && row.state === state)?._count ?? 0;
		for (const road of DELIVERY_ROADS) {
			deliveries.set({ road, state: 'retried' }, count(road, 'waiting'));
			deliveries.set({ road, state: 'given_up' }, count(road, 'failed'));
		}
	});
	gauge('queue_jobs', 'Jobs of runs in the queue', ['state'], async (jobs) => {
		const { waiting, active } = await queueDepth();
		jobs.set({ state: 'waiting' }, waiting);
		jobs.set({ state: 'active' }, active);
	});
	gauge('streams_open', 'Run pages that this process streams to', [], (streams) => streams.set(openStreams()));
	gauge('watcher_age_seconds', 'Time since the last sample of a live run; absent when no run is live', ['target'], async (ages) => {
		const live = await store.run.findMany({ where: { status: { in: ['running', 'restoring'] } }, select: { id: true, target: true } });
		for (const { id, target } of live) {
			const last = await store.journalEntry.findFirst({
				where: { runId: id, phase: 'sample' },
				orderBy: { seq: 'desc' },
				select: { at: true },
			});
			if (last) ages.set({ target }, (Date.now() - last.at.getTime()) / 1_000);
		}
	});
	measureSteps(registry, store);
	return registry;
}

/** Runs that ended since this process started. Several web processes report the same runs: use one of them, do not add them up. */
function measureSteps(registry: Registry, store: Store): void {
	let since = new Date();
	const seconds = new Histogram({
		name: 'countersign_step_duration_seconds',
		help: 'How long each step of a finished run took',
		labelNames: ['step', 'result'],
		buckets: SECONDS,
		registers: [registry],
		async collect() {
			const from = since;
			since = new Date();
			const rows = await store.journalEntry.findMany({
				where: {
					phase: { in: ['passed', 'failed'] },
					run: { status: { in: [...OUTCOMES] }, endedAt: { gt: from, lte: since } },
				},
				select: { step: true, phase: true, data: true },
			});
			for (const { step, phase, data } of rows) seconds.observe({ step, result: phase }, (data as { ms: number }).ms / 1_000);
		},
	});
}
