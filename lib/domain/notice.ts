import type { RecordKind } from './record.ts';

/** What people are told, in the order in which they choose it. */
export const NOTICES = [
	'your_turn',
	'approved',
	'refused',
	'comment',
	'rehearsed',
	'expires_soon',
	'expired',
	'armed',
	'stand_by',
	'run_started',
	'needs_decision',
	'run_ended',
] as const;
export type NoticeKind = (typeof NOTICES)[number];

export const NOTICE_TITLE: Record<NoticeKind, { title: string; whom: string }> = {
	your_turn: { title: 'Your turn to sign', whom: 'People who may sign in the seat whose turn it is' },
	approved: { title: 'Approved', whom: 'The requester, the responders, and operators who may execute it' },
	refused: { title: 'Refused', whom: 'The requester and the signers' },
	comment: { title: 'A comment, an answer, or one resolved', whom: 'The requester, the signers, and whoever wrote or answered it' },
	rehearsed: {
		title: 'A rehearsal passed or failed',
		whom: 'The requester; where nobody signs before one has passed, also the people who may sign next',
	},
	expires_soon: { title: 'About to expire', whom: 'The requester and the people who can still sign or execute it' },
	expired: { title: 'Expired, or its signatures void', whom: 'The requester and the signers' },
	armed: { title: 'Start armed, disarmed or missed', whom: 'The requester, the responders, and operators who may execute it' },
	stand_by: { title: 'Asked to stand by', whom: 'Responders who are not standing by shortly before the start, or when the window opens' },
	run_started: { title: 'Run started', whom: 'The requester, signers and responders of the change' },
	needs_decision: {
		title: 'A run needs a decision',
		whom: 'Operators and Database Administrators; when one has confirmed, those who can be the second',
	},
	run_ended: { title: 'Run ended', whom: 'The requester, signers, responders and the operator' },
};

/** By which a person is told. Mail goes to them alone; chat and webhook are one message that names all who want it there. */
export const ROADS = ['mail', 'chat', 'webhook'] as const;
export type Road = (typeof ROADS)[number];
export const ROAD_TITLE: Record<Road, string> = { mail: 'Mail', chat: 'Chat', webhook: 'Webhook' };

/** Not chosen by people: what a target's definition has sent to its own channel, and to whoever watches it. */
export type DeliveryRoad = Road | 'channel' | 'alert';
export const DELIVERY_ROADS: readonly DeliveryRoad[] = [...ROADS, 'channel', 'alert'];
export const DELIVERY_ROAD_TITLE: Record<DeliveryRoad, string> = { ...ROAD_TITLE, channel: 'Target’s channel', alert: 'Target’s alerts' };

/** What a target's own channel hears. */
export const CHANNEL_NOTICES: readonly NoticeKind[] = ['run_started', 'needs_decision', 'run_ended'];

/** Who has chosen nothing is told everything, by every road that the console has. */
export const WANTED_BY_DEFAULT = true;

/** Entries of the record that somebody is told about. The statement that appends one puts it into the outbox. */
export const TOLD_KINDS: readonly RecordKind[] = [
	'change.filed',
	'change.revised',
	'change.signed',
	'change.refused',
	'signature.revoked',
	'change.approved',
	'change.expires_soon',
	'change.expired',
	'change.voided',
	'comment.written',
	'comment.answered',
	'comment.resolved',
	'rehearsal.passed',
	'rehearsal.failed',
	'responders.asked',
	'start.armed',
	'start.disarmed',
	'start.missed',
	'run.claimed',
	'run.stalled',
	'restore.offered',
	'restore.confirmed',
	'restore.ended',
	'keep.confirmed',
	'run.ended',
];

/** One thing to tell, before it is written for a road. `path` is the page of the console where one reads on. */
export type Message = {
	kind: NoticeKind;
	change: string;
	title: string;
	target: string;
	headline: string;
	/** Sentences, one a paragraph. */
	lines: string[];
	link: { path: string; title: string };
	/** When it happened, ISO 8601. */
	at: string;
	/** Whom a message for several names, in order. */
	people: { name: string; email: string }[];
};

/** What a target's own webhook gets. */
export type Alert = {
	text: string;
	severity: 'info' | 'warning' | 'critical';
	target: string;
	change: string;
	run: string;
	outcome: string;
};
