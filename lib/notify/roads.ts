import type { Road } from '#lib/domain/notice.ts';
import { ROADS } from '#lib/domain/notice.ts';
import type { Environment } from '#lib/env.ts';

/** By which people can be told: what whoever deploys the console has set. What is not set is off. */
export type Roads = {
	/** Where people reach the console: every link begins with it. */
	siteUrl: string;
	mail: { smtpUrl: string; from: string } | null;
	chat: { url: string } | null;
	webhook: { url: string; secret: string } | null;
};

export function roadsOf(given: Environment): Roads {
	const { COUNTERSIGN_SMTP_URL, COUNTERSIGN_MAIL_FROM, COUNTERSIGN_CHAT_WEBHOOK, COUNTERSIGN_WEBHOOK, COUNTERSIGN_WEBHOOK_SECRET } = given;
	return {
		siteUrl: given.NEXTAUTH_URL,
		mail: COUNTERSIGN_SMTP_URL && COUNTERSIGN_MAIL_FROM ? { smtpUrl: COUNTERSIGN_SMTP_URL, from: COUNTERSIGN_MAIL_FROM } : null,
		chat: COUNTERSIGN_CHAT_WEBHOOK ? { url: COUNTERSIGN_CHAT_WEBHOOK } : null,
		webhook: COUNTERSIGN_WEBHOOK && COUNTERSIGN_WEBHOOK_SECRET ? { url: COUNTERSIGN_WEBHOOK, secret: COUNTERSIGN_WEBHOOK_SECRET } : null,
	};
}

/** The roads that are not off. */
export function openRoads(roads: Roads): Road[] {
	return ROADS.filter((road) => roads[road] !== null);
}
