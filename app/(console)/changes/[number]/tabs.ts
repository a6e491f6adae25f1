import { z } from 'zod';

/** The parts of a change's page, each with an address. */
export const TABS = ['what', 'sql', 'checks', 'runs', 'record'] as const;

/** The page's query. What is not understood is left out. */
export const tabSchema = z.object({
	tab: z.enum(TABS).catch('what'),
	file: z.string().max(500).nullable().catch(null).default(null),
	page: z.coerce.number().int().min(1).catch(1),
	/** Older entries of the record than this seq. */
	before: z
		.string()
		.regex(/^\d{1,18}$/)
		.transform(BigInt)
		.nullable()
		.catch(null)
		.default(null),
	done: z.enum(['signed', 'refused', 'revoked', 'withdrawn', 'standing-by', 'revised']).nullable().catch(null).default(null),
	hash: z
		.string()
		.regex(/^[0-9a-f]{64}$/)
		.nullable()
		.catch(null)
		.default(null),
});
export type TabSearch = z.infer<typeof tabSchema>;
