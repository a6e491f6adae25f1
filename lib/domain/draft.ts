import { z } from 'zod';
import type { Finding } from './bundle/finding.ts';
import { MAX_MANIFEST_BYTES } from './bundle/limits.ts';
import { RISKS } from './change.ts';
import type { Route } from './route.ts';

/** How many drafts one person may have. */
export const MAX_DRAFTS = 20;

const text = (max: number, what: string) =>
	z
		.string()
		.max(max, `${what} is longer than ${max.toLocaleString('en')} characters`)
		// PostgreSQL keeps no text with it.
		.refine((value) => !value.includes('\u0000'), `${what} holds a NUL character`);

/** What is typed into the form of a change, as far as one has come: anything may still be empty. */
export const draftTextSchema = z.strictObject({
	target: text(63, 'the target'),
	title: text(200, 'the title'),
	reason: text(10_000, 'the reason'),
	whyNotStaging: text(10_000, 'why not staging → production'),
	risk: z.union([z.enum(RISKS), z.literal('')]),
	/** Ids of people. */
	responders: z.array(z.uuid()).max(20, 'there are more than 20 incident responders'),
	/** What the requester wrote; null: the default manifest is used. */
	manifest: text(MAX_MANIFEST_BYTES, 'the manifest').nullable(),
});
export type DraftText = z.infer<typeof draftTextSchema>;

/** The draft that somebody has in front of them. Each save makes the next version; 0 while it was never saved. */
export const draftBasisSchema = z.object({ id: z.uuid(), version: z.int().min(0) });
export type DraftBasis = z.infer<typeof draftBasisSchema>;

/** The path of a file as chosen. Whether a bundle may hold it is checked when it is filed. */
export const draftPathSchema = text(500, 'the path of a file').min(1, 'the path of a file is empty');

/** A file that a draft holds already, by the draft's version that its bytes came with: 0 for a file of the revision that is revised. */
export const keptFileSchema = z.object({ path: draftPathSchema, storedAt: z.int().min(0) });
export type KeptFile = z.infer<typeof keptFileSchema>;

/** `savedAt` is ISO 8601. */
export type DraftState = DraftBasis & { savedAt: string };
/** What became of a save. In a conflict nothing was stored: the draft is now `current`, or gone when that is null. */
export type DraftSave = ({ kind: 'saved' } & DraftState) | { kind: 'conflict'; current: DraftState | null };

/** The revision that a draft revises. */
export const revisedSchema = z.object({ changeId: z.uuid(), revision: z.int().positive() });
export type Revised = z.infer<typeof revisedSchema>;

/**
 * Whether what only the target's catalog tells is among the findings. `asking`: it is asked, and a further part says all again. `not asked`: `why`,
 * or null where there was nothing to ask: no target is chosen, or something must be corrected first.
 */
export type CatalogAsked = { state: 'asking' } | { state: 'asked' } | { state: 'not asked'; why: string | null };

/**
 * What a check of a bundle that is being written has found so far: in these files, or with `paths` null in all of it. Then it says too how
 * the bundle would come to the target; null while no target is chosen, or the bundle cannot be read.
 */
export type CheckedPart =
	| { paths: string[]; findings: Finding[] }
	| { paths: null; findings: Finding[]; route: Route | null; catalog: CatalogAsked };
/** A line of the answer to a page that asked for such a check; `refused` says why there is none. */
export type CheckAnswer = CheckedPart | { refused: string };
