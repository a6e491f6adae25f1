import type { Channel } from '#lib/domain/target/target.ts';
import { readSecret, WEBHOOK_SECRET } from '#lib/env.ts';
import type { Targets } from '#lib/targets/load-targets.ts';
import { type Outgoing, Undeliverable } from './delivery.ts';
import { postSigned } from './post-signed.ts';
import { postToChat } from './post-to-chat.ts';

/** Says it in the channel of the target that it is about, as chat or as signed JSON. No error holds the address or the secret. */
export async function postToChannel(targets: Targets, outgoing: Outgoing): Promise<void> {
	const { target } = outgoing.message;
	const channel: Channel = targets.byName.get(target)?.channel ?? 'none';
	if (channel === 'none') throw new Undeliverable(`the target ${target} has no channel any more`);
	if ('chat' in channel) return postToChat({ url: readSecret(channel.chat) }, outgoing);
	const secret = readSecret(channel.secret);
	if (!WEBHOOK_SECRET.pattern.test(secret)) throw new Error(`the secret of the channel of ${target} ${WEBHOOK_SECRET.says}`);
	return postSigned({ url: readSecret(channel.webhook), secret }, outgoing);
}
