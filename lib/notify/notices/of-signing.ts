import { maySignSeat } from '#lib/access/policy.ts';
import { seatInTurn } from '#lib/domain/change.ts';
import { ROLE_TITLE, type Seat } from '#lib/domain/roles.ts';
import { instantWords } from '#lib/domain/wording/instant-words.ts';
import { sentence } from '#lib/domain/wording/sentence.ts';
import type { Scene, ScenePerson } from '#lib/notify/scene.ts';
import { canExecute, changeLink, isRequester, isResponder, isSigner, type Notice, signPath, tell, text } from './tell.ts';

/** Told only while it is so: who reads it late is not sent to a seat that is taken. */
export function yourTurn(scene: Scene): Notice[] {
	const { change, entry, target, revision, signers } = scene;
	const seat = seatAsked(entry, scene.seats);
	if (!seat || !scene.isCurrent || seatInTurn(change.status) !== seat) return [];
	const role = ROLE_TITLE[seat];
	const who = `${entry.actor.name} ${DID[entry.kind] ?? 'moved it on'}`;
	return [
		tell(scene, {
			kind: 'your_turn',
			headline: `Your turn to sign ${change.name} as ${role}`,
			lines: [`${who}. It is revision ${revision}, for ${target.name}.`, 'Read it, then sign or refuse it.'],
			link: { path: signPath(scene, seat), title: `Read ${change.name} and decide` },
			whom: scene.people.filter((person) => maySignSeat(person, { seat, requesterId: change.requesterId, signers }) === true),
		}),
	];
}

/** Which seat an entry asks to sign. */
function seatAsked({ kind, data }: Scene['entry'], seats: readonly Seat[]): Seat | null {
	if (kind === 'change.filed' || kind === 'change.revised') return seats[0] ?? null;
	const own = seats.findIndex((seat) => ROLE_TITLE[seat] === data.role);
	return seats[kind === 'change.signed' ? own + 1 : own] ?? null;
}

const DID: Partial<Record<Scene['entry']['kind'], string>> = {
	'change.filed': 'filed it',
	'change.revised': 'revised it, and every signature is asked for again',
	'change.signed': 'signed it',
	'signature.revoked': 'revoked a signature',
};

export function approved(scene: Scene): Notice[] {
	const { change, target } = scene;
	if (!scene.isCurrent) return [];
	const window = target.window ? ` while its window is open: ${target.window}` : '';
	return [
		tell(scene, {
			kind: 'approved',
			headline: `${change.name} is approved`,
			lines: [`Revision ${scene.revision} has every signature that it needs. An operator may execute it on ${target.name}${window}.`],
			link: changeLink(scene),
			whom: scene.people.filter((person) => isRequester(scene, person) || isResponder(scene, person) || canExecute(scene, person)),
		}),
	];
}

export function refused(scene: Scene): Notice[] {
	const { change, entry } = scene;
	return [
		tell(scene, {
			kind: 'refused',
			headline: `${change.name} was refused`,
			lines: [`${entry.actor.name} refused it as ${text(scene, 'role')}: ${sentence(text(scene, 'reason'))}`],
			link: changeLink(scene),
			whom: scene.people.filter((person) => isRequester(scene, person) || isSigner(scene, person)),
		}),
	];
}

export function expiresSoon(scene: Scene): Notice[] {
	const { change, signers } = scene;
	if (!scene.isCurrent) return [];
	const seat = seatInTurn(change.status);
	const canAct = (person: ScenePerson) =>
		seat ? maySignSeat(person, { seat, requesterId: change.requesterId, signers }) === true : canExecute(scene, person);
	return [
		tell(scene, {
			kind: 'expires_soon',
			headline: `${change.name} expires at ${instantWords(text(scene, 'expires'))}`,
			lines: [
				`The signature of the ${ROLE_TITLE[text(scene, 'seat') as Seat]} expires then, and all others become void: the change must be revised and signed again.`,
				seat ? `It is waiting for the ${ROLE_TITLE[seat]}.` : `It is approved and waiting to be executed on ${scene.target.name}.`,
			],
			link: seat ? { path: signPath(scene, seat), title: `Read ${change.name} and decide` } : changeLink(scene),
			whom: scene.people.filter((person) => isRequester(scene, person) || canAct(person)),
		}),
	];
}

export function expired(scene: Scene): Notice[] {
	const { change } = scene;
	return [
		tell(scene, {
			kind: 'expired',
			headline: `${change.name} has expired`,
			lines: [
				`The signature of the ${ROLE_TITLE[text(scene, 'seat') as Seat]} ended at ${instantWords(text(scene, 'expired'))}. Nothing was executed.`,
				'Its requester may revise it; then it is signed again.',
			],
			link: changeLink(scene),
			whom: scene.people.filter((person) => isRequester(scene, person) || isSigner(scene, person)),
		}),
	];
}

/** The database that was signed for is not there any more. */
export function voided(scene: Scene): Notice[] {
	const { change } = scene;
	return [
		tell(scene, {
			kind: 'expired',
			headline: `The signatures of ${change.name} are void`,
			lines: [sentence(text(scene, 'reason')), 'Its requester may revise it; then it is signed again.'],
			link: changeLink(scene),
			whom: scene.people.filter((person) => isRequester(scene, person) || isSigner(scene, person)),
		}),
	];
}
