import { z } from 'zod';
import { pickedLine } from './picked-line.ts';

/** The tabs of a change's page. Each has its own address. */
const TABS = ['what', 'sql', 'compare', 'comments', 'rehearsal', 'checks', 'runs', 'record'] as const;

/** The page's query. Values that are not valid are ignored. */
export const tabSchema = z.object({
	tab: z.enum(TABS).catch('what'),
	file: z.string().max(500).nullable().catch(null).default(null),
	page: z.coerce.number().int().min(1).catch(1),
	line: pickedLine,
	/** Whose SQL is shown, if not that of the current one. */
	revision: z.coerce.number().int().min(1).nullable().catch(null).default(null),
	/** The earlier revision that the current one is compared with, and how. */
	from: z.coerce.number().int().min(1).nullable().catch(null).default(null),
	view: z.enum(['side', 'inline']).catch('side'),
	/** Entries of the record older than this seq. */
	before: z
		.string()
		.regex(/^\d{1,18}$/)
		.transform(BigInt)
		.nullable()
		.catch(null)
		.default(null),
	done: z
		.enum(['signed', 'refused', 'revoked', 'withdrawn', 'standing-by', 'armed', 'disarmed', 'revised'])
		.nullable()
		.catch(null)
		.default(null),
	hash: z
		.string()
		.regex(/^[0-9a-f]{64}$/)
		.nullable()
		.catch(null)
		.default(null),
});

/** The tabs that a change has: with a single revision there is nothing to compare. */
export function tabsOf({ revisions }: { revisions: readonly unknown[] }) {
	return TABS.filter((tab) => tab !== 'compare' || revisions.length > 1);
}
export type TabSearch = z.infer<typeof tabSchema>;
