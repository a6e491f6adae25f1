import { mayConfirmRestore, mayDecideRun } from '#lib/access/policy.ts';
import { type KeepPrice, keepPriceWords } from '#lib/domain/keep-price.ts';
import type { RestorePrice } from '#lib/domain/restore-price.ts';
import { ROLE_TITLE } from '#lib/domain/roles.ts';
import { type Failure, OUTCOME_TITLE, type Outcome } from '#lib/domain/run.ts';
import { lossWords } from '#lib/domain/wording/price-words.ts';
import { sentence } from '#lib/domain/wording/sentence.ts';
import type { Scene, ScenePerson } from '#lib/notify/scene.ts';
import { type Notice, runLink, takesPart, tell, text } from './tell.ts';

export function runStarted(scene: Scene): Notice[] {
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

export function restoreOffered(scene: Scene): Notice[] {
	const { data } = scene.entry;
	if (data.automatic === true) return [];
	return decide(
		scene,
		`It is committed, but ${sentence((data.failure as Failure).message)} Maintenance mode stays on.`,
		`A restore would lose ${lossWords(data.price as RestorePrice)}.`,
	);
}

export function restoreEnded(scene: Scene): Notice[] {
	if (scene.entry.data.restored !== false) return [];
	return decide(scene, `The restore failed. The live database is untouched. ${sentence(text(scene, 'why'))}`);
}

export function runEnded(scene: Scene): Notice[] {
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

/** One of two has confirmed a restore. */
export function restoreConfirmed(scene: Scene): Notice[] {
	return confirmedByOne(scene, `has confirmed the restore. It would lose ${lossWords(scene.entry.data.price as RestorePrice)}.`);
}

/** One of two has said that the change is kept although checks fail. */
export function keepConfirmed(scene: Scene): Notice[] {
	return confirmedByOne(scene, `would keep the change. ${keepPriceWords(scene.entry.data.price as KeepPrice)}`);
}

/** Whoever may be the second is asked, as long as the run still waits. `said` is what the first one has said. */
function confirmedByOne(scene: Scene, said: string): Notice[] {
	const { change, entry, target, run } = scene;
	if (run?.status !== 'awaiting_restore') return [];
	const capacity = text(scene, 'capacity') === 'dba' ? 'operator' : 'dba';
	const first = entry.actor.id === null ? [] : [entry.actor.id];
	const asked = { capacity, requesterId: change.requesterId, confirmedBy: first } as const;
	return [
		tell(scene, {
			kind: 'needs_decision',
			headline: `${change.name} on ${target.name}: a second person must confirm`,
			lines: [`${entry.actor.name} ${said}`, `It must also be confirmed as ${ROLE_TITLE[capacity]}. Until then the run waits.`],
			link: runLink(scene),
			whom: scene.people.filter((person) => mayConfirmRestore(person, asked) === true),
		}),
	];
}

export function decide(scene: Scene, ...lines: string[]): Notice[] {
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
