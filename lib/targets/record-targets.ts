import { appendRecord } from '#lib/record/append-record.ts';
import type { Store } from '#lib/store/client.ts';
import type { Targets } from './load-targets.ts';

/** Records the digest of the targets file when it differs from the last recorded one. */
export async function recordTargets({ store, targets }: { store: Store; targets: Targets }): Promise<void> {
	await store.$transaction(async (tx) => {
		const last = await tx.recordEntry.findFirst({ where: { kind: 'targets.loaded' }, orderBy: { seq: 'desc' } });
		const before = last ? (JSON.parse(Buffer.from(last.body).toString('utf8')).data.digest as string) : null;
		if (before === targets.digest) return;
		await appendRecord(tx, {
			kind: 'targets.loaded',
			actor: { id: null, name: 'system' },
			subject: {},
			data: { digest: targets.digest, before, targets: [...targets.byName.keys()] },
		});
	});
}
