import { z } from 'zod';
import { RISKS } from '#lib/domain/change.ts';

/** What the requester says about a change, beside its bundle. Shown to the signers and part of the digest. */
export const requestSchema = z.strictObject({
	target: z.string().min(1, 'choose a target').max(63),
	title: z.string().trim().min(3, 'a title of at least 3 characters').max(200),
	reason: z.string().trim().min(10, 'say why, in at least 10 characters').max(10_000),
	whyNotStaging: z.string().trim().min(10, 'say why this does not go staging → production, in at least 10 characters').max(10_000),
	risk: z.enum(RISKS, 'choose how risky it is'),
	/** Ids of the people who stand by while it runs. */
	responders: z.array(z.uuid()).min(1, 'name at least one incident responder').max(20),
});
export type ChangeRequest = z.infer<typeof requestSchema>;

/** The files as they came: nothing is known of them yet. The manifest is null when there is none: then all .sql files, in path order. */
export type FiledBundle = { files: { path: string; bytes: Buffer }[]; manifest: Buffer | null };
