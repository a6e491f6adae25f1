import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { type Target, targetsFileSchema } from '#lib/domain/target/target.ts';
import { env } from '#lib/env.ts';

/** The targets of this deployment by name, and the SHA-256 of the file that defines them. */
export type Targets = { byName: ReadonlyMap<string, Target>; digest: string };

/** Reads and checks a targets file. Throws an Error that names the file and every field that is wrong. */
export function loadTargets(path: string): Targets {
	const bytes = readFileSync(path);
	const parsed = targetsFileSchema.safeParse(parse(bytes.toString('utf8')));
	if (!parsed.success) throw new Error(`the targets file ${path} is not valid:\n${z.prettifyError(parsed.error)}`);
	return {
		byName: new Map(parsed.data.targets.map((target) => [target.name, target])),
		digest: createHash('sha256').update(bytes).digest('hex'),
	};
}

const held = globalThis as { countersignTargets?: Targets };

/** The targets of this process, read once at its start: a changed file needs a restart. */
export function targets(): Targets {
	held.countersignTargets ??= loadTargets(env().COUNTERSIGN_TARGETS);
	return held.countersignTargets;
}
