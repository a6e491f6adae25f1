import { type JournalRow, STEP_TITLE } from '#lib/domain/run.ts';
import type { Store } from '#lib/store/client.ts';
import { readJournalAfter } from '#lib/stream/read-journal.ts';

const ROWS_AT_ONCE = 1_000;

/** A run's journal as lines of plain text, a part at a time, up to its last row now: what a browser can search and a printer prints whole. */
export async function* readLogText(store: Store, runId: string): AsyncGenerator<string> {
	for (let after = 0; ; ) {
		const { rows } = await readJournalAfter(store, { runId, after, limit: ROWS_AT_ONCE });
		const last = rows.at(-1);
		if (!last) return;
		after = last.seq;
		yield rows.map(lineOf).join('');
	}
}

function lineOf(row: JournalRow): string {
	const words = wordsOf(row);
	return words === null ? '' : `${row.at.slice(0, 23)}Z  ${STEP_TITLE[row.step]}: ${words.replaceAll('\n', '\n\t')}\n`;
}

/** Null for what is no line of the log: progress, samples, limits, and the beginning of a statement, whose end repeats it. */
function wordsOf(row: JournalRow): string | null {
	switch (row.phase) {
		case 'started':
			return row.data.summary ? `started: ${row.data.summary}` : 'started';
		case 'passed':
			return `passed in ${row.data.ms} ms: ${row.data.summary}`;
		case 'skipped':
			return `skipped: ${row.data.summary}`;
		case 'failed':
			return `failed after ${row.data.ms} ms: ${row.data.failure.message}`;
		case 'statement done':
			return `${row.data.file}:${row.data.line} in ${row.data.ms} ms\n${row.data.sql}`;
		case 'notice':
			return [`${row.data.severity} ${row.data.message}`, row.data.detail, row.data.hint && `Hint: ${row.data.hint}`]
				.filter(Boolean)
				.join('\n');
		case 'check':
			return `${row.data.passed ? 'passed' : 'failed'} ${row.data.name}: expected ${row.data.expected}, got ${row.data.got}`;
		case 'truth':
			return row.data.kind.replaceAll('_', ' ');
		case 'status':
			return row.data.status.replaceAll('_', ' ');
		default:
			return null;
	}
}
