import type { Target } from '#lib/domain/target.ts';
import { redact } from '#lib/redact.ts';
import { callEndpoint } from './call-endpoint.ts';

export type Alert = {
	text: string;
	severity: 'info' | 'warning' | 'critical';
	target: string;
	change: string;
	run: string;
	outcome: string;
};

/** Sends an alert to the target's webhook. Returns null when it was taken, else why it was not: an alert never decides a run. */
export async function sendAlert(target: Target, alert: Alert): Promise<string | null> {
	if (target.alerts === 'none') return null;
	try {
		await callEndpoint({
			url: target.alerts.webhook,
			method: 'POST',
			body: alert,
			...(target.alerts.token ? { token: target.alerts.token } : {}),
		});
		return null;
	} catch (error) {
		const why = error instanceof Error ? error.message : String(error);
		return redact(why, [target.alerts.webhook]); // Of many services the address is the secret: who knows it can post there.
	}
}
