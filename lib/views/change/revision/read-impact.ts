import { setTimeout as wait } from 'node:timers/promises';
import type { Impact } from '#lib/domain/impact.ts';
import type { Target } from '#lib/domain/target/target.ts';
import { readImpact as readImpactOfTarget } from '#lib/postgres/catalog/read-impact.ts';
import { redact } from '#lib/redact.ts';
import { impactAsks } from '#lib/sql/plan/impact-asks.ts';
import type { Plan } from '#lib/sql/plan/plan-in-words.ts';

/** A page tells it later than the rest, and not later than this. */
const ANSWER_MS = 3_000;
/** Three signers and a reload ask once. */
const KEPT_MS = 60_000;
const KEPT_IMPACTS = 64;
const kept = new Map<string, { until: number; impact: Promise<Impact> }>();

/**
 * What the target says about a plan: the sizes of what is touched, and what would fall with it. Never rejects, never takes much over 3 s;
 * an answer is kept for a minute, and so is the word that there was none.
 */
export function readImpact(target: Target | { whyNot: string }, plan: Plan, { key, now }: { key: string; now: Date }): Promise<Impact> {
	if ('whyNot' in target) return Promise.resolve({ measured: false, why: target.whyNot });
	const known = kept.get(key);
	if (known && known.until > now.getTime()) return known.impact;
	const impact = ask(target, plan);
	kept.delete(key);
	kept.set(key, { until: now.getTime() + KEPT_MS, impact });
	const [oldest] = kept.keys();
	if (kept.size > KEPT_IMPACTS && oldest !== undefined) kept.delete(oldest);
	return impact;
}

async function ask(target: Target, { touched, harms }: Plan): Promise<Impact> {
	const questions = impactAsks({ touched, harms });
	if (questions.relations.length === 0 && questions.falls.length === 0)
		return { measured: true, at: new Date().toISOString(), sizes: {}, falls: {}, alsoLocked: [] };
	try {
		const late = wait(ANSWER_MS, null, { ref: false }).then(() => {
			throw new Error(`no answer within ${ANSWER_MS / 1000} s`);
		});
		const answer = await Promise.race([readImpactOfTarget(target, questions, { timeoutMs: ANSWER_MS }), late]);
		return { measured: true, at: new Date().toISOString(), ...answer };
	} catch (error) {
		return { measured: false, why: redact((error as Error).message).split('\n')[0] || 'no answer' };
	}
}
