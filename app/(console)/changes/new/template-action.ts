'use server';

import { z } from 'zod';
import { type ActionResult, actionResult } from '#app/action-result.ts';
import { mayFile } from '#lib/access/policy.ts';
import { requireActorForAction } from '#lib/access/require-actor.ts';
import { env } from '#lib/env.ts';
import { asResult, Refusal } from '#lib/errors.ts';
import { readTemplate } from '#lib/templates/read-templates.ts';

type Loaded = { files: { path: string; bytes: Uint8Array<ArrayBuffer> }[]; manifest: string | null };
const nameSchema = z.string().min(1).max(100);

/** The files of a template, for the form of a new change. Nothing is stored. */
export async function readTemplateAction(name: string): Promise<ActionResult<Loaded>> {
	return actionResult(() =>
		asResult(async () => {
			const allowed = mayFile(await requireActorForAction());
			if (allowed !== true) throw new Refusal('forbidden', allowed);
			const folder = env().COUNTERSIGN_TEMPLATES;
			if (folder === undefined) throw new Refusal('not_found', 'This console has no templates.');
			const { files, manifest } = await readTemplate(folder, nameSchema.parse(name));
			return {
				files: files.map(({ path, bytes }) => ({ path, bytes: new Uint8Array(bytes) })),
				manifest: manifest?.toString('utf8') ?? null,
			};
		}),
	);
}
