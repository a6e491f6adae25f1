import type { RehearsalStatus } from '#lib/domain/rehearsed/rehearsal.ts';
import type { Target } from '#lib/domain/target/target.ts';
import type { Store, StoreTransaction } from '#lib/store/client.ts';

/** How the last rehearsal of a revision stands; null where none was asked for. */
export async function readRehearsalStatus(store: Store | StoreTransaction, revisionId: string): Promise<RehearsalStatus | null> {
	const last = await store.rehearsal.findFirst({ where: { revisionId }, orderBy: { askedAt: 'desc' }, select: { status: true } });
	return (last?.status as RehearsalStatus | undefined) ?? null;
}

/** Why a revision cannot be signed before a rehearsal of it has passed; null when it can. */
export function mustPass({
	target,
	status,
}: {
	target: Pick<Target, 'name' | 'rehearsal'>;
	status: RehearsalStatus | null;
}): string | null {
	if (!target.rehearsal.required || status === 'passed') return null;
	const rule = `on ${target.name} nobody signs what was not rehearsed`;
	if (status === null) return `Ask for a rehearsal first: ${rule}.`;
	if (status === 'failed') return `The rehearsal of this revision failed: ${rule}. Correct it in a new revision, or rehearse it again.`;
	return `The rehearsal of this revision has not ended yet: ${rule}.`;
}
