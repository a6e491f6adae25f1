import { type PredictedTimes, predictTimes } from '#lib/domain/target/predicted-times.ts';
import type { Target } from '#lib/domain/target/target.ts';
import { readDatabaseBytes } from '#lib/postgres/catalog/database-bytes.ts';
import { answerWithin, withTarget } from '#lib/postgres/connection/connect.ts';
import { redact } from '#lib/redact.ts';
import type { Store } from '#lib/store/client.ts';
import { readMeasuredTimes } from '#lib/targets/read-measured-times.ts';

/** How long a page waits for a target. */
const ANSWER_MS = 3_000;

/** How long backup, proof and restore of a target's database take at today's size; `why` where its size could not be asked. Never rejects for the target's sake. */
export async function readTargetTimes(store: Store, target: Target): Promise<PredictedTimes | { why: string }> {
	const place = { target, login: 'backup', applicationName: 'countersign size', signal: answerWithin(ANSWER_MS) } as const;
	const [measured, databaseBytes] = await Promise.all([
		readMeasuredTimes(store, target.name),
		withTarget(place, readDatabaseBytes).catch((error: Error) => ({ why: redact(error.message) || 'no answer' })),
	]);
	if (typeof databaseBytes === 'object') return databaseBytes;
	return predictTimes({ measured, databaseBytes, wayBack: target.wayBack, freshnessMs: target.backup.freshness });
}
