import type { Actor } from '#lib/access/actor.ts';
import { mayComment } from '#lib/access/policy.ts';
import { changeName } from '#lib/domain/change.ts';
import { MAX_COMMENTS, MAX_QUOTE_CHARACTERS } from '#lib/domain/comment.ts';
import { Refusal, type Result } from '#lib/errors.ts';
import { attempt } from '#lib/record/attempt.ts';
import type { Store, StoreTransaction } from '#lib/store/client.ts';
import { lockForComments, recordComment } from './open-thread.ts';

type Place = {
	changeId: string;
	/** The revision that the person has read. */
	revision: number;
	path: string;
	/** From 1. */
	line: number;
};

/** Writes a comment on a line of a file of the change's current revision. */
export function writeComment(input: Place & { store: Store; actor: Actor; text: string }): Promise<Result<{ commentId: string }>> {
	const { store, actor, changeId, path, line, text } = input;
	return attempt({ store, actor, act: 'comment on a change', about: { changeId } }, () =>
		store.$transaction(async (tx) => {
			const allowed = mayComment(actor);
			if (allowed !== true) throw new Refusal('forbidden', allowed);
			const change = await lockForComments(tx, changeId);
			if (change.currentRevision !== input.revision)
				throw new Refusal(
					'conflict',
					`${changeName(change.number)} has been revised since you read it. Read revision ${change.currentRevision} and comment on that. Nothing was stored.`,
				);
			if ((await tx.comment.count({ where: { revision: { changeId } } })) >= MAX_COMMENTS)
				throw new Refusal(
					'too_large',
					`A change has at most ${MAX_COMMENTS} comments. Answer one of them, or refuse the change with a reason.`,
				);
			const { revisionId, quote } = await readLine(tx, input);
			const { id } = await tx.comment.create({ data: { revisionId, path, line, quote, text, authorId: actor.id }, select: { id: true } });
			const comment = { id, path, line, authorId: actor.id, change, revision: { number: input.revision }, answers: [] };
			await recordComment(tx, { kind: 'comment.written', actor, comment, text });
			return { commentId: id };
		}),
	);
}

/** The line as the file has it, or its beginning. Throws a Refusal where there is no such file, or no such line in it. */
async function readLine(tx: StoreTransaction, { changeId, revision, path, line }: Place) {
	const file = await tx.revisionFile.findFirst({
		where: { path, revision: { changeId, number: revision } },
		select: { revisionId: true, bytes: true },
	});
	if (!file) throw new Refusal('not_found', `Revision ${revision} has no file ${path}. Nothing was stored.`);
	const quote = Buffer.from(file.bytes)
		.toString('utf8')
		.replace(/\r?\n$/, '')
		.split('\n')[line - 1];
	if (quote === undefined) throw new Refusal('not_found', `${path} has no line ${line}. Nothing was stored.`);
	return { revisionId: file.revisionId, quote: beginningOf(quote.replace(/\r$/, '')) };
}

/** No character is cut in two: one may be two UTF-16 units. */
function beginningOf(line: string): string {
	return [...line.slice(0, 2 * MAX_QUOTE_CHARACTERS)].slice(0, MAX_QUOTE_CHARACTERS).join('');
}
