import { startService, stopService } from '#lib/application/services.ts';
import { restoreNames } from '#lib/domain/database-names.ts';
import type { RestorePrice } from '#lib/domain/run.ts';
import { type GateContext, type Passed, StepFailed } from '#lib/gates/gate.ts';
import { SWAP_PHASES, swapDatabases } from '#lib/postgres/backup/swap-databases.ts';
import type { TargetClient } from '#lib/postgres/connection/connect.ts';
import { servicesOf } from '#lib/run/ending/maintenance-mode-off.ts';
import { failpoint } from '#lib/run/owner/failpoint.ts';
import { refuseAborts } from '#lib/run/owner/heed-aborts.ts';
import { updateOwnRun } from '#lib/run/owner/journal.ts';
import type { OpenRun } from '#lib/run/owner/open-run.ts';
import { withTargetFree } from '#lib/run/owner/with-target-free.ts';
import { priceOn } from './price-restore.ts';
import type { RestoreOrder } from './restore-backup.ts';

const [FIRST_PHASE] = SWAP_PHASES;
const stopping = (service: string) => `stopping ${service}`;

/** Services stopped, sessions ended, the loss measured when nobody can write any more, two renames. Whoever ends the restore starts the services. */
export async function swapIn(
	run: OpenRun,
	{ target, tell, signal }: GateContext,
	swap: RestoreOrder & { replacement: string },
): Promise<Passed<null>> {
	const { replacement, backup } = swap;
	const { keptAs } = restoreNames(run.runId);
	const tellProgress = async (summary: string) => {
		tell({ phase: 'progress', data: { summary } });
		await run.journal.flush();
	};
	let price: RestorePrice | null = null;
	const lastLook = async (client: TargetClient) => {
		price = await priceOn(client, backup);
		await refuseHigherPrice(run, price, swap.confirmedRows);
		signal.throwIfAborted();
		await refuseAborts(run, 'The backup is being put in the live database’s place, and that is finished: nothing was stopped.');
	};
	const onPhase = async (phase: string) => {
		await tellProgress(phase);
		failpoint(phase, 'before');
	};
	for (const service of servicesOf(run)) {
		await tellProgress(stopping(service.name));
		await stopService(service);
	}
	await withTargetFree(run, () =>
		swapDatabases({
			target,
			live: target.connection.database,
			replacement,
			keepAs: keptAs,
			applicationName: `countersign swap ${run.runId}`,
			onPhase,
			lastLook,
		}),
	);
	const lost = (price as RestorePrice | null)?.rows ?? 0;
	return {
		summary: `the backup is live and equal to the state before; ${lost} rows lost; the failed database is kept as ${keptAs}`,
		evidence: { keptAs, price, fingerprint: backup.fingerprint },
		value: null,
	};
}

/** More than was confirmed is another decision. Where the signed plan says automatic, no price was set. */
async function refuseHigherPrice(run: OpenRun, price: RestorePrice, confirmedRows: number | null): Promise<void> {
	await updateOwnRun(run.store, run, { price });
	if (confirmedRows === null || price.rows <= confirmedRows) return;
	throw new StepFailed({
		code: 'price_rose',
		message: `A restore would now lose ${price.rows} rows; ${confirmedRows} were confirmed.`,
		instead: 'The live database is untouched. Find the writer, or confirm the restore again at the new price.',
	});
}

/** What the last restore of this run has told, by whichever owner. */
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

/** Starts the services that the restore has stopped, or tried to, and says in a sentence which did not start; null when all did. */
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
