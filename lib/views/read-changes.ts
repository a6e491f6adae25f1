import { z } from 'zod';
import { CHANGE_STATUSES, type ChangeStatus } from '#lib/domain/change.ts';
import type { Store } from '#lib/store/client.ts';

const PAGE_SIZE = 50;

/** The filters of the list, as they stand in the address. What is not understood is no filter. */
export const changesFilterSchema = z.object({
	status: z
		.enum([...CHANGE_STATUSES, 'open'])
		.optional()
		.catch(undefined),
	target: z.string().min(1).max(63).optional().catch(undefined),
	mine: z.literal('1').optional().catch(undefined),
	q: z.string().trim().min(1).max(200).optional().catch(undefined),
	page: z.coerce.number().int().min(1).max(10_000).catch(1),
});
export type ChangesFilter = z.infer<typeof changesFilterSchema>;

const OPEN: ChangeStatus[] = ['awaiting_dba', 'awaiting_security_officer', 'awaiting_chairman', 'approved', 'running', 'unknown'];

/** One page of the changes that fit the filters, the latest touched first. `q` looks in titles, and CHG-12 or 12 is a number. */
export async function readChanges({ store, actorId, filter }: { store: Store; actorId: string; filter: ChangesFilter }) {
	const where = whereOf(filter, actorId);
	const [total, rows] = await Promise.all([
		store.change.count({ where }),
		store.change.findMany({
			where,
			select: { number: true, title: true, target: true, status: true, updatedAt: true, requester: { select: { name: true } } },
			orderBy: [{ updatedAt: 'desc' }, { number: 'desc' }],
			skip: (filter.page - 1) * PAGE_SIZE,
			take: PAGE_SIZE,
		}),
	]);
	const changes = rows.map((row) => ({
		number: row.number,
		title: row.title,
		target: row.target,
		status: row.status as ChangeStatus,
		requester: row.requester.name,
		updatedAt: row.updatedAt.toISOString(),
	}));
	return { changes, total, pages: Math.max(1, Math.ceil(total / PAGE_SIZE)) };
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
