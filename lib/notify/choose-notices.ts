import { z } from 'zod';
import type { Actor } from '#lib/access/actor.ts';
import { NOTICES, type NoticeKind, ROADS, type Road, WANTED_BY_DEFAULT } from '#lib/domain/notice.ts';
import type { Store } from '#lib/store/client.ts';

/** What one person is told, and how: every notice by every road. */
export type Choices = Record<NoticeKind, Record<Road, boolean>>;

/** A form sends the boxes that are ticked, as `your_turn.mail`; every other is not wanted. What is no such name is refused. */
export const choicesSchema = z
	.record(z.templateLiteral([z.enum(NOTICES), '.', z.enum(ROADS)]), z.literal('on'))
	.transform((ticked) => choicesOf((notice, road) => ticked[`${notice}.${road}`] === 'on'));

/** Stores what this person has chosen, all of it. They choose for themselves and for nobody else. */
export async function chooseNotices({ store, actor, choices }: { store: Store; actor: Actor; choices: Choices }): Promise<void> {
	const rows = NOTICES.flatMap((notice) => ROADS.map((road) => ({ notice, road, wanted: choices[notice][road] })));
	await store.$executeRaw`
		insert into notice_choice (person_id, notice, road, wanted)
		select ${actor.id}::uuid, notice, road, wanted
		from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as chosen (notice text, road text, wanted boolean)
		on conflict (person_id, notice, road) do update set wanted = excluded.wanted`;
}

/** What this person has chosen, with the default where they have not. */
export async function readChoices(store: Store, personId: string): Promise<Choices> {
	const rows = await store.noticeChoice.findMany({ where: { personId } });
	const chosen = new Map(rows.map(({ notice, road, wanted }) => [`${notice}.${road}`, wanted]));
	return choicesOf((notice, road) => chosen.get(`${notice}.${road}`) ?? WANTED_BY_DEFAULT);
}

function choicesOf(isWanted: (notice: NoticeKind, road: Road) => boolean): Choices {
	const roadsOf = (notice: NoticeKind) => Object.fromEntries(ROADS.map((road) => [road, isWanted(notice, road)]));
	return Object.fromEntries(NOTICES.map((notice) => [notice, roadsOf(notice)])) as Choices;
}
