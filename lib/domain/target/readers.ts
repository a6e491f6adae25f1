import { z } from 'zod';

const role = z.string().min(1).max(63);
const name = z.string().min(1).max(200);

/** Only an application's own settings have a dot in their names: none of those changes what a reader may do. */
const settings = z.record(
	z.string().regex(/^[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)+$/i, 'must be a setting of the application, with a dot in its name'),
	z.string(),
);

/** Who reads, as a rehearsal asks for them: a role, with what the application sets in its session. */
const readerSchema = z
	.strictObject({
		/** As people know it; without it the role's name. */
		name: name.optional(),
		role,
		settings: settings.default({}),
	})
	.transform((reader) => ({ ...reader, name: reader.name ?? reader.role }));
export type Reader = z.infer<typeof readerSchema>;

export const readersSchema = z
	.array(readerSchema)
	.max(50)
	.refine((list) => areUnique(list), 'two readers have the same name');

/** A query of the application, with a sample of its parameters, as the role that asks it. */
const namedQuerySchema = z.strictObject({
	name,
	role,
	settings: settings.default({}),
	sql: z.string().min(1).max(100_000),
	/** For $1, $2 and so on. */
	parameters: z.array(z.union([z.string(), z.number(), z.boolean(), z.null()])).default([]),
	/** Whether it is run in the copy too, and measured; otherwise only its plan is asked for. */
	analyze: z.boolean().default(false),
});
export type NamedQuery = z.infer<typeof namedQuerySchema>;

export const namedQueriesSchema = z
	.array(namedQuerySchema)
	.max(50)
	.refine((list) => areUnique(list), 'two queries have the same name');

function areUnique(list: readonly { name: string }[]): boolean {
	return new Set(list.map((one) => one.name)).size === list.length;
}
