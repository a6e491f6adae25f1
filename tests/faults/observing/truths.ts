import type { Stage } from '../stage.ts';

/** What the page's one line has said, in turn, after "nothing committed". */
export async function truthsOf({ console }: Pick<Stage, 'console'>, runId: string): Promise<string[]> {
	const rows = await console.sql<{ kind: string }>(
		`select data->>'kind' as kind from journal_entry where run_id = $1 and phase = 'truth' order by seq`,
		[runId],
	);
	return rows.map((row) => row.kind);
}
