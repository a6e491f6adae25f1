import { mayDecideRun, mayExecute, maySignSeat } from '#lib/access/policy.ts';
import { seatInTurn } from '#lib/domain/change.ts';
import type { Message } from '#lib/domain/notice.ts';
import type { RestorePrice } from '#lib/domain/restore-price.ts';
import { ROLE_TITLE, SEATS, type Seat } from '#lib/domain/roles.ts';
import { type Failure, OUTCOME_TITLE, type Outcome } from '#lib/domain/run.ts';
import { instantWords } from '#lib/domain/wording/instant-words.ts';
import { lossWords } from '#lib/domain/wording/price-words.ts';
import { sentence } from '#lib/domain/wording/sentence.ts';
import type { Scene, ScenePerson } from './scene.ts';

/** One thing to tell, and whom it concerns, whether they want to hear it or not. */
export type Notice = { message: Message; whom: ScenePerson[] };

/** What an entry of the record tells people, and whom. Whoever did it is not told of it. Pure: what is asked was read before. */
export function noticesOf(scene: Scene): Notice[] {
	const notices = NOTICES_OF[scene.entry.kind]?.(scene) ?? [];
	return notices
		.map(({ message, whom }) => ({ message, whom: whom.filter(({ id }) => id !== scene.entry.actor.id) }))
		.filter(({ whom }) => whom.length > 0);
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
	'run.claimed': runStarted,
	'run.stalled': (scene) => decide(scene, `No worker can continue it: ${sentence(text(scene, 'why'))} Workers try again every minute.`),
	'restore.offered': restoreOffered,
	'restore.ended': restoreEnded,
	'run.ended': runEnded,
};

/** Told only while it is so: who reads it late is not sent to a seat that is taken. */
function yourTurn(scene: Scene): Notice[] {
	const { change, entry, target, revision, signers } = scene;
	const seat = seatAsked(entry);
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
function seatAsked({ kind, data }: Scene['entry']): Seat | null {
	if (kind === 'change.filed' || kind === 'change.revised') return SEATS[0];
	const own = SEATS.findIndex((seat) => ROLE_TITLE[seat] === data.role);
	return SEATS[kind === 'change.signed' ? own + 1 : own] ?? null;
}

const DID: Partial<Record<Scene['entry']['kind'], string>> = {
	'change.filed': 'filed it',
	'change.revised': 'revised it, and every signature is asked for again',
	'change.signed': 'signed it',
	'signature.revoked': 'revoked a signature',
};

function approved(scene: Scene): Notice[] {
	const { change, target } = scene;
	if (!scene.isCurrent) return [];
	const window = target.window ? ` while its window is open: ${target.window}` : '';
	return [
		tell(scene, {
			kind: 'approved',
			headline: `${change.name} is approved`,
			lines: [`Three people have signed revision ${scene.revision}. An operator may execute it on ${target.name}${window}.`],
			link: changeLink(scene),
			whom: scene.people.filter((person) => isRequester(scene, person) || isResponder(scene, person) || canExecute(scene, person)),
		}),
	];
}

function refused(scene: Scene): Notice[] {
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

/** As much of a comment as a message says. */
const COMMENT_CHARACTERS = 300;

function commented(scene: Scene, did: string): Notice[] {
	const { change, entry, revision } = scene;
	const { inThread } = entry.data;
	const said = text(scene, 'text');
	const place = `On revision ${revision}, ${text(scene, 'path')}, line ${String(entry.data.line)}`;
	return [
		tell(scene, {
			kind: 'comment',
			headline: `${entry.actor.name} ${did} ${change.name}`,
			lines: [said === '' ? `${place}.` : `${place}: “${clipped(said, COMMENT_CHARACTERS)}”`],
			link: { path: `/changes/${change.number}?tab=comments`, title: `Read the comments on ${change.name}` },
			whom: scene.people.filter(
				(person) => isRequester(scene, person) || isSigner(scene, person) || (Array.isArray(inThread) && inThread.includes(person.id)),
			),
		}),
	];
}

function clipped(said: string, characters: number): string {
	return said.length > characters ? `${said.slice(0, characters).trimEnd()}…` : said;
}

function expiresSoon(scene: Scene): Notice[] {
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

function expired(scene: Scene): Notice[] {
	const { change } = scene;
	return [
		tell(scene, {
			kind: 'expired',
			headline: `${change.name} has expired`,
			lines: [
				`The signature of the ${ROLE_TITLE[text(scene, 'seat') as Seat]} ended at ${instantWords(text(scene, 'expired'))}. Nothing was executed.`,
				'Its requester may revise it; then all three sign again.',
			],
			link: changeLink(scene),
			whom: scene.people.filter((person) => isRequester(scene, person) || isSigner(scene, person)),
		}),
	];
}

/** The database that was signed for is not there any more. */
function voided(scene: Scene): Notice[] {
	const { change } = scene;
	return [
		tell(scene, {
			kind: 'expired',
			headline: `The signatures of ${change.name} are void`,
			lines: [sentence(text(scene, 'reason')), 'Its requester may revise it; then all three sign again.'],
			link: changeLink(scene),
			whom: scene.people.filter((person) => isRequester(scene, person) || isSigner(scene, person)),
		}),
	];
}

function armed(scene: Scene, what: string, line: string): Notice[] {
	const { change } = scene;
	return [
		tell(scene, {
			kind: 'armed',
			headline: `${change.name} ${what} at ${instantWords(text(scene, 'startsAt'))}`,
			lines: [line],
			link: changeLink(scene),
			whom: scene.people.filter((person) => isRequester(scene, person) || isResponder(scene, person) || canExecute(scene, person)),
		}),
	];
}

function standBy(scene: Scene): Notice[] {
	const { change, target } = scene;
	const { data } = scene.entry;
	if (!scene.isCurrent || change.status !== 'approved') return [];
	const asked = Array.isArray(data.askedIds) ? data.askedIds : [];
	const opens = text(scene, 'opens');
	return [
		tell(scene, {
			kind: 'stand_by',
			headline: `Please stand by for ${change.name}`,
			lines: [
				data.armed === true
					? `It is armed to start at ${instantWords(opens)}.`
					: opens
						? `The window of ${target.name} opens at ${instantWords(opens)}.`
						: `The window of ${target.name} is open until ${instantWords(text(scene, 'until'))}.`,
				'You are a responder. Check in on its page: this is valid for 30 minutes, and without it the change cannot start.',
			],
			link: changeLink(scene),
			whom: scene.people.filter(({ id }) => asked.includes(id)),
		}),
	];
}

function runStarted(scene: Scene): Notice[] {
	const { change, entry, target, run } = scene;
	return [
		tell(scene, {
			kind: 'run_started',
			headline: `${change.name} is running on ${target.name}`,
			lines: [`${entry.actor.name} has executed it: run ${run?.number ?? ''}. Its page shows every step as it happens.`],
			link: runLink(scene),
			whom: scene.people.filter((person) => takesPart(scene, person)),
		}),
	];
}

function restoreOffered(scene: Scene): Notice[] {
	const { data } = scene.entry;
	if (data.automatic === true) return [];
	return decide(
		scene,
		`It is committed, but ${sentence((data.failure as Failure).message)} Maintenance mode stays on.`,
		`A restore would lose ${lossWords(data.price as RestorePrice)}.`,
	);
}

function restoreEnded(scene: Scene): Notice[] {
	if (scene.entry.data.restored !== false) return [];
	return decide(scene, `The restore failed. The live database is untouched. ${sentence(text(scene, 'why'))}`);
}

function runEnded(scene: Scene): Notice[] {
	const outcome = scene.entry.data.outcome as Outcome;
	const summary = sentence(text(scene, 'summary'));
	const ended = tell(scene, {
		kind: 'run_ended',
		headline: `${scene.change.name} on ${scene.target.name}: ${OUTCOME_TITLE[outcome].toLowerCase()}`,
		lines: [summary],
		link: runLink(scene),
		whom: scene.people.filter((person) => takesPart(scene, person)),
	});
	return outcome === 'unknown' ? [ended, ...decide(scene, summary)] : [ended];
}

function decide(scene: Scene, ...lines: string[]): Notice[] {
	const { change, target, run } = scene;
	const decides = (person: ScenePerson) => mayDecideRun(person) === true || person.id === run?.operatorId;
	return [
		tell(scene, {
			kind: 'needs_decision',
			headline: `${change.name} on ${target.name} needs a decision`,
			lines,
			link: runLink(scene),
			whom: scene.people.filter(decides),
		}),
	];
}

type Told = Pick<Message, 'kind' | 'headline' | 'lines' | 'link'> & { whom: ScenePerson[] };

function tell({ change, target, entry }: Scene, { whom, ...told }: Told): Notice {
	return { message: { ...told, change: change.name, title: change.title, target: target.name, at: entry.at, people: [] }, whom };
}

const isRequester = ({ change }: Scene, person: ScenePerson) => person.id === change.requesterId;
const isResponder = ({ responderIds }: Scene, person: ScenePerson) => responderIds.includes(person.id);
const isSigner = ({ signers }: Scene, person: ScenePerson) => signers.some(({ personId }) => personId === person.id);
const takesPart = (scene: Scene, person: ScenePerson) =>
	isRequester(scene, person) || isResponder(scene, person) || isSigner(scene, person) || person.id === scene.run?.operatorId;

function canExecute({ change, signers, target }: Scene, person: ScenePerson): boolean {
	return mayExecute(person, { requesterId: change.requesterId, signers, target }) === true;
}

const changeLink = ({ change }: Scene) => ({ path: `/changes/${change.number}`, title: `Open ${change.name}` });
const runLink = ({ run, change }: Scene) => ({ path: `/runs/${run?.id ?? ''}`, title: `Open run ${run?.number ?? ''} of ${change.name}` });
const signPath = ({ change }: Scene, seat: Seat) => `/changes/${change.number}/sign?seat=${seat}`;

function text({ entry }: Scene, name: string): string {
	const value = entry.data[name];
	return typeof value === 'string' ? value : '';
}
