import type { Actor } from '#lib/access/actor.ts';
import { mayComment } from '#lib/access/policy.ts';
import { MAX_ANSWERS } from '#lib/domain/comment.ts';
import { Refusal, type Result } from '#lib/errors.ts';
import { attempt } from '#lib/record/attempt.ts';
import type { Store } from '#lib/store/client.ts';
import { openThread, recordComment } from './open-thread.ts';

/** Answers a comment that is open, on whatever revision it is. */
export function answerComment(input: {
	store: Store;
	actor: Actor;
	changeId: string;
	commentId: string;
	text: string;
}): Promise<Result<null>> {
	const { store, actor, changeId, commentId, text } = input;
	return attempt({ store, actor, act: 'answer a comment', about: { changeId } }, () =>
		store.$transaction(async (tx) => {
			const allowed = mayComment(actor);
			if (allowed !== true) throw new Refusal('forbidden', allowed);
			const comment = await openThread(tx, { changeId, commentId });
			if (comment.answers.length >= MAX_ANSWERS)
				throw new Refusal('too_large', `A comment has at most ${MAX_ANSWERS} answers. Talk, write down what came of it, and resolve it.`);
			await tx.commentAnswer.create({ data: { commentId, authorId: actor.id, text } });
			await recordComment(tx, { kind: 'comment.answered', actor, comment, text });
			return null;
		}),
	);
}
