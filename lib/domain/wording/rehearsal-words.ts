import { planChanges } from '../rehearsed/query-plan.ts';
import {
	BLOCKS_READS,
	BLOCKS_WRITES,
	type CatalogChange,
	type FootprintLock,
	isAtLeast,
	type LockMode,
	type RehearsalReport,
	type RehearsedBackup,
} from '../rehearsed/rehearsal.ts';
import { countWords } from './count-words.ts';
import { durationWords } from './duration-words.ts';
import { formatBytes } from './format-bytes.ts';
import { instantWords } from './instant-words.ts';
import { readersLine } from './visible-words.ts';

/** One line of what a rehearsal saw; `isGrave`: it stops others, or something was not seen. */
export type RehearsalLine = { about: string; words: string; isGrave: boolean };

/** What a lock keeps others from, as people say it. */
export function lockWords(mode: LockMode): string {
	if (isAtLeast(mode, BLOCKS_READS)) return 'Blocks reads and writes';
	if (isAtLeast(mode, BLOCKS_WRITES)) return 'Blocks writes';
	return mode === 'AccessShareLock' ? 'Reads' : 'Blocks no reads or writes';
}

/** Seconds with one digit, below a tenth of a second milliseconds. */
export function msWords(ms: number): string {
	return ms < 100 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** A passed rehearsal in a few lines, for whoever signs or executes. */
export function rehearsalLines(report: RehearsalReport): RehearsalLine[] {
	const readers = readersLine(report.visible);
	return [
		appliedLine(report),
		locksLine(report.locks),
		catalogLine(report),
		...(readers ? [{ about: 'Visible', ...readers }] : []),
		...plansLine(report.plans),
		checkedLine(report),
	];
}

function appliedLine({ transaction, backup, elsewhere }: RehearsalReport): RehearsalLine {
	const of = backup ? `on a copy of ${backupWords(backup)}` : 'on a copy';
	if (!transaction) return { about: 'Applied', words: 'not reached', isGrave: true };
	const what = `${countWords(transaction.statements, 'statement')} in ${msWords(transaction.ms)}, ${of}${elsewhere ? `, on the rehearsal server ${elsewhere}` : ''}`;
	if (transaction.committed) return { about: 'Applied', words: what, isGrave: false };
	return {
		about: 'Applied',
		words: `${what}; rolled back there, because it changes ${transaction.shared.join(' and ')} of the whole server`,
		isGrave: true,
	};
}

/** Which backup was restored; where it was used again, whose it was and how old. */
export function backupWords({ takenAt, bytes, usedAgain }: RehearsedBackup): string {
	const which = `the backup of ${instantWords(takenAt)} (${formatBytes(bytes)})`;
	return usedAgain ? `${which} that ${usedAgain.of} had taken, used again (${durationWords(usedAgain.ageMs)} old)` : which;
}

function locksLine(locks: FootprintLock[]): RehearsalLine {
	const blocking = locks.filter(({ mode, kind }) => isAtLeast(mode, BLOCKS_WRITES) && kind !== 'S');
	if (blocking.length === 0) return { about: 'Locks', words: 'nobody has to wait to read or write what is there', isGrave: false };
	const longest = blocking.reduce((a, b) => (b.heldMs > a.heldMs ? b : a));
	const more = blocking.length > 1 ? `, and ${countWords(blocking.length - 1, 'more relation')}` : '';
	return {
		about: 'Locks',
		words: `${lockWords(longest.mode).toLowerCase()} of ${longest.relation} for ${msWords(longest.heldMs)}${more}`,
		isGrave: true,
	};
}

function catalogLine({ catalog, left, rows }: RehearsalReport): RehearsalLine {
	const count = (what: CatalogChange['what']) => catalog.filter((change) => change.what === what).length;
	const parts = [`${count('added')} added`, `${count('changed')} changed`, `${count('removed')} removed`];
	const more = left.catalog > 0 ? `, ${left.catalog} more` : '';
	const tables = rows === null ? 'rows not counted' : `${countWords(rows.length + left.rows, 'table')} with more or fewer rows`;
	return { about: 'Differences', words: `catalog: ${parts.join(', ')}${more}; ${tables}`, isGrave: false };
}

function plansLine(plans: RehearsalReport['plans']): RehearsalLine[] {
	if (plans === null) return [];
	const worse = plans.flatMap((query) => planChanges(query).flatMap(({ words, isWorse }) => (isWorse ? [`${query.name}: ${words}`] : [])));
	const more = worse.length > 1 ? `, and ${worse.length - 1} more like that` : '';
	return [
		{
			about: 'Plans',
			words: worse.length > 0 ? `${worse[0]}${more}` : `none of ${countWords(plans.length, 'query', 'queries')} is planned worse`,
			isGrave: worse.length > 0,
		},
	];
}

function checkedLine({ checks, restoreAgain }: RehearsalReport): RehearsalLine {
	const failed = checks.filter(({ passed }) => !passed).length;
	const said =
		checks.length === 0
			? 'no check is named'
			: failed > 0
				? `${failed} of ${countWords(checks.length, 'check')} failed`
				: `all ${countWords(checks.length, 'check')} passed`;
	const again = restoreAgain
		? `the backup was restored again in ${msWords(restoreAgain.ms)} and is equal`
		: 'the backup was not restored again';
	return { about: 'Checks', words: `${said}; ${again}`, isGrave: checks.length === 0 || failed > 0 || restoreAgain === null };
}
