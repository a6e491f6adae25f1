import { callEndpoint } from '#lib/application/call-endpoint.ts';
import type { Alert } from '#lib/domain/notice.ts';
import { redact } from '#lib/redact.ts';
import type { Targets } from '#lib/targets/load-targets.ts';
import { Undeliverable } from './delivery.ts';

/** Sends an alert to the target's webhook. Throws an Error that says why it was not taken: an alert never decides a run. */
export async function sendAlert(targets: Targets, { id, alert }: { id: string; alert: Alert }): Promise<void> {
	const alerts = targets.byName.get(alert.target)?.alerts ?? 'none';
	if (alerts === 'none') throw new Undeliverable(`the target ${alert.target} has no webhook for alerts any more`);
	try {
		await callEndpoint({
			url: alerts.webhook,
			method: 'POST',
			body: { id, ...alert },
			...(alerts.token ? { token: alerts.token } : {}),
		});
	} catch (error) {
		const why = error instanceof Error ? error.message : String(error);
		throw new Error(redact(why, [alerts.webhook])); // Of many services the address is the secret: who knows it can post there.
	}
}
