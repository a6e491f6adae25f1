import type { Alert } from '#lib/domain/notice.ts';
import { appendRecord } from '#lib/record/append-record.ts';
import { parseEntry } from '#lib/record/parse-entry.ts';
import type { StoreTransaction } from '#lib/store/client.ts';
import type { Taken } from './roads/delivery.ts';

/** The record says that an alert was sent, or that it was not: at the first attempt that failed, and when it was given up. */
export async function recordAlert(
	tx: StoreTransaction,
	{ entrySeq, message, attempts }: Taken,
	{ why, givenUp }: { why: string | null; givenUp: boolean },
): Promise<void> {
	if (why !== null && attempts > 1 && !givenUp) return;
	const { subject } = parseEntry(await tx.recordEntry.findUniqueOrThrow({ where: { seq: entrySeq } }));
	await appendRecord(tx, {
		kind: why === null ? 'alert.sent' : 'alert.failed',
		actor: { id: null, name: 'system' },
		subject,
		data: { text: (message as Alert).text, ...(why === null ? {} : { error: why, givenUp }) },
	});
}
