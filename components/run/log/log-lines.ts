import { type Failure, type JournalRow, STEP_TITLE, type Step } from '#lib/domain/run.ts';

type Common = { seq: number; at: string; group: string };
/** One line of the live log. `group` is its heading: a file of the bundle, or a step. */
export type LogLine = Common &
	(
		| { kind: 'statement'; sql: string; index: number; line: number; ms: number | null; rows: number | null }
		| { kind: 'notice'; severity: string; message: string; detail: string | null; hint: string | null; place: string | null }
		| { kind: 'check'; name: string; passed: boolean; expected: string; got: string; role: string | null; ms: number }
		| { kind: 'failure'; failure: Failure }
		| { kind: 'step'; words: string; ms: number | null }
	);

/** Adds a journal row to the log, in place. A row that only moves a progress bar adds nothing. */
export function addLine(lines: LogLine[], row: JournalRow): void {
	if (row.phase === 'statement done') {
		endStatement(lines, row);
		return;
	}
	const line = lineOf(row, lines);
	if (line?.kind === 'step' && beginsOnly(lines.at(-1), line.group)) lines.pop();
	if (line) lines.push(line);
}

/** A step that ends with nothing in between needs no separate line for its start. */
function beginsOnly(last: LogLine | undefined, group: string): boolean {
	return last?.kind === 'step' && last.group === group && last.ms === null;
}

function lineOf(row: JournalRow, before: readonly LogLine[]): LogLine | null {
	const step = { seq: row.seq, at: row.at, group: STEP_TITLE[row.step] };
	switch (row.phase) {
		case 'started':
			return { ...step, kind: 'step', words: row.data.summary ?? startedWords(before, step.group), ms: null };
		case 'passed':
			return { ...step, kind: 'step', words: row.data.summary, ms: row.data.ms };
		case 'skipped':
			return { ...step, kind: 'step', words: `skipped: ${row.data.summary}`, ms: null };
		case 'statement started':
			return statementLine(row, { ms: null, rows: null });
		case 'notice': {
			const { severity, message, detail = null, hint = null, file, line } = row.data;
			const place = file && line ? `${file}:${line}` : null;
			return { ...step, group: file ?? step.group, kind: 'notice', severity, message, detail, hint, place };
		}
		case 'check':
			return { ...step, group: checksTitle(row.step), kind: 'check', ...row.data, role: row.data.role ?? null };
		case 'failed':
			return { ...step, group: row.data.failure.file ?? step.group, kind: 'failure', failure: row.data.failure };
		default:
			return null;
	}
}

/** A step can start twice: people ran the smoke tests again, or another worker took the run over. */
function startedWords(before: readonly LogLine[], group: string): string {
	return before.some((line) => line.kind === 'step' && line.group === group) ? 'started again' : 'started';
}

type StatementRow = Extract<JournalRow, { phase: 'statement started' | 'statement done' }>;

function statementLine({ seq, at, data }: StatementRow, end: { ms: number | null; rows: number | null }): LogLine {
	const { file, index, line, sql } = data;
	return { seq, at, group: file, kind: 'statement', index, line, sql, ...end };
}

/** The same checks run twice: before COMMIT, and on fresh connections after it. */
function checksTitle(step: Step): string {
	return step === 'transaction' ? 'Checks before COMMIT' : STEP_TITLE[step];
}

/** The last line of a statement is the one that its start has: notices may follow it. */
function endStatement(lines: LogLine[], row: Extract<JournalRow, { phase: 'statement done' }>): void {
	const { index, ms, rows } = row.data;
	const at = lines.findLastIndex((line) => line.kind === 'statement');
	const line = lines[at];
	if (line?.kind === 'statement' && line.index === index) lines[at] = { ...line, ms, rows };
	else lines.push(statementLine(row, { ms, rows }));
}

export type LogFilter = { only: 'all' | 'statements' | 'notices' | 'problems'; text: string };

/** The lines that match a filter. Headings follow from the lines. */
export function filterLines(lines: readonly LogLine[], { only, text }: LogFilter): readonly LogLine[] {
	const wanted = text.trim().toLowerCase();
	if (only === 'all' && wanted === '') return lines;
	return lines.filter((line) => isOf(line, only) && (wanted === '' || textOf(line).toLowerCase().includes(wanted)));
}

function isOf(line: LogLine, only: LogFilter['only']): boolean {
	if (only === 'all') return true;
	if (only === 'statements') return line.kind === 'statement';
	if (only === 'notices') return line.kind === 'notice';
	return line.kind === 'failure' || (line.kind === 'check' && !line.passed) || (line.kind === 'notice' && line.severity === 'WARNING');
}

function textOf(line: LogLine): string {
	switch (line.kind) {
		case 'statement':
			return `${line.group} ${line.sql}`;
		case 'notice':
			return `${line.group} ${line.severity} ${line.message} ${line.detail ?? ''} ${line.hint ?? ''}`;
		case 'check':
			return `${line.group} ${line.name} ${line.expected} ${line.got} ${line.role ?? ''}`;
		case 'failure':
			return `${line.group} ${Object.values(line.failure).join(' ')}`;
		case 'step':
			return `${line.group} ${line.words}`;
	}
}
