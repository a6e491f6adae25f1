import { sentence } from '#lib/domain/wording/sentence.ts';
import { commented } from './notices/of-comments.ts';
import { rehearsed } from './notices/of-rehearsals.ts';
import { decide, keepConfirmed, restoreConfirmed, restoreEnded, restoreOffered, runEnded, runStarted } from './notices/of-runs.ts';
import { approved, expired, expiresSoon, refused, voided, yourTurn } from './notices/of-signing.ts';
import { armed, standBy } from './notices/of-starts.ts';
import { type Notice, text } from './notices/tell.ts';
import type { Scene } from './scene.ts';

/**
 * What an entry of the record tells people, and whom; where that is nobody, a target's channel hears it. Whoever did it is not told of it.
 * Pure: what is asked was read before.
 */
export function noticesOf(scene: Scene): Notice[] {
	const notices = NOTICES_OF[scene.entry.kind]?.(scene) ?? [];
	return notices.map(({ message, whom }) => ({ message, whom: whom.filter(({ id }) => id !== scene.entry.actor.id) }));
}

const NOTICES_OF: Partial<Record<Scene['entry']['kind'], (scene: Scene) => Notice[]>> = {
	'change.filed': yourTurn,
	'change.revised': yourTurn,
	'change.signed': yourTurn,
	'signature.revoked': yourTurn,
	'change.approved': approved,
	'change.refused': refused,
	'change.expires_soon': expiresSoon,
	'change.expired': expired,
	'change.voided': voided,
	'comment.written': (scene) => commented(scene, 'commented on'),
	'comment.answered': (scene) => commented(scene, 'answered a comment on'),
	'comment.resolved': (scene) => commented(scene, 'resolved a comment on'),
	'responders.asked': standBy,
	'start.armed': (scene) =>
		armed(scene, 'is to start', `${scene.entry.actor.name} armed it. It starts only if every hard stop is met then.`),
	'start.disarmed': (scene) => armed(scene, 'was disarmed: it does not start', `${scene.entry.actor.name} disarmed it.`),
	'start.missed': (scene) => armed(scene, 'did not start', sentence(text(scene, 'reason'))),
	'rehearsal.passed': rehearsed,
	'rehearsal.failed': rehearsed,
	'run.claimed': runStarted,
	'run.stalled': (scene) => decide(scene, `No worker can continue it: ${sentence(text(scene, 'why'))} Workers try again every minute.`),
	'restore.offered': restoreOffered,
	'restore.confirmed': restoreConfirmed,
	'keep.confirmed': keepConfirmed,
	'restore.ended': restoreEnded,
	'run.ended': runEnded,
};
