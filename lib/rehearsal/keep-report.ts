import type { CatalogChange, FootprintLock, RehearsalReport, RehearsedStatement, RowsChange } from '#lib/domain/rehearsed/rehearsal.ts';
import { reveals, type Visible } from '#lib/domain/rehearsed/visible.ts';
import type { JournalEvent } from '#lib/domain/run.ts';
import { printedOtherwise } from '#lib/postgres/catalog/as-restored.ts';
import type { Census } from '#lib/postgres/catalog/census.ts';
import { type CatalogEntry, diffCatalogs, ofDatabase } from '#lib/postgres/catalog/fingerprint.ts';
import { type Definitions, nameOf } from '#lib/postgres/catalog/read-definitions.ts';
import type { OpenRehearsal } from './open-rehearsal.ts';

/** A report is read by people and kept for good: a bundle of 40,000 statements must not make it huge. */
const MOST_STATEMENTS = 200;
const MOST_LOCKS = 1_000;
const MOST_NOTICES = 100;
const MOST_CATALOG = 1_000;
/** So many of them with their SQL. */
const MOST_DEFINED = 300;
const MOST_ROWS = 500;
const MOST_VISIBLE = 1_000;
const SHOWN_CHARACTERS = 300;

/** Keeps what the work tells: how long statements took, what the server said, what the checks found. The rest is told by its results. */
export function keepTold(rehearsal: OpenRehearsal, event: JournalEvent): void {
	const { report, part } = rehearsal;
	if (event.phase === 'check') {
		const { name, role = null, passed, expected, got, ms } = event.data;
		report.checks.push({ part, name, role, passed, expected, got: got.slice(0, SHOWN_CHARACTERS), ms });
	}
	if (event.phase === 'notice') keepNotice(report, event.data);
	if (event.phase === 'statement done') {
		const { file, line, sql, ms, rows } = event.data;
		keepStatement(report, { file, line, sql: sql.slice(0, SHOWN_CHARACTERS), ms, rows });
	}
}

function keepNotice(report: RehearsalReport, { severity, message, file, line }: Extract<JournalEvent, { phase: 'notice' }>['data']): void {
	if (report.notices.length < MOST_NOTICES)
		report.notices.push({ severity, message: message.slice(0, SHOWN_CHARACTERS), file: file ?? null, line: line ?? null });
	else report.left.notices += 1;
}

/** The slowest ones stay. */
function keepStatement(report: RehearsalReport, statement: RehearsedStatement): void {
	report.statements.push(statement);
	if (report.statements.length <= MOST_STATEMENTS) return;
	const least = report.statements.reduce((at, one, index, all) => (one.ms < (all[at]?.ms ?? 0) ? index : at), 0);
	report.statements.splice(least, 1);
	report.left.statements += 1;
}

export function keepLocks(report: RehearsalReport, locks: FootprintLock[]): void {
	report.locks = locks.slice(0, MOST_LOCKS);
	report.left.locks = locks.length - report.locks.length;
}

/** `live`: what the backup is of. The copy `before` the change and `after`; `isElsewhere`: on a server of its own. */
type Catalogs = { live: CatalogEntry[]; before: CatalogEntry[]; after: CatalogEntry[]; isElsewhere: boolean };

export function keepCatalogChanges(report: RehearsalReport, catalogs: Catalogs): void {
	const { added, removed, changed } = diffCatalogs(catalogs.before, catalogs.after);
	const definitionOf = comparableDefinitions(catalogs);
	const all = [
		...removed.map(({ kind, name }) => ({ kind, name, what: 'removed' as const })),
		...changed.map((entry) => ({ kind: entry.kind, name: entry.name, what: 'changed' as const, ...definitionOf(entry) })),
		...added.map((entry) => ({ kind: entry.kind, name: entry.name, what: 'added' as const, ...definitionOf(entry) })),
	];
	report.catalog = all.slice(0, MOST_CATALOG);
	report.left.catalog = all.length - report.catalog.length;
}

/** They are told apart by their numbers, which the server gives out: never the same twice. */
const NUMBERED_BY_SERVER = 'large objects';
/** Enough of a hash to see that it is another one. */
const DEFINITION_CHARACTERS = 16;

/**
 * What production's catalog must say too, to the letter. Nothing where a restored database prints any expression otherwise than the live one: what the change
 * makes may be derived from that. Nothing of an object that differed before the change either, nor of what belongs to another server, nor of what the
 * server numbers.
 */
function comparableDefinitions({ live, before, after, isElsewhere }: Catalogs): (entry: CatalogEntry) => { definition?: string } {
	if (printedOtherwise(live, before).length > 0) return () => ({});
	const { added, removed, changed } = diffCatalogs(live, before);
	const differed = new Set([...added, ...removed, ...changed].map(nameOf));
	const there = new Set((isElsewhere ? ofDatabase(after).filter(({ kind }) => kind !== 'built-in') : after).map(nameOf));
	const isComparable = (entry: CatalogEntry) =>
		entry.kind !== NUMBERED_BY_SERVER && there.has(nameOf(entry)) && !differed.has(nameOf(entry));
	return (entry) => (isComparable(entry) ? { definition: entry.definition.slice(0, DEFINITION_CHARACTERS) } : {});
}

/** What is there before the change, or after it, of what differs: that is read as SQL. */
export function toDefine({ catalog }: RehearsalReport, when: 'was' | 'is'): CatalogChange[] {
	const notThere = when === 'was' ? 'added' : 'removed';
	return catalog.slice(0, MOST_DEFINED).filter(({ what }) => what !== notThere);
}

export function keepDefinitions(report: RehearsalReport, when: 'was' | 'is', definitions: Definitions): void {
	for (const change of toDefine(report, when)) {
		const sql = definitions.get(nameOf(change));
		if (sql !== undefined) change[when] = sql;
	}
}

/** Tables that have more or fewer rows than before. */
export function keepRows(report: RehearsalReport, before: Census, after: Census): void {
	const old = new Map(before.tables.map((table) => [table.table, table.rows]));
	const now = new Map(after.tables.map((table) => [table.table, table.rows]));
	const names = [...new Set([...old.keys(), ...now.keys()])].sort();
	const all = names
		.map((table): RowsChange => ({ table, before: old.get(table) ?? null, after: now.get(table) ?? null }))
		.filter(({ before: was, after: is }) => was !== is);
	report.rows = all.slice(0, MOST_ROWS);
	report.left.rows = all.length - report.rows.length;
}

/** What was revealed comes first, then what else differs: that stays where there is not room for all. */
export function keepVisible(report: RehearsalReport, visible: readonly Visible[]): void {
	const gravity = (one: Visible) => (reveals(one) ? 2 : Number(one.gained !== 0 || one.lost !== 0));
	const sorted = [...visible].sort((a, b) => gravity(b) - gravity(a));
	report.visible = sorted.slice(0, MOST_VISIBLE);
	report.left.visible = visible.length - report.visible.length;
}
