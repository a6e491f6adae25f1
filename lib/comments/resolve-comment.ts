import type { Actor } from '#lib/access/actor.ts';
import { mayResolveComment } from '#lib/access/policy.ts';
import { Refusal, type Result } from '#lib/errors.ts';
import { attempt } from '#lib/record/attempt.ts';
import type { Store } from '#lib/store/client.ts';
import { openThread, recordComment } from './open-thread.ts';

/** Says that a comment is settled. There is no way back: who does not agree writes another one. */
export function resolveComment(input: { store: Store; actor: Actor; changeId: string; commentId: string }): Promise<Result<null>> {
	const { store, actor, changeId, commentId } = input;
	return attempt({ store, actor, act: 'resolve a comment', about: { changeId } }, () =>
		store.$transaction(async (tx) => {
			const comment = await openThread(tx, { changeId, commentId });
			const allowed = mayResolveComment(actor, { authorId: comment.authorId, requesterId: comment.change.requesterId });
			if (allowed !== true) throw new Refusal('forbidden', allowed);
			await tx.commentResolution.create({ data: { commentId, personId: actor.id } });
			await recordComment(tx, { kind: 'comment.resolved', actor, comment });
			return null;
		}),
	);
}
