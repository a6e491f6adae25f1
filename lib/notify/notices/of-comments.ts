import type { Scene } from '#lib/notify/scene.ts';
import { isRequester, isSigner, type Notice, tell, text } from './tell.ts';

/** As much of a comment as a message says. */
const COMMENT_CHARACTERS = 300;

export function commented(scene: Scene, did: string): Notice[] {
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
