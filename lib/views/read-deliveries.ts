import { DELIVERY_ROAD_TITLE, DELIVERY_ROADS, type DeliveryRoad, NOTICE_TITLE, type NoticeKind } from '#lib/domain/notice.ts';
import type { Store } from '#lib/store/client.ts';

/** How many of each are shown, the newest first. */
const SHOWN = 100;

export type DeliveryRow = {
	id: string;
	what: string;
	road: string;
	/** Whom; null for what goes to all. */
	to: string | null;
	headline: string;
	isGivenUp: boolean;
	attempts: number;
	error: string;
	at: string;
	/** When it is tried again; null when it was given up. */
	nextAt: string | null;
};

/** What could not be delivered, given up or still tried, and what could not even be told; with how much was sent by each road. */
export async function readDeliveries(store: Store) {
	const troubled = await store.delivery.findMany({
		where: { OR: [{ state: 'failed' }, { state: 'waiting', lastError: { not: null } }] },
		include: { person: { select: { name: true } } },
		orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
		take: SHOWN,
	});
	const untold = await store.outbox.findMany({ where: { lastError: { not: null } }, orderBy: { seq: 'desc' }, take: SHOWN });
	const counts = await store.delivery.groupBy({ by: ['road', 'state'], _count: true });
	const count = (road: string, state: string) => counts.find((one) => one.road === road && one.state === state)?._count ?? 0;
	return {
		troubled: troubled.map(
			(row): DeliveryRow => ({
				id: row.id,
				what: row.notice === 'alert' ? 'Alert' : (NOTICE_TITLE[row.notice as NoticeKind]?.title ?? row.notice),
				road: DELIVERY_ROAD_TITLE[row.road as DeliveryRoad],
				to: row.person?.name ?? null,
				headline: headlineOf(row.message),
				isGivenUp: row.state === 'failed',
				attempts: row.attempts,
				error: row.lastError ?? '',
				at: row.createdAt.toISOString(),
				nextAt: row.state === 'failed' ? null : row.nextAt.toISOString(),
			}),
		),
		untold: untold.map(({ seq, lastError, nextAt }) => ({ seq: seq.toString(), error: lastError ?? '', nextAt: nextAt.toISOString() })),
		roads: DELIVERY_ROADS.map((road) => ({
			title: DELIVERY_ROAD_TITLE[road],
			sent: count(road, 'sent'),
			waiting: count(road, 'waiting'),
			failed: count(road, 'failed'),
		})),
	};
}

function headlineOf(message: unknown): string {
	const { headline, text } = message as { headline?: string; text?: string };
	return headline ?? text ?? '';
}
