import type { StoreTransaction } from '#lib/store/client.ts';

/** The number of the record's last entry; 0 where there is none. Whatever is read afterwards is at least as new. */
export async function readRecordSeq(tx: StoreTransaction): Promise<number> {
	const [head] = await tx.$queryRaw<{ seq: bigint }[]>`select seq from record_head`;
	if (!head) throw new Error('the record has no head');
	return Number(head.seq);
}
