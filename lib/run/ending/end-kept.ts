import { type Kept, keepPriceWords } from '#lib/domain/keep-price.ts';
import type { Failure } from '#lib/domain/run.ts';
import { removeReplacement } from '#lib/run/leftovers/remove-leftovers.ts';
import type { OpenRun } from '#lib/run/owner/open-run.ts';
import { assertStillCommitted, FailedOver } from '#lib/run/transaction/server-of-run.ts';
import { endRun } from './end-run.ts';
import { endUnknown } from './end-unknown.ts';
import { turnMaintenanceModeOff } from './maintenance-mode-off.ts';

/** What two people decided about this run, as long as it stands; null when nobody has. */
export async function readKept({ store, runId }: OpenRun): Promise<Kept | null> {
	const { kept } = await store.run.findUniqueOrThrow({ where: { id: runId }, select: { kept: true } });
	return kept as Kept | null;
}

/** Committed, and kept by two people although checks fail. It must be this server that has it still: else it is unknown what they kept. */
export async function endKept(run: OpenRun, { price, maintenanceOff, by }: Kept): Promise<void> {
	try {
		await assertStillCommitted(run);
	} catch (error) {
		if (error instanceof FailedOver) return endUnknown(run, error);
		throw error;
	}
	const { failure } = await run.store.run.findUniqueOrThrow({ where: { id: run.runId }, select: { failure: true } });
	const leftOn = maintenanceOff
		? await turnMaintenanceModeOff(run, { services: true })
		: 'Maintenance mode stays on and no service was restarted, as they said.';
	const leftOver = await removeReplacement(run);
	const kept = `Committed, and kept by ${by.operator} and ${by.dba} although checks fail. ${keepPriceWords(price)}`;
	await endRun(run, {
		outcome: 'kept',
		failure: failure as Failure | null,
		summary: [kept, leftOn, leftOver].filter(Boolean).join(' '),
	});
}
