import { inspect } from 'node:util';
import type { Row } from '#tests/faults/row.ts';
import type { Worlds } from '#tests/faults/world.ts';

/** `pass` is null for a row that was skipped; `repeats` is how often it ran, the last time failing if it failed. */
export type Outcome = { row: Row; outcome: string; pass: boolean | null; repeats: number; ms: number };

const SHOWN_CHARACTERS = 4_000;

/** Runs one row so many times, and stops at the first that fails. A row that needs root is skipped without it, but never in CI. */
export async function runRow({ row, worlds, repeats }: { row: Row; worlds: Worlds; repeats: number }): Promise<Outcome> {
	const startedAt = performance.now();
	const elapsed = () => Math.round(performance.now() - startedAt);
	if (row.needsRoot && process.getuid?.() !== 0) {
		const pass = process.env.CI ? false : null;
		return { row, outcome: 'skipped: it mounts a small disk, which takes root', pass, repeats: 0, ms: 0 };
	}
	let outcome = '';
	for (let repeat = 1; repeat <= repeats; repeat += 1) {
		try {
			outcome = await worlds.within(row.run);
		} catch (error) {
			return { row, outcome: inWords(error), pass: false, repeats: repeat, ms: elapsed() };
		}
	}
	return { row, outcome, pass: true, repeats, ms: elapsed() };
}

/** With what was seen and what was wanted, where the error knows both. */
function inWords(error: unknown): string {
	if (!(error instanceof Error)) return inspect(error);
	const { actual, expected } = error as { actual?: unknown; expected?: unknown };
	const seen =
		actual === undefined && expected === undefined
			? ''
			: `\nseen: ${inspect(actual, { depth: 5 })}\nwanted: ${inspect(expected, { depth: 5 })}`;
	return `${error.stack ?? error.message}${seen}`.slice(0, SHOWN_CHARACTERS);
}
