import { CHANNEL_NOTICES, type Message, type NoticeKind, type Road, WANTED_BY_DEFAULT } from '#lib/domain/notice.ts';
import { log } from '#lib/log.ts';
import { parseEntry } from '#lib/record/parse-entry.ts';
import { redact } from '#lib/redact.ts';
import type { Store, StoreTransaction } from '#lib/store/client.ts';
import type { Targets } from '#lib/targets/load-targets.ts';
import { alertOf } from './alert-of.ts';
import { pauseSeconds } from './backoff.ts';
import { noticesOf } from './notices-of.ts';
import { openRoads, type Roads } from './roads.ts';
import { readScene, type ScenePerson } from './scene.ts';

export type FanOut = { store: Store; targets: Targets; roads: Roads };
type NewDelivery = { notice: string; road: string; personId: string | null; message: object };

/** Makes deliveries of everything in the outbox that is due. One entry that cannot be told keeps no other waiting. */
export async function fanOutAll(input: FanOut): Promise<void> {
	while (await fanOutNext(input));
}

/**
 * Makes deliveries of one entry, and takes it out of the outbox, in one transaction: both or neither, and one worker of several. Returns
 * false when none is due.
 */
async function fanOutNext(input: FanOut): Promise<boolean> {
	let seq: bigint | null = null;
	try {
		return await input.store.$transaction(async (tx) => {
			const [due] = await tx.$queryRaw<{ seq: bigint }[]>`
				select seq from outbox where next_at <= now() order by seq limit 1 for update skip locked`;
			if (!due) return false;
			seq = due.seq;
			const deliveries = await deliveriesOf(tx, { ...input, seq: due.seq });
			await tx.delivery.createMany({ data: deliveries.map((one) => ({ ...one, entrySeq: due.seq })) });
			await tx.outbox.delete({ where: { seq: due.seq } });
			return true;
		});
	} catch (error) {
		if (seq === null) throw error;
		await putOff(input.store, seq, error);
		return true;
	}
}

async function putOff(store: Store, seq: bigint, error: unknown): Promise<void> {
	log.error({ error, seq: String(seq) }, 'an entry of the record could not be sent');
	const { attempts } = (await store.outbox.findUnique({ where: { seq }, select: { attempts: true } })) ?? { attempts: 0 };
	const why = redact(error instanceof Error ? error.message : String(error));
	await store.$executeRaw`
		update outbox set attempts = attempts + 1, last_error = ${why}, next_at = now() + make_interval(secs => ${pauseSeconds(attempts + 1)})
		where seq = ${seq}`;
}

async function deliveriesOf(tx: StoreTransaction, { targets, roads, seq }: FanOut & { seq: bigint }): Promise<NewDelivery[]> {
	const stored = await tx.recordEntry.findUniqueOrThrow({ where: { seq } });
	const scene = await readScene(tx, { entry: parseEntry(stored), targets });
	if (!scene) return [];
	const target = targets.byName.get(scene.target.name);
	const hasChannel = (target?.channel ?? 'none') !== 'none';
	const deliveries: NewDelivery[] = [];
	for (const { message, whom } of noticesOf(scene)) {
		for (const road of openRoads(roads)) {
			const wanting = await whoWants(tx, { whom, notice: message.kind, road });
			deliveries.push(...deliveriesBy(road, message, wanting));
		}
		if (hasChannel && CHANNEL_NOTICES.includes(message.kind))
			deliveries.push({ notice: message.kind, road: 'channel', personId: null, message });
	}
	const alert = alertOf(scene);
	if (alert && (target?.alerts ?? 'none') !== 'none') deliveries.push({ notice: 'alert', road: 'alert', personId: null, message: alert });
	return deliveries;
}

/** Mail goes to each alone; what several read is one message that names them. */
function deliveriesBy(road: Road, message: Message, whom: ScenePerson[]): NewDelivery[] {
	if (whom.length === 0) return [];
	const notice = message.kind;
	if (road === 'mail')
		return whom.map(({ id, name, email }) => ({ notice, road, personId: id, message: { ...message, people: [{ name, email }] } }));
	return [{ notice, road, personId: null, message: { ...message, people: whom.map(({ name, email }) => ({ name, email })) } }];
}

async function whoWants(
	tx: StoreTransaction,
	{ whom, notice, road }: { whom: ScenePerson[]; notice: NoticeKind; road: Road },
): Promise<ScenePerson[]> {
	const choices = await tx.noticeChoice.findMany({ where: { notice, road, personId: { in: whom.map(({ id }) => id) } } });
	const chosen = new Map(choices.map(({ personId, wanted }) => [personId, wanted]));
	return whom.filter(({ id }) => chosen.get(id) ?? WANTED_BY_DEFAULT);
}
