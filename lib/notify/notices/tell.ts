import { mayExecute } from '#lib/access/policy.ts';
import type { Message } from '#lib/domain/notice.ts';
import type { Seat } from '#lib/domain/roles.ts';
import type { Scene, ScenePerson } from '#lib/notify/scene.ts';

/** One thing to tell, and whom it concerns, whether they want to hear it or not. */
export type Notice = { message: Message; whom: ScenePerson[] };

type Told = Pick<Message, 'kind' | 'headline' | 'lines' | 'link'> & { whom: ScenePerson[] };

export function tell({ change, target, entry }: Scene, { whom, ...told }: Told): Notice {
	return { message: { ...told, change: change.name, title: change.title, target: target.name, at: entry.at, people: [] }, whom };
}

export const isRequester = ({ change }: Scene, person: ScenePerson) => person.id === change.requesterId;
export const isResponder = ({ responderIds }: Scene, person: ScenePerson) => responderIds.includes(person.id);
export const isSigner = ({ signers }: Scene, person: ScenePerson) => signers.some(({ personId }) => personId === person.id);
export const takesPart = (scene: Scene, person: ScenePerson) =>
	isRequester(scene, person) || isResponder(scene, person) || isSigner(scene, person) || person.id === scene.run?.operatorId;

export function canExecute({ change, signers, target }: Scene, person: ScenePerson): boolean {
	return mayExecute(person, { requesterId: change.requesterId, signers, target }) === true;
}

export const changeLink = ({ change }: Scene) => ({ path: `/changes/${change.number}`, title: `Open ${change.name}` });
export const runLink = ({ run, change }: Scene) => ({
	path: `/runs/${run?.id ?? ''}`,
	title: `Open run ${run?.number ?? ''} of ${change.name}`,
});
export const signPath = ({ change }: Scene, seat: Seat) => `/changes/${change.number}/sign?seat=${seat}`;

export function text({ entry }: Scene, name: string): string {
	const value = entry.data[name];
	return typeof value === 'string' ? value : '';
}
