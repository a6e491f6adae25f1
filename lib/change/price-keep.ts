import { createHash } from 'node:crypto';
import { readManifest } from '#lib/bundle/read-manifest.ts';
import { canonicalBytes } from '#lib/domain/canonical-json.ts';
import type { KeepPrice } from '#lib/domain/keep-price.ts';
import type { Failure } from '#lib/domain/run.ts';
import type { Store, StoreTransaction } from '#lib/store/client.ts';

type Check = { name: string; passed: boolean };

/** The name under which the application's health is among the checks. */
export const HEALTH_CHECK = 'application health';

/** What keeping a committed change would accept, from the last time that its checks were asked. */
export async function priceKeep(store: Store | StoreTransaction, runId: string): Promise<KeepPrice> {
	const run = await store.run.findUniqueOrThrow({
		where: { id: runId },
		select: { failure: true, revision: { select: { manifest: true } } },
	});
	const { manifest } = readManifest(Buffer.from(run.revision.manifest));
	if (!manifest) throw new Error('a stored manifest cannot be read');
	const checks = await lastChecks(store, runId);
	const named = manifest.smokeTests.map(({ name }) => name);
	const failed = named.filter((name) => checks.some((check) => check.name === name && !check.passed));
	const unanswered = named.filter((name) => !checks.some((check) => check.name === name));
	const health = checks.find(({ name }) => name === HEALTH_CHECK);
	const price = {
		total: named.length,
		failed,
		unanswered,
		health: health ? (health.passed ? ('passed' as const) : ('failed' as const)) : ('not_asked' as const),
		why: (run.failure as Failure | null)?.message ?? 'The checks after COMMIT did not pass.',
	};
	return { ...price, digest: createHash('sha256').update(canonicalBytes(price)).digest('hex') };
}

/** Those of the last round; one round follows each beginning of the step. */
async function lastChecks(store: Store | StoreTransaction, runId: string): Promise<Check[]> {
	const rows = await store.journalEntry.findMany({
		where: { runId, step: 'smoke tests', phase: { in: ['started', 'check'] } },
		orderBy: { seq: 'asc' },
		select: { phase: true, data: true },
	});
	const begun = rows.findLastIndex(({ phase }) => phase === 'started');
	return begun === -1 ? [] : rows.slice(begun + 1).map(({ data }) => data as Check);
}
