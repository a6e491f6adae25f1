import { setTimeout as wait } from 'node:timers/promises';
import type { Drift } from '#lib/domain/drift.ts';
import type { Target } from '#lib/domain/target/target.ts';
import { readDrift as readDriftSince } from '#lib/gates/baseline.ts';
import { fingerprintOf, readCatalog } from '#lib/postgres/catalog/fingerprint.ts';
import { answerWithin, withTarget } from '#lib/postgres/connection/connect.ts';
import { redact } from '#lib/redact.ts';
import type { Store } from '#lib/store/client.ts';

/** The page tells it later than the rest, and not later than this. */
const ANSWER_MS = 10_000;
/** Whoever looks within this time asks the target once. */
const KEPT_MS = 30_000;
const KEPT_ANSWERS = 64;
const MOST_NAMED = 20;
const kept = new Map<string, { until: number; drift: Promise<Drift> }>();

type Ask = { target: Target; changeId: string; revision: number; baseline: string };

/** Whether the target is still as it was when a revision was filed. Never rejects; an answer is kept for half a minute. */
export function readDrift(store: Store, ask: Ask, now: Date): Promise<Drift> {
	const key = `${ask.changeId} ${ask.revision}`;
	const known = kept.get(key);
	if (known && known.until > now.getTime()) return known.drift;
	const drift = compare(store, ask);
	kept.delete(key);
	kept.set(key, { until: now.getTime() + KEPT_MS, drift });
	const [oldest] = kept.keys();
	if (kept.size > KEPT_ANSWERS && oldest !== undefined) kept.delete(oldest);
	return drift;
}

async function compare(store: Store, { target, changeId, revision, baseline }: Ask): Promise<Drift> {
	try {
		const late = wait(ANSWER_MS, null, { ref: false }).then(() => {
			throw new Error(`no answer within ${ANSWER_MS / 1000} s`);
		});
		const place = { target, login: 'backup', applicationName: 'countersign drift', signal: answerWithin(ANSWER_MS) } as const;
		const catalog = await Promise.race([withTarget(place, readCatalog), late]);
		if (fingerprintOf(catalog) === baseline) return { known: true, hasChanged: false, objects: [], more: 0 };
		const objects = await readDriftSince(store, { changeId, revision, catalog });
		return { known: true, hasChanged: true, objects: objects.slice(0, MOST_NAMED), more: Math.max(0, objects.length - MOST_NAMED) };
	} catch (error) {
		return { known: false, why: redact((error as Error).message).split('\n')[0] || 'no answer' };
	}
}
