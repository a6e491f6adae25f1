'use server';

import { z } from 'zod';
import type { ActionResult } from '#app/action-result.ts';
import { answerComment } from '#lib/comments/answer-comment.ts';
import { commentTextSchema } from '#lib/comments/comment-text.ts';
import { resolveComment } from '#lib/comments/resolve-comment.ts';
import { writeComment } from '#lib/comments/write-comment.ts';
import { store } from '#lib/store/client.ts';
import { act } from './act.ts';

const writeSchema = z.object({
	changeId: z.uuid(),
	revision: z.coerce.number().int().positive().max(1_000_000),
	path: z.string().min(1).max(500),
	line: z.coerce.number().int().positive().max(100_000_000),
	text: commentTextSchema,
});
const resolveSchema = z.object({ changeId: z.uuid(), commentId: z.uuid() });
const answerSchema = resolveSchema.extend({ text: commentTextSchema });

/** Writes a comment on a line of the revision that the person has read. */
export async function writeCommentAction(form: FormData): Promise<ActionResult<{ commentId: string }>> {
	return act(form, writeSchema, (actor, input) => writeComment({ store: store(), actor, ...input }));
}

/** Answers an open comment. */
export async function answerCommentAction(form: FormData): Promise<ActionResult<null>> {
	return act(form, answerSchema, (actor, input) => answerComment({ store: store(), actor, ...input }));
}

/** Says that a comment is settled. */
export async function resolveCommentAction(form: FormData): Promise<ActionResult<null>> {
	return act(form, resolveSchema, (actor, input) => resolveComment({ store: store(), actor, ...input }));
}
