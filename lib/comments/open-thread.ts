import type { Actor } from '#lib/access/actor.ts';
import { lockChange } from '#lib/change/lock-change.ts';
import { changeName, STATUS_TITLE } from '#lib/domain/change.ts';
import { takesComments } from '#lib/domain/comment.ts';
import type { RecordKind } from '#lib/domain/record.ts';
import { Refusal } from '#lib/errors.ts';
import { appendRecord } from '#lib/record/append-record.ts';
import type { StoreTransaction } from '#lib/store/client.ts';

/** A comment that is still open, with its change locked: a signature meanwhile waits, and counts it or not. */
export type OpenThread = Awaited<ReturnType<typeof openThread>>;

/** Locks the comment's change and reads the comment. Throws a Refusal where it is resolved, or its change takes no comments any more. */
export async function openThread(tx: StoreTransaction, { changeId, commentId }: { changeId: string; commentId: string }) {
	const change = await lockForComments(tx, changeId);
	const comment = await tx.comment.findFirst({
		where: { id: commentId, revision: { changeId } },
		select: {
			id: true,
			path: true,
			line: true,
			authorId: true,
			revision: { select: { number: true } },
			answers: { select: { authorId: true } },
			resolution: { select: { person: { select: { name: true } } } },
		},
	});
	if (!comment) throw new Refusal('not_found', 'This comment does not exist.');
	if (comment.resolution)
		throw new Refusal('conflict', `${comment.resolution.person.name} has resolved this comment. Write another one where you do not agree.`);
	return { ...comment, change };
}

/** Locks the change. Throws a Refusal where it takes no comments any more. */
export async function lockForComments(tx: StoreTransaction, changeId: string) {
	const change = await lockChange(tx, changeId);
	if (!takesComments(change.status))
		throw new Refusal(
			'conflict',
			`${changeName(change.number)} takes no comments any more: ${STATUS_TITLE[change.status].toLowerCase()}. Nothing was stored.`,
		);
	return change;
}

type About = Pick<OpenThread, 'id' | 'path' | 'line' | 'authorId' | 'change'> & {
	revision: { number: number };
	answers: { authorId: string }[];
};

/** Records what somebody did with a comment. `text` is kept whole: the record then says by itself what was objected, and how it was settled. */
export async function recordComment(
	tx: StoreTransaction,
	{ kind, actor, comment, text }: { kind: RecordKind; actor: Actor; comment: About; text?: string },
): Promise<void> {
	const { change, id, path, line } = comment;
	await appendRecord(tx, {
		kind,
		actor: { id: actor.id, name: actor.name },
		subject: { change: changeName(change.number), changeId: change.id, revision: comment.revision.number, target: change.target },
		data: {
			comment: id,
			path,
			line,
			...(text === undefined ? {} : { text }),
			inThread: [...new Set([comment.authorId, ...comment.answers.map(({ authorId }) => authorId)])],
		},
	});
}
