import type { Page } from '@playwright/test';
import { applyRows, openState } from '#components/run/run-state.ts';
import type { JournalRow } from '#lib/domain/run.ts';
import { inConsole } from './databases.ts';

/** The journal's rows that the page's log shows, in its order. */
export function shownRows(page: Page): Promise<number[]> {
	return page
		.getByRole('region', { name: 'Log lines' })
		.locator('[data-seq]')
		.evaluateAll((lines) => lines.map((line) => Number(line.dataset.seq)));
}

/** The rows that it must show, folded from the journal in the database. */
export async function rowsToShow(runId: string): Promise<number[]> {
	const rows = await journalOf(runId);
	return applyRows(openState({ rows: [], from: 1, status: 'queued' }), rows).lines.map((line) => line.seq);
}

/** A run's journal, whose numbers have no gap. */
export async function journalOf(runId: string): Promise<JournalRow[]> {
	const rows = await inConsole('select seq, at, step, phase, data from journal_entry where run_id = $1 order by seq', [runId]);
	return rows.map((row) => ({ ...row, seq: Number(row.seq), data: JSON.parse(String(row.data)) }) as JournalRow);
}
