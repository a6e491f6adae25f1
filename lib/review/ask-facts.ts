import { setTimeout as wait } from 'node:timers/promises';
import type { CatalogFacts, FactsAsk } from '#lib/domain/bundle/catalog-facts.ts';
import type { Target } from '#lib/domain/target/target.ts';
import { readCatalogFacts } from '#lib/postgres/catalog/read-catalog-facts.ts';
import { redact } from '#lib/redact.ts';

/** What the catalog says, or why it says nothing. */
export type FactsAnswer = { facts: CatalogFacts; whyNot: null } | { facts: null; whyNot: string };

/** Asks a target's catalog, in a session that only reads. Never throws, never takes much longer than `timeoutMs`. */
export async function askFacts(target: Target, asks: FactsAsk, { timeoutMs }: { timeoutMs: number }): Promise<FactsAnswer> {
	try {
		const late = wait(timeoutMs, null, { ref: false }).then(() => {
			throw new Error(`no answer within ${timeoutMs / 1000} s`);
		});
		return { facts: await Promise.race([readCatalogFacts(target, asks, { timeoutMs }), late]), whyNot: null };
	} catch (error) {
		return { facts: null, whyNot: redact((error as Error).message).split('\n')[0] || 'no answer' };
	}
}
