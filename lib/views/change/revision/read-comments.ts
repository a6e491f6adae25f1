import type { Actor } from '#lib/access/actor.ts';
import { mayComment, mayResolveComment } from '#lib/access/policy.ts';
import type { ChangeStatus } from '#lib/domain/change.ts';
import { MAX_ANSWERS, type Thread, takesComments } from '#lib/domain/comment.ts';
import type { Store } from '#lib/store/client.ts';

type About = { changeId: string; requesterId: string; status: ChangeStatus; actor: Actor };
const SAID = { text: true, at: true, author: { select: { name: true } } } as const;

/** All comments of a change, on whatever revision, in the order in which they were written, and whether this person may write one now. */
export async function readComments(store: Store, { changeId, requesterId, status, actor }: About) {
	const rows = await store.comment.findMany({
		where: { revision: { changeId } },
		orderBy: [{ at: 'asc' }, { id: 'asc' }],
		select: {
			...{ id: true, path: true, line: true, quote: true, authorId: true, ...SAID },
			revision: { select: { number: true } },
			answers: { select: { id: true, ...SAID }, orderBy: [{ at: 'asc' }, { id: 'asc' }] },
			resolution: { select: { at: true, person: { select: { name: true } } } },
		},
	});
	const mayWrite = takesComments(status) && mayComment(actor) === true;
	const threads = rows.map(({ revision, resolution, answers, authorId, ...row }): Thread => {
		const isOpen = resolution === null && takesComments(status);
		return {
			...saidOf(row),
			revision: revision.number,
			path: row.path,
			line: row.line,
			quote: row.quote,
			answers: answers.map(saidOf),
			resolved: resolution && { by: resolution.person.name, at: resolution.at.toISOString() },
			mayAnswer: isOpen && mayWrite && answers.length < MAX_ANSWERS,
			mayResolve: isOpen && mayResolveComment(actor, { authorId, requesterId }) === true,
		};
	});
	return { threads, mayWrite };
}

function saidOf({ id, text, at, author }: { id: string; text: string; at: Date; author: { name: string } }) {
	return { id, text, by: author.name, at: at.toISOString() };
}
