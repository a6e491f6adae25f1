import { reveals, type SeenRows, type Visible } from '../rehearsed/visible.ts';
import { countWords } from './count-words.ts';

const INSTEAD_OF_ROWS = {
	denied: 'permission denied',
	absent: 'not there',
	failed: 'an error',
	'not counted': 'not counted in time',
} as const;

/** What a reader sees of a relation: "1,204", or why there is no number. */
export function seenWords(seen: SeenRows): string {
	if (typeof seen === 'string') return INSTEAD_OF_ROWS[seen];
	const rows = seen.rows.toLocaleString('en');
	return seen.more ? `more than ${rows}` : rows;
}

export type VisibleDifference = { words: string; tone: 'fail' | 'wait' | 'quiet' };

/** What is different for a reader, the gravest first; empty where it is all the same to them. */
export function visibleDifferences({ kind, before, after, gained, revealed, lost }: Visible): VisibleDifference[] {
	const all: VisibleDifference[] = [];
	const fresh = (gained ?? 0) - (revealed ?? 0);
	if (revealed !== null && revealed > 0) all.push({ words: `${countWords(revealed, 'row')} newly visible`, tone: 'fail' });
	if (revealed === null && (gained ?? 0) > 0)
		all.push({ words: `${countWords(gained ?? 0, 'row')} more; too many to tell whether they were there before`, tone: 'fail' });
	if (revealed !== null && fresh > 0)
		all.push({
			words: `${countWords(fresh, 'row')} ${freshWords({ kind, before })}`,
			tone: before === 'absent' ? 'wait' : 'quiet',
		});
	if ((lost ?? 0) > 0) all.push({ words: `${countWords(lost ?? 0, 'row')} no longer visible`, tone: 'wait' });
	if (all.length === 0 && typeof after === 'string' && after !== before) all.push({ words: `now ${seenWords(after)}`, tone: 'wait' });
	if (all.length === 0 && (gained === null || lost === null)) all.push({ words: 'too many to tell apart', tone: 'quiet' });
	return all;
}

/** Why a reader sees what was not there: a view computes its rows, so another one may be an old one that looks otherwise. */
function freshWords({ kind, before }: Pick<Visible, 'kind' | 'before'>): string {
	if (before === 'absent') return 'of what is new';
	return kind === 'r' || kind === 'p' ? 'that the change wrote' : 'new or otherwise than before';
}

/** Who sees what was not for them, in a line; null where the target names no reader. */
export function readersLine(visible: readonly Visible[] | null): { words: string; isGrave: boolean } | null {
	if (visible === null) return null;
	const revealed = visible.filter(reveals);
	const [first] = revealed;
	if (!first) {
		const unknown = new Set(visible.filter(({ gained }) => gained === null).map(({ relation }) => relation)).size;
		const but = unknown > 0 ? `; in ${countWords(unknown, 'table or view', 'tables or views')} the rows could not be told apart` : '';
		return { words: `none of the target’s readers sees what was hidden from them${but}`, isGrave: false };
	}
	const rows = countWords(first.revealed ?? first.gained ?? 0, 'row');
	const more = revealed.length > 1 ? `, and ${revealed.length - 1} more like that` : '';
	return { words: `${first.reader} newly sees ${rows} of ${first.relation}${more}`, isGrave: true };
}
