import { STANDING_BY_MS } from '#lib/change/stand-by.ts';
import { awaiting, type ChangeStatus, CLOSABLE } from '#lib/domain/change.ts';
import { SEATS } from '#lib/domain/roles.ts';
import type { Store } from '#lib/store/client.ts';
import type { PageKey } from '#lib/views/page-key.ts';
import type { Ask } from './read-waiting.ts';
import { CAPACITIES, KINDS, type WaitingKind } from './waiting-kinds.ts';

/** Before the turn of the last seat it is too early to stand by. */
const STAND_BY_FROM: ChangeStatus[] = ['awaiting_chairman', 'approved'];
/** Before every change. */
const FIRST: PageKey = { at: new Date(0), number: 0 };

const WORD = { capacity: true, personId: true, person: { select: { name: true } } } as const;
const SELECT = {
	id: true,
	number: true,
	title: true,
	target: true,
	status: true,
	requesterId: true,
	updatedAt: true,
	currentRevision: true,
	revisions: {
		orderBy: { number: 'desc' },
		take: 1,
		select: {
			signatures: { where: { decision: 'approve', revokedAt: null }, select: { seat: true, signerId: true } },
			responders: { select: { personId: true } },
		},
	},
	runs: {
		orderBy: { number: 'desc' },
		take: 1,
		select: { id: true, requesterId: true, confirmations: { select: WORD }, keeps: { select: WORD } },
	},
} as const;

/** A change that may wait for somebody, with what decides whether it does. */
export type WaitingRow = Awaited<ReturnType<typeof readRows>>[number];

/** Of each kind that is asked for, where its rows begin: null is at its start. */
export type Beginnings = ReadonlyMap<WaitingKind, PageKey | null>;

/** The longest waiting changes of each kind, at most `take` of each: in two queries, however many kinds. */
export async function readWaitingRows(
	ask: Ask,
	{ from, take }: { from: Beginnings; take: number },
): Promise<Map<WaitingKind, WaitingRow[]>> {
	const found = await findRows(ask, { from, take });
	const rows = found.length > 0 ? await readRows(ask.store, [...new Set(found.map(({ id }) => id))]) : [];
	return new Map(
		KINDS.map((kind) => {
			const ids = new Set(found.filter((one) => one.kind === kind).map(({ id }) => id));
			return [kind, rows.filter(({ id }) => ids.has(id))];
		}),
	);
}

function readRows(store: Store, ids: string[]) {
	return store.change.findMany({ where: { id: { in: ids } }, select: SELECT, orderBy: [{ updatedAt: 'asc' }, { number: 'asc' }] });
}

/** One statement: the bar of every page asks this. */
function findRows({ store, actor, now }: Ask, { from, take }: { from: Beginnings; take: number }) {
	const place = (kind: WaitingKind) => ({ asked: from.has(kind), ...(from.get(kind) ?? FIRST) });
	const [restore, sign, execute] = [place('restore'), place('sign'), place('execute')];
	const [standBy, revise, close] = [place('stand by'), place('revise'), place('close')];
	const turns = SEATS.filter((seat) => actor.roles.includes(seat)).map(awaiting);
	const mayDecide = CAPACITIES.some((role) => actor.roles.includes(role));
	const isOperator = actor.roles.includes('operator');
	const standingSince = new Date(now.getTime() - STANDING_BY_MS);
	return store.$queryRaw<{ kind: WaitingKind; id: string }[]>`
		(select 'restore' as kind, c.id from change c join run r on r.change_id = c.id
		  where ${restore.asked && mayDecide} and r.status = 'awaiting_restore'
		    and (c.updated_at, c.number) > (${restore.at}::timestamptz, ${restore.number}::int)
		  order by c.updated_at, c.number limit ${take})
		union all
		(select 'sign', id from change
		  where ${sign.asked} and status = any (${turns}::text[]) and requester_id <> ${actor.id}::uuid
		    and (updated_at, number) > (${sign.at}::timestamptz, ${sign.number}::int)
		  order by updated_at, number limit ${take})
		union all
		(select 'execute', id from change
		  where ${execute.asked && isOperator} and status = 'approved'
		    and (updated_at, number) > (${execute.at}::timestamptz, ${execute.number}::int)
		  order by updated_at, number limit ${take})
		union all
		(select 'stand by', c.id from change c
		  where ${standBy.asked} and c.status = any (${STAND_BY_FROM}::text[])
		    and exists (select from revision v join responder p on p.revision_id = v.id where v.change_id = c.id and p.person_id = ${actor.id}::uuid)
		    and not exists (select from stand_by s where s.change_id = c.id and s.person_id = ${actor.id}::uuid and s.at >= ${standingSince}::timestamptz)
		    and (c.updated_at, c.number) > (${standBy.at}::timestamptz, ${standBy.number}::int)
		  order by c.updated_at, c.number limit ${take})
		union all
		(select 'revise', id from change
		  where ${revise.asked} and status = any (array['rejected', 'expired']) and requester_id = ${actor.id}::uuid
		    and (updated_at, number) > (${revise.at}::timestamptz, ${revise.number}::int)
		  order by updated_at, number limit ${take})
		union all
		(select 'close', id from change
		  where ${close.asked} and status = any (${[...CLOSABLE]}::text[]) and (${isOperator} or requester_id = ${actor.id}::uuid)
		    and (updated_at, number) > (${close.at}::timestamptz, ${close.number}::int)
		  order by updated_at, number limit ${take})`;
}
