import { z } from 'zod';
import { RISKS } from '#lib/domain/change.ts';

/** What the requester writes about a change, besides the bundle. The signers see it, and the digest covers it. */
export const requestSchema = z.strictObject({
	target: z.string().min(1, 'choose a target').max(63),
	title: z.string().trim().min(3, 'a title of at least 3 characters').max(200),
	reason: z.string().trim().min(10, 'give the reason, in at least 10 characters').max(10_000),
	/** Asked for where the bundle goes straight to production; elsewhere it is not kept. */
	whyNotStaging: z.string().trim().max(10_000),
	risk: z.enum(RISKS, 'choose the risk'),
	/** Ids of the people who stand by during the run. */
	responders: z.array(z.uuid()).min(1, 'name at least one incident responder').max(20),
});
export type ChangeRequest = z.infer<typeof requestSchema>;

/** The files as received, not checked yet. The manifest is null when there is none: then all .sql files run, in path order. */
export type FiledBundle = { files: { path: string; bytes: Buffer }[]; manifest: Buffer | null };
