import { z } from 'zod';
import { CHANGE_STATUSES, type ChangeStatus } from '#lib/domain/change.ts';
import type { Store } from '#lib/store/client.ts';
import { formatPageKey, pageKeySchema, updatedAfter } from './page-key.ts';

const PAGE_SIZE = 50;

/** The filters of the list, from the address. Invalid values are ignored. */
export const changesFilterSchema = z.object({
	status: z
		.enum([...CHANGE_STATUSES, 'open'])
		.optional()
		.catch(undefined),
	target: z.string().min(1).max(63).optional().catch(undefined),
	mine: z.literal('1').optional().catch(undefined),
	q: z.string().trim().min(1).max(200).optional().catch(undefined),
	/** Only those that come after this one, or before it: the next page, or the one before. */
	after: pageKeySchema,
	before: pageKeySchema,
});
export type ChangesFilter = z.infer<typeof changesFilterSchema>;

const OPEN: ChangeStatus[] = ['awaiting_dba', 'awaiting_security_officer', 'awaiting_chairman', 'approved', 'running', 'unknown'];

/**
 * One page of the changes that match the filters, last modified first. `q` searches titles; CHG-12 or 12 is a number. `older`
 * and `newer` are where the next and the previous page start, or null.
 */
export async function readChanges({ store, actorId, filter }: { store: Store; actorId: string; filter: ChangesFilter }) {
	const where = whereOf(filter, actorId);
	const { before = null, after = null } = filter;
	// The page before this one is read backwards, from its end.
	const isBackwards = before !== null;
	const order = isBackwards ? 'asc' : 'desc';
	const [total, rows] = await Promise.all([
		store.change.count({ where }),
		store.change.findMany({
			where: { AND: [where, updatedAfter(before ?? after, isBackwards ? 'ascending' : 'descending')] },
			select: {
				number: true,
				title: true,
				target: true,
				status: true,
				closedAs: true,
				updatedAt: true,
				requester: { select: { name: true } },
			},
			orderBy: [{ updatedAt: order }, { number: order }],
			take: PAGE_SIZE + 1,
		}),
	]);
	const isMore = rows.length > PAGE_SIZE;
	const page = rows.slice(0, PAGE_SIZE);
	if (isBackwards) page.reverse();
	const changes = page.map((row) => ({
		number: row.number,
		title: row.title,
		target: row.target,
		status: row.status as ChangeStatus,
		closedAs: row.closedAs as ChangeStatus | null,
		requester: row.requester.name,
		updatedAt: row.updatedAt.toISOString(),
	}));
	const keyOf = (row: (typeof page)[number] | undefined) => (row ? formatPageKey({ at: row.updatedAt, number: row.number }) : null);
	return {
		changes,
		total,
		older: isMore || isBackwards ? keyOf(page.at(-1)) : null,
		newer: (isBackwards ? isMore : after !== null) ? keyOf(page[0]) : null,
	};
}

function whereOf({ status, target, mine, q }: ChangesFilter, actorId: string) {
	const number = q === undefined ? null : /^(?:chg-)?(\d{1,9})$/i.exec(q)?.[1];
	const words =
		q === undefined ? [] : [{ title: { contains: q, mode: 'insensitive' as const } }, ...(number ? [{ number: Number(number) }] : [])];
	return {
		...(status === undefined ? {} : { status: status === 'open' ? { in: OPEN } : status }),
		...(target === undefined ? {} : { target }),
		...(mine === undefined ? {} : { requesterId: actorId }),
		...(words.length > 0 ? { OR: words } : {}),
	};
}
