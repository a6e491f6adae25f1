import type { RecordKind } from '#lib/domain/record.ts';
import type { Store } from '#lib/store/client.ts';

const PAGE_SIZE = 100;

type Body = {
	kind: RecordKind;
	actor: { name: string };
	data: { reason?: string; role?: string; step?: string; outcome?: string; item?: string };
};

/** The record's entries about one change, newest first, a page at a time. `before` is the seq to go on from. */
export async function readChangeRecord(store: Store, { changeId, before }: { changeId: string; before: bigint | null }) {
	const rows = await store.recordEntry.findMany({
		where: { changeId, ...(before === null ? {} : { seq: { lt: before } }) },
		select: { seq: true, at: true, body: true },
		orderBy: { seq: 'desc' },
		take: PAGE_SIZE + 1,
	});
	const entries = rows.slice(0, PAGE_SIZE).map((row) => {
		const { kind, actor, data } = JSON.parse(Buffer.from(row.body).toString('utf8')) as Body;
		const detail = [data.role, data.step, data.outcome, data.item, data.reason]
			.filter((part) => typeof part === 'string' && part !== '')
			.join(' · ');
		return { seq: row.seq.toString(), at: row.at.toISOString(), kind, actor: actor.name, detail };
	});
	return { entries, older: rows.length > PAGE_SIZE ? (entries.at(-1)?.seq ?? null) : null };
}
