import type { RehearsalReport } from '#lib/domain/rehearsed/rehearsal.ts';
import type { Store } from '#lib/store/client.ts';

/** How long the parts took in the last rehearsal of this digest that passed; null without one. */
export type RehearsedTimes = { backupMs: number; restoreMs: number; transactionMs: number };

export async function readRehearsedTimes(store: Store, digest: string): Promise<RehearsedTimes | null> {
	const passed = await store.rehearsal.findFirst({
		where: { digest, status: 'passed' },
		orderBy: { askedAt: 'desc' },
		select: { report: true },
	});
	if (!passed) return null;
	const { backup, restore, transaction } = passed.report as RehearsalReport;
	return { backupMs: backup?.ms ?? 0, restoreMs: restore?.ms ?? 0, transactionMs: transaction?.ms ?? 0 };
}
