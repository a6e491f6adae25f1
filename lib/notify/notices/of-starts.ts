import { instantWords } from '#lib/domain/wording/instant-words.ts';
import type { Scene } from '#lib/notify/scene.ts';
import { canExecute, changeLink, isRequester, isResponder, type Notice, tell, text } from './tell.ts';

export function armed(scene: Scene, what: string, line: string): Notice[] {
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

export function standBy(scene: Scene): Notice[] {
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
