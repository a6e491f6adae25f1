import { z } from 'zod';
import { RECORD_KINDS } from '#lib/domain/record.ts';

/** An entry's body, read back from its exact bytes (docs/formats.md, "Record entry"). Each kind has its own `data`. */
const bodySchema = z.object({
	v: z.literal(1),
	at: z.iso.datetime(),
	kind: z.enum(RECORD_KINDS),
	actor: z.object({ id: z.string().nullable(), name: z.string() }),
	subject: z.object({
		change: z.string().optional(),
		changeId: z.string().optional(),
		revision: z.number().optional(),
		runId: z.string().optional(),
		target: z.string().optional(),
		personId: z.string().optional(),
	}),
	data: z.record(z.string(), z.unknown()),
});

export type StoredEntry = { seq: bigint; hash: Uint8Array; previous: Uint8Array; body: Uint8Array };
/** One entry of the record, for pages and files. Hashes are lower-case hexadecimal; `exact` is the text that is chained. */
export type ParsedEntry = z.infer<typeof bodySchema> & { seq: string; hash: string; previous: string; exact: string };

/** Reads an entry from its stored bytes. Throws when the body is not a record entry: the console has not written it. */
export function parseEntry({ seq, hash, previous, body }: StoredEntry): ParsedEntry {
	const exact = Buffer.from(body).toString('utf8');
	const parsed = bodySchema.parse(JSON.parse(exact));
	return {
		...parsed,
		seq: seq.toString(),
		hash: Buffer.from(hash).toString('hex'),
		previous: Buffer.from(previous).toString('hex'),
		exact,
	};
}
