import { setTimeout as wait } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { FactsAsk } from '#lib/domain/bundle/catalog-facts.ts';
import type { Finding } from '#lib/domain/bundle/finding.ts';
import { canonicalBytes } from '#lib/domain/canonical-json.ts';
import type { Target } from '#lib/domain/target/target.ts';
import { formatBytes } from '#lib/domain/wording/format-bytes.ts';
import { askFacts, type FactsAnswer } from './ask-facts.ts';
import { askSquawk } from './ask-squawk.ts';
import { asksNothing, inOrder, judged, NOTHING_ASKED, type ReviewedFile, readConcerns } from './concerns.ts';
import { raiseSeverities } from './raise-severities.ts';

type Writing = { target: Target; files: readonly ReviewedFile[]; secondsPerGb: number | null; signal: AbortSignal };
/** `whyNot`: why the catalog was not asked; then nothing of it is found, and no doubt is told either. */
type ReviewedAsWritten = { findings: Finding[]; whyNot: string | null };

/** Nobody has typed for so long, besides the pause before any check, when the target is asked. */
const QUIET_MS = 700;
const ANSWER_MS = 2_000;
/** Who corrects a comment asks nothing new. */
const KEPT_MS = 30_000;
/** A target that did not answer is left alone for so long. */
const LEFT_ALONE_MS = 10_000;
/** A larger bundle is reviewed when it is filed. */
const MOST_BYTES = 2 * 1024 * 1024;

/** One review at a time in a process, and so one session on any target, whoever types. */
const limit = pLimit(1);
const kept = new Map<string, { until: number; answer: FactsAnswer }>();

/**
 * What a bundle that is still being written does to its target: as filing says it, but what only the catalog tells is left out where the
 * target does not answer soon. Throws when `signal` ends it.
 */
export async function reviewAsWritten({ target, files, secondsPerGb, signal }: Writing): Promise<ReviewedAsWritten> {
	const bytes = files.reduce((sum, file) => sum + file.bytes.length, 0);
	if (bytes > MOST_BYTES) return { findings: [], whyNot: `a bundle of over ${formatBytes(MOST_BYTES)} is only looked at when it is filed` };
	await wait(QUIET_MS, null, { signal });
	return limit(async () => {
		signal.throwIfAborted();
		const concerns = await readConcerns({ target, secondsPerGb }, files);
		const { facts, whyNot } = await answerOf(target, concerns.asks);
		signal.throwIfAborted();
		const findings = [...(facts === null ? [] : judged(concerns, facts)), ...(await askSquawk(files))];
		return { findings: raiseSeverities(target, inOrder(findings, files)), whyNot };
	});
}

async function answerOf(target: Target, asks: FactsAsk): Promise<FactsAnswer> {
	if (asksNothing(asks)) return { facts: NOTHING_ASKED, whyNot: null };
	const now = Date.now();
	for (const [key, { until }] of kept) if (until <= now) kept.delete(key);
	const key = `${target.name} ${canonicalBytes(asks).toString()}`;
	const known = kept.get(target.name) ?? kept.get(key);
	if (known) return known.answer;
	const answer = await askFacts(target, asks, { timeoutMs: ANSWER_MS });
	if (answer.facts === null) kept.set(target.name, { until: Date.now() + LEFT_ALONE_MS, answer });
	else kept.set(key, { until: Date.now() + KEPT_MS, answer });
	return answer;
}
