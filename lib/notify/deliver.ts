import { type Alert, DELIVERY_ROADS, type DeliveryRoad, type Message } from '#lib/domain/notice.ts';
import { log } from '#lib/log.ts';
import { redact } from '#lib/redact.ts';
import type { Store } from '#lib/store/client.ts';
import type { Targets } from '#lib/targets/load-targets.ts';
import { MOST_ATTEMPTS, pauseSeconds } from './backoff.ts';
import { fanOutAll } from './fan-out.ts';
import { recordAlert } from './record-alert.ts';
import { type Taken, Undeliverable } from './roads/delivery.ts';
import { postSigned } from './roads/post-signed.ts';
import { postToChannel } from './roads/post-to-channel.ts';
import { postToChat } from './roads/post-to-chat.ts';
import { sendAlert } from './roads/send-alert.ts';
import { sendMail } from './roads/send-mail.ts';
import type { Roads } from './roads.ts';

export type DeliverInput = { store: Store; targets: Targets; roads: Roads };

/** So many go out side by side by one road. */
const AT_ONCE = 8;
/** Longer than any attempt takes: one that was taken and not finished by then, its worker has died, and it is tried again. */
const TAKEN_FOR_S = 120;

/** Tells everything that is due, by every road, and returns when it has been tried. */
export async function deliverAll(input: DeliverInput): Promise<void> {
	await fanOutAll(input);
	await Promise.all(DELIVERY_ROADS.map((road) => deliverBy(road, input)));
}

/** Sends what is due by one road, once each. A road that is slow or shut keeps no other waiting. */
export async function deliverBy(road: DeliveryRoad, input: DeliverInput): Promise<void> {
	for (;;) {
		const taken = await take(road, input.store);
		await Promise.all(taken.map((one) => attempt(road, one, input)));
		if (taken.length < AT_ONCE) return;
	}
}

/** Takes what is due, so that no other worker has it meanwhile. The attempt counts from here: what kills a worker ends as well. */
function take(road: DeliveryRoad, store: Store): Promise<Taken[]> {
	return store.$queryRaw<Taken[]>`
		update delivery set attempts = attempts + 1, next_at = now() + make_interval(secs => ${TAKEN_FOR_S})
		where id in (
			select id from delivery where state = 'waiting' and road = ${road} and next_at <= now()
			order by next_at limit ${AT_ONCE} for update skip locked)
		returning id, entry_seq as "entrySeq", message, attempts, created_at as "createdAt"`;
}

async function attempt(road: DeliveryRoad, taken: Taken, input: DeliverInput): Promise<void> {
	try {
		await send(road, taken, input);
	} catch (error) {
		await note(road, taken, input, { error: error as Error });
		return;
	}
	await note(road, taken, input, { error: null });
}

async function send(road: DeliveryRoad, { message, ...one }: Taken, { targets, roads }: DeliverInput): Promise<void> {
	if (road === 'alert') return sendAlert(targets, { id: one.id, alert: message as Alert });
	const outgoing = { ...one, message: message as Message, siteUrl: roads.siteUrl };
	if (road === 'channel') return postToChannel(targets, outgoing);
	if (road === 'mail' && roads.mail) return sendMail(roads.mail, outgoing);
	if (road === 'chat' && roads.chat) return postToChat(roads.chat, outgoing);
	if (road === 'webhook' && roads.webhook) return postSigned(roads.webhook, outgoing);
	throw new Error(`${road} is off: it is no longer configured`);
}

/** Writes down what came of it, unless another worker has taken it since. */
async function note(road: DeliveryRoad, taken: Taken, { store, roads }: DeliverInput, { error }: { error: Error | null }): Promise<void> {
	const { id, attempts } = taken;
	const why = error && redact(error.message, secretsOf(roads));
	const givenUp = error !== null && (error instanceof Undeliverable || attempts >= MOST_ATTEMPTS);
	const state = error === null ? 'sent' : givenUp ? 'failed' : 'waiting';
	if (why && (attempts === 1 || givenUp)) log.warn({ deliveryId: id, road, attempts, givenUp, why }, 'a notification was not delivered');
	await store.$transaction(async (tx) => {
		const noted = await tx.$executeRaw`
			update delivery set state = ${state}, last_error = ${why},
				next_at = case when ${state} = 'waiting' then now() + make_interval(secs => ${pauseSeconds(attempts)}) else next_at end,
				ended_at = case when ${state} = 'waiting' then null else now() end
			where id = ${id}::uuid and state = 'waiting' and attempts = ${attempts}`;
		if (noted === 1 && road === 'alert') await recordAlert(tx, taken, { why, givenUp });
	});
}

function secretsOf({ mail, chat, webhook }: Roads): string[] {
	const password = mail ? decodeURIComponent(new URL(mail.smtpUrl).password) : '';
	return [password, chat?.url ?? '', webhook?.url ?? '', webhook?.secret ?? ''].filter(Boolean);
}
