import type { FallsAsk } from '#lib/domain/impact.ts';
import { countWords } from '#lib/domain/wording/count-words.ts';
import type { Harm, HarmKind } from './harm.ts';
import { plural } from './parse-names.ts';

/** `loses`: data can be lost. `opens`: data is opened to everybody. `hides`: what it does is not in the SQL. */
export type HarmLevel = 'loses' | 'opens' | 'hides';
/** "drops 2 tables", and which. */
export type HarmLine = {
	kind: HarmKind;
	level: HarmLevel;
	words: string;
	names: string[];
	/** Names beyond the ones shown. */
	more: number;
	/** What the target can be asked about each, in the order of the names. */
	asks: FallsAsk[];
};

type Look = { level: HarmLevel; say: (what: string, them: 'it' | 'them') => string; asks?: FallsAsk['by'] };

/** In the order in which people read them. */
const LOOKS: Record<HarmKind, Look> = {
	drop_cascade: {
		level: 'loses',
		say: (what, them) => `drops ${what} with everything that depends on ${them} (CASCADE)`,
		asks: 'drop_cascade',
	},
	drop: { level: 'loses', say: (what) => `drops ${what}`, asks: 'drop' },
	drop_owned: { level: 'loses', say: (what) => `drops everything that ${what} owns` },
	truncate_cascade: {
		level: 'loses',
		say: (what, them) => `truncates ${what} and every table that refers to ${them} (CASCADE)`,
		asks: 'truncate_cascade',
	},
	truncate: { level: 'loses', say: (what) => `truncates ${what}`, asks: 'truncate' },
	delete_all: { level: 'loses', say: (what) => `deletes every row of ${what}`, asks: 'delete' },
	update_all: { level: 'loses', say: (what) => `overwrites every row of ${what}` },
	merge_delete: { level: 'loses', say: (what) => `deletes rows of ${what} by MERGE`, asks: 'delete' },
	retype: { level: 'loses', say: (what) => `changes the type of ${what}, which can cut or round values` },
	unlogged: { level: 'loses', say: (what, them) => `makes ${what} unlogged: a crash of the server empties ${them}` },
	do_takes_away: { level: 'loses', say: (what) => `runs ${what} whose text says DROP, TRUNCATE or DELETE` },
	unread_takes_away: { level: 'loses', say: (what) => `runs ${what} that cannot be read here and says DROP, TRUNCATE or DELETE` },
	public: { level: 'opens', say: (what) => `gives privileges on ${what} to everybody (PUBLIC)` },
	public_later: { level: 'opens', say: (what) => `gives privileges on ${what} made later to everybody (PUBLIC)` },
	rls_off: { level: 'opens', say: (what) => `switches row-level security off for ${what}` },
	do: { level: 'hides', say: (what) => `runs ${what}` },
	call: { level: 'hides', say: (what) => `calls ${what}` },
	functions: { level: 'hides', say: (what) => `calls ${what}` },
	unread: { level: 'hides', say: (what) => `runs ${what} that cannot be read here` },
};
const KINDS = Object.keys(LOOKS) as HarmKind[];
const NAMES_SHOWN = 12;

/** The harms of a bundle, gathered by kind, the worst first. */
export function harmLines(harms: Harm[]): HarmLine[] {
	const groups = Map.groupBy(harms, ({ kind, noun }) => `${kind} ${noun}`);
	return [...groups.values()].map(lineOf).sort((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind));
}

function lineOf(harms: Harm[]): HarmLine {
	const { kind, noun } = harms[0] as Harm;
	const { level, say, asks } = LOOKS[kind];
	// The same table truncated twice is one table; what has no name is counted one by one.
	const named = harms.filter(({ name }) => name !== '');
	const distinct = [...new Map(named.map((harm) => [shownName(harm), harm])).values()];
	const count = distinct.length || harms.length;
	return {
		kind,
		level,
		words: say(kind === 'public_later' ? plural(noun) : counted(count, noun), count === 1 ? 'it' : 'them'),
		names: distinct.slice(0, NAMES_SHOWN).map(shownName),
		more: Math.max(0, distinct.length - NAMES_SHOWN),
		asks:
			asks === undefined
				? []
				: distinct.slice(0, NAMES_SHOWN).map(({ name, column }) => ({ by: asks, noun, name, column: column ?? null })),
	};
}

/** "2 tables", "every table of 2 schemas". */
function counted(count: number, noun: string): string {
	const [, every = '', one = noun] = /^(every .* of )(.*)$/.exec(noun) ?? [];
	return `${every}${countWords(count, one, plural(one))}`;
}

function shownName({ name, noun, column }: Harm): string {
	if (column === undefined) return name;
	return noun === 'constraint' ? `${column} on ${name}` : `${name}.${column}`;
}

/** What stands beside the button: the worst in one sentence, and how bad it is. */
export type HarmSummary = { level: HarmLevel | 'none'; words: string };

export function harmSummary(lines: HarmLine[]): HarmSummary {
	const said = (level: HarmLevel) =>
		lines
			.filter((line) => line.level === level)
			.map(({ words }) => words)
			.join(', ');
	const [loses, opens, hides] = [said('loses'), said('opens'), said('hides')];
	if (loses) return { level: 'loses', words: `This change can lose data: ${loses}.${opens ? ` It also ${opens}.` : ''}` };
	if (opens) return { level: 'opens', words: `This change opens data to everybody: ${opens}.` };
	if (hides) return { level: 'hides', words: `The SQL does not tell all that this change does: it ${hides}.` };
	return { level: 'none', words: 'As far as its SQL tells, this change drops, empties or overwrites no table as a whole.' };
}
