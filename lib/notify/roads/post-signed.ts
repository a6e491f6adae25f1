import { createHmac } from 'node:crypto';
import { linkOf, type Outgoing } from './delivery.ts';
import { postJson } from './post-json.ts';

/**
 * Posts a notice as JSON, signed as Standard Webhooks says (docs/formats.md, "Webhook"): HMAC-SHA256 over id, time and body. The id is the
 * same at every attempt, the time is not: a receiver refuses what is older than five minutes, and takes an id once.
 */
export function postSigned({ url, secret }: { url: string; secret: string }, outgoing: Outgoing, now = new Date()): Promise<void> {
	const body = JSON.stringify(webhookBody(outgoing));
	const timestamp = String(Math.floor(now.getTime() / 1000));
	return postJson({
		url,
		body,
		headers: {
			'webhook-id': outgoing.id,
			'webhook-timestamp': timestamp,
			'webhook-signature': `v1,${sign({ secret, id: outgoing.id, timestamp, body })}`,
		},
	});
}

export function webhookBody(outgoing: Omit<Outgoing, 'createdAt'>): Record<string, unknown> {
	const { id, entrySeq, message } = outgoing;
	const { kind, change, title, target, headline, lines, at, people } = message;
	return { v: 1, id, type: kind, at, entry: entrySeq.toString(), change, title, target, headline, lines, link: linkOf(outgoing), people };
}

function sign({ secret, id, timestamp, body }: { secret: string; id: string; timestamp: string; body: string }): string {
	const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
	return createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
}
