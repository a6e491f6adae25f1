import { startService, stopService } from '#lib/application/services.ts';
import type { RestorePrice } from '#lib/domain/restore-price.ts';
import { restoreNames } from '#lib/domain/target/database-names.ts';
import { lossWords } from '#lib/domain/wording/price-words.ts';
import type { GateContext, Passed } from '#lib/gates/gate.ts';
import { SWAP_PHASES, swapDatabases } from '#lib/postgres/backup/swap-databases.ts';
import type { TargetClient } from '#lib/postgres/connection/connect.ts';
import { servicesOf } from '#lib/run/ending/maintenance-mode-off.ts';
import { failpoint } from '#lib/run/owner/failpoint.ts';
import { refuseAborts } from '#lib/run/owner/heed-aborts.ts';
import type { OpenRun } from '#lib/run/owner/open-run.ts';
import { withTargetFree } from '#lib/run/owner/with-target-free.ts';
import { readyToPrice } from './price-at-swap.ts';
import type { ProvedAgain, RestoreOrder } from './restore-order.ts';

const [FIRST_PHASE] = SWAP_PHASES;
const stopping = (service: string) => `stopping ${service}`;

/** Stops services, ends sessions, measures the loss when nobody can write any more, and does two renames. The caller starts the services again. */
export async function swapIn(
	run: OpenRun,
	{ target, tell, signal }: GateContext,
	swap: RestoreOrder & ProvedAgain & { replacement: string },
): Promise<Passed<null>> {
	const { replacement, backup, door, provedAgain } = swap;
	const { keptAs } = restoreNames(run.runId);
	const tellProgress = async (summary: string) => {
		tell({ phase: 'progress', data: { summary } });
		await run.journal.flush();
	};
	let price: RestorePrice | null = null;
	const lastLook = async (client: TargetClient) => {
		price = await priceNow(client);
		signal.throwIfAborted();
		await refuseAborts(run, 'The backup is being swapped in, which cannot be stopped.');
	};
	const onPhase = async (phase: string) => {
		await tellProgress(phase);
		failpoint(phase, 'before');
	};
	for (const service of servicesOf(run)) {
		await tellProgress(stopping(service.name));
		await stopService(service);
	}
	const priceNow = await readyToPrice(run, swap);
	await withTargetFree(run, () =>
		swapDatabases({
			target,
			live: target.connection.database,
			replacement,
			door,
			keepAs: keptAs,
			applicationName: `countersign swap ${run.runId}`,
			onPhase,
			lastLook,
		}),
	);
	const lost = price ? lossWords(price) : 'nothing';
	return {
		summary: `the backup is live and equal to the state before; lost: ${lost}; the failed database is kept as ${keptAs}`,
		evidence: { keptAs, provedAgain, price, comparedWithConfirmed: swap.confirmed?.known ?? false, fingerprint: backup.fingerprint },
		value: null,
	};
}

/** What the last restore of this run has journalled, whoever its owner was. */
async function toldSinceStart(run: OpenRun): Promise<Set<string>> {
	await run.journal.flush();
	const rows = await run.store.journalEntry.findMany({
		where: { runId: run.runId, step: 'restore', phase: { in: ['started', 'progress'] } },
		orderBy: { seq: 'asc' },
		select: { phase: true, data: true },
	});
	const start = rows.map(({ phase }) => phase).lastIndexOf('started');
	return new Set(rows.slice(start + 1).map(({ data }) => String((data as { summary?: unknown }).summary)));
}

/** Whether the live database may have been closed, or set aside. */
export async function hasBegunSwap(run: OpenRun): Promise<boolean> {
	return (await toldSinceStart(run)).has(FIRST_PHASE);
}

/** Starts the services that the restore has stopped, or tried to stop, and says which did not start; null when all did. */
export async function startStopped(run: OpenRun): Promise<string | null> {
	const told = await toldSinceStart(run);
	const failures: string[] = [];
	for (const service of servicesOf(run).filter(({ name }) => told.has(stopping(name)))) {
		await startService(service).catch((error: Error) =>
			failures.push(`${service.name} did not start (${error.message}): start it by hand.`),
		);
	}
	return failures.length > 0 ? failures.join(' ') : null;
}
