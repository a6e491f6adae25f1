import type { Actor } from '#lib/access/actor.ts';
import { mayDecideRun } from '#lib/access/policy.ts';
import type { RestorePrice } from '#lib/domain/restore-price.ts';
import { Refusal, type Result } from '#lib/errors.ts';
import { attempt } from '#lib/record/attempt.ts';
import type { KeptBackup } from '#lib/run/owner/keep-facts.ts';
import { priceRestore } from '#lib/run/restore/price-restore.ts';
import type { Store } from '#lib/store/client.ts';
import { findTarget } from '#lib/targets/find-target.ts';
import type { Targets } from '#lib/targets/load-targets.ts';
import { lockWaitingRun } from './confirm-restore.ts';

/** Measures the price of a restore again; where it cannot be measured it is unknown, and may be confirmed as that. A confirmation given at another price falls. */
export function measurePrice(input: { store: Store; targets: Targets; actor: Actor; runId: string }): Promise<Result<RestorePrice>> {
	return attempt({ ...input, act: 'measure the price of a restore', about: input }, async () => {
		const { store, targets, actor, runId } = input;
		const allowed = mayDecideRun(actor);
		if (allowed !== true) throw new Refusal('forbidden', allowed);
		const run = await store.run.findUnique({ where: { id: runId }, select: { target: true, backup: true } });
		if (!run?.backup) throw new Refusal('not_found', 'This run does not exist, or it has no backup.');
		const price = await priceRestore({ store, target: findTarget(targets, run.target), runId }, { backup: run.backup as KeptBackup });
		await store.$transaction(async (tx) => {
			const waiting = await lockWaitingRun(tx, runId);
			if (waiting.price?.digest !== price.digest) await tx.restoreConfirmation.deleteMany({ where: { runId } });
			await tx.run.updateMany({ where: { id: runId }, data: { price } });
		});
		return price;
	});
}
