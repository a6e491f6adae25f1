import type { Outcome } from './run-row.ts';

const HEADING = ['#', 'step', 'fault', 'required', 'what happened', 'result', 'repeats'];

/** One line as soon as a row is done. */
export function tellOutcome({ row, outcome, pass, repeats, ms }: Outcome): void {
	const times = repeats > 1 ? ` × ${repeats}` : '';
	console.log(
		`${word(pass)} ${row.row} ${row.step}: ${row.fault}${times}, ${(ms / 1000).toFixed(1)} s${pass === false ? `\n${outcome}` : ''}`,
	);
}

/** The whole table, as Markdown. What failed is cut to its first line here. */
export function printTable(outcomes: Outcome[]): void {
	const lines = outcomes.map(({ row, outcome, pass, repeats }) => [
		...[String(row.row), row.step, row.fault, row.required],
		...[outcome.split('\n')[0] ?? '', word(pass), String(repeats)],
	]);
	const shown = [HEADING, HEADING.map(() => '---'), ...lines].map(
		(cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`,
	);
	console.log(`\n${shown.join('\n')}\n`);
}

function word(pass: boolean | null): string {
	if (pass === null) return 'skipped';
	return pass ? 'pass' : 'FAIL';
}
