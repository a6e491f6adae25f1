import { z } from 'zod';

/** The line that somebody picked, to comment on it: what was pressed counts, before what stands in the field. Null for none, and for what is no line. */
export const pickedLine = z
	.preprocess((given) => (Array.isArray(given) ? given.at(-1) : given), z.coerce.number().int().min(1))
	.nullable()
	.catch(null)
	.default(null);
