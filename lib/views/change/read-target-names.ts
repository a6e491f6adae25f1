import { setTimeout as wait } from 'node:timers/promises';
import type { TargetNames } from '#lib/domain/target/names.ts';
import type { Target } from '#lib/domain/target/target.ts';
import { readNames } from '#lib/postgres/catalog/read-names.ts';
import { redact } from '#lib/redact.ts';

const ANSWER_MS = 3_000;
/** Whoever writes a manifest asks once; a table that was made meanwhile is there a minute later. */
const KEPT_MS = 60_000;
const kept = new Map<string, { until: number; names: Promise<TargetNames> }>();

/** What a target holds by name, for whoever writes about them. Never rejects, never takes much over 3 s; an answer is kept for a minute. */
export function readTargetNames(target: Target, now: Date): Promise<TargetNames> {
	const known = kept.get(target.name);
	if (known && known.until > now.getTime()) return known.names;
	const names = ask(target);
	kept.set(target.name, { until: now.getTime() + KEPT_MS, names });
	return names;
}

async function ask(target: Target): Promise<TargetNames> {
	try {
		const late = wait(ANSWER_MS, null, { ref: false }).then(() => {
			throw new Error(`no answer within ${ANSWER_MS / 1000} s`);
		});
		return { ...(await Promise.race([readNames(target, { timeoutMs: ANSWER_MS }), late])), why: null };
	} catch (error) {
		return { relations: [], schemas: [], why: redact((error as Error).message).split('\n')[0] || 'no answer' };
	}
}
