import type { ParsedStatement } from '#lib/sql/split-statements.ts';
import { type Act, LOCK_LEVELS, type LockLevel, type Reach } from './act.ts';
import { isMade, type Made, noteMade, nothingMade } from './made.ts';
import { actsOf } from './statement-acts.ts';

/** Which statement of a bundle, counted from 1, and where it is. */
export type StatementAt = { statement: number; file: string; line: number };

/** What is locked that was there before, by name: how heavily at most, by which statement first, and by how many; what else is, with it. */
export type Touched = Map<string, { level: LockLevel; at: StatementAt; statements: number; reaches: Reach[] }>;

/** A lock that a bundle needs on what was there before. */
export type NeededLock = { relation: string; level: LockLevel; at: StatementAt };

/** Adds what one statement locks. `made`: what the bundle has made itself before it, which nobody else waits for. */
export function noteTouched(touched: Touched, { acts, made, at }: { acts: Act[]; made: Made; at: StatementAt }): void {
	const locks = acts.flatMap((act) => act.locks ?? []).filter((lock) => !isMade(made, 'table', lock.relation));
	for (const relation of new Set(locks.map((lock) => lock.relation))) {
		const own = locks.filter((lock) => lock.relation === relation);
		const level = heaviest(own.map((lock) => lock.level));
		const before = touched.get(relation);
		const isHeavier = before === undefined || LOCK_LEVELS.indexOf(level) < LOCK_LEVELS.indexOf(before.level);
		const reaching = [...(before?.reaches ?? []), ...own.flatMap((lock) => lock.reaches ?? [])];
		touched.set(relation, {
			...(isHeavier ? { level, at } : before),
			statements: (before?.statements ?? 0) + 1,
			reaches: [...new Map(reaching.map((reach) => [`${reach.whom} ${reach.level}`, reach])).values()],
		});
	}
}

export function neededLocks(touched: Touched): NeededLock[] {
	return [...touched].map(([relation, { level, at }]) => ({ relation, level, at }));
}

/** The same, gathered while a bundle is split: `note` takes its statements in order. `database`: the target's. */
export function gatherLocks(database: string): { note: (statement: ParsedStatement, file: string) => void; needed: () => NeededLock[] } {
	const [touched, made]: [Touched, Made] = [new Map(), nothingMade()];
	let statements = 0;
	return {
		note: (statement, file) => {
			statements += 1;
			noteTouched(touched, { acts: actsOf(statement, database), made, at: { statement: statements, file, line: statement.line } });
			noteMade(made, statement);
		},
		needed: () => neededLocks(touched),
	};
}

function heaviest(levels: LockLevel[]): LockLevel {
	return LOCK_LEVELS.find((level) => levels.includes(level)) ?? 'light';
}
