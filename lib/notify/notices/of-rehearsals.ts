import { maySignSeat } from '#lib/access/policy.ts';
import { seatInTurn } from '#lib/domain/change.ts';
import type { RehearsalFailure } from '#lib/domain/rehearsed/rehearsal.ts';
import { sentence } from '#lib/domain/wording/sentence.ts';
import type { Scene, ScenePerson } from '#lib/notify/scene.ts';
import { isRequester, type Notice, tell } from './tell.ts';

/** How a rehearsal of the present revision ended; whom it kept from signing hears of it too. */
export function rehearsed(scene: Scene): Notice[] {
	const { change, entry, revision, target } = scene;
	if (!scene.isCurrent) return [];
	const hasPassed = entry.kind === 'rehearsal.passed';
	return [
		tell(scene, {
			kind: 'rehearsed',
			headline: `The rehearsal of ${change.name} ${hasPassed ? 'passed' : 'failed'}`,
			lines: hasPassed
				? [`Revision ${revision} was applied and checked on a copy of ${target.name}. The report shows what it locked and what it changed.`]
				: [sentence((entry.data.failure as RehearsalFailure).message), 'Nothing on the live database was changed.'],
			link: { path: `/changes/${change.number}?tab=rehearsal`, title: `Read the report on ${change.name}` },
			whom: scene.people.filter((person) => isRequester(scene, person) || waitedToSign(scene, person)),
		}),
	];
}

function waitedToSign({ change, signers, target }: Scene, person: ScenePerson): boolean {
	const seat = seatInTurn(change.status);
	return target.rehearsalRequired && seat !== null && maySignSeat(person, { seat, requesterId: change.requesterId, signers }) === true;
}
