import type { Target } from '#lib/domain/target/target.ts';
import { withTarget } from '#lib/postgres/connection/connect.ts';

/** `done` of `total` by what each object weighs; `remainingMs` is null until enough is done to say it. */
export type RestoreProgress = { objects: { done: number; total: number }; done: number; total: number; remainingMs: number | null };

/** Bytes of tables, indexes and materialized views, by `schema name`. */
export type RelationSizes = ReadonlyMap<string, number>;

const EVERY_MS = 1_000;
/** What an object without rows weighs: about a millisecond's worth of loading. */
const LIGHT_BYTES = 64 * 1024;
/** Building an index takes longer than loading as many bytes. */
const INDEX_WEIGHT = 3;
/** Before that much is done, the time that is left would be a guess. */
const TELLING_SHARE = 0.02;
const TELLING_AFTER_MS = 2_000;

/** A line of a dump's table of contents: number, OIDs, kind, schema, names, owner. */
const ENTRY = /^(\d+); \d+ \d+ (TABLE DATA|INDEX|CONSTRAINT|MATERIALIZED VIEW DATA) (\S+) (?:\S+ )*?(\S+) \S+$/;
/**
 * What pg_restore --verbose says of an entry by its number, in parallel: with one job it gives no numbers. Not only at the beginning of a
 * line: its processes write to one place, piece by piece.
 */
const NUMBERED = /(?:finished item|processing item|processing missed item) (\d+) /;
/** How a line begins that says so of an entry without its number. */
export const CREATING = 'pg_restore: creating ';
const UNNUMBERED = /^pg_restore: (?:creating|executing|processing(?! item| missed)) /;

/** The sizes in the live database: what is restored from a backup of it is about as big. */
export async function readRelationSizes(target: Target, applicationName: string): Promise<RelationSizes> {
	return withTarget({ target, login: 'backup', applicationName }, async (client) => {
		const { rows } = await client.query<{ name: string; bytes: string }>(`
			select n.nspname || ' ' || c.relname as name, pg_catalog.pg_relation_size(c.oid) as bytes
			  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
			 where c.relkind in ('r', 'i', 'm') and n.nspname !~ '^pg_'`);
		return new Map(rows.map(({ name, bytes }) => [name, Number(bytes)]));
	});
}

/** Follows pg_restore's lines: `numbered` entries are restored in parallel, the others after them, one at a time. Tells once a second. */
export function followRestore({
	numbered,
	others,
	sizes,
	onProgress,
}: {
	numbered: readonly string[];
	others: readonly string[];
	sizes: RelationSizes;
	onProgress: (progress: RestoreProgress) => void;
}): { line: (line: string, of: 'numbered' | 'others') => void; stop: () => void } {
	const startedAt = performance.now();
	const waiting = new Map(numbered.map((entry) => [entry.slice(0, entry.indexOf(';')), weightOf(entry, sizes)]));
	const queue = others.map((entry) => weightOf(entry, sizes));
	const total = [...waiting.values(), ...queue].reduce((sum, weight) => sum + weight, 0);
	const objects = { done: 0, total: waiting.size + queue.length };
	let done = 0;
	const finish = (weight: number | undefined) => {
		if (weight === undefined) return;
		done += weight;
		objects.done += 1;
	};
	const tell = () =>
		onProgress({ objects: { ...objects }, done, total, remainingMs: remaining(done / total, performance.now() - startedAt) });
	const timer = setInterval(tell, EVERY_MS);
	return {
		line: (line, of) => {
			if (of === 'others') return UNNUMBERED.test(line) ? finish(queue.shift()) : undefined;
			const number = NUMBERED.exec(line)?.[1];
			if (number === undefined) return;
			finish(waiting.get(number));
			waiting.delete(number);
		},
		stop: () => {
			clearInterval(timer);
			tell();
		},
	};
}

/** As much longer as it has taken so far for that share. */
function remaining(share: number, elapsedMs: number): number | null {
	if (share < TELLING_SHARE || elapsedMs < TELLING_AFTER_MS) return null;
	return Math.round((elapsedMs * (1 - share)) / share);
}

function weightOf(entry: string, sizes: RelationSizes): number {
	const [, , kind, schema, name] = ENTRY.exec(entry) ?? [];
	const bytes = sizes.get(`${schema} ${name}`) ?? 0;
	return LIGHT_BYTES + bytes * (kind === 'INDEX' || kind === 'CONSTRAINT' ? INDEX_WEIGHT : 1);
}
