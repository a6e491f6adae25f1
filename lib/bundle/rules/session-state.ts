import type { Objection, StatementRule } from './rule.ts';

/** Names of the run's own prepared statements and cursors. */
const OURS = /^countersign/i;
const code = 'session_state';

/** The session belongs to the run: the bundle must not remove its prepared statements nor use their names. */
export const sessionState: StatementRule = ({ kind, node }) => {
	if (kind === 'DiscardStmt') return discarded(String(node?.target).replace('DISCARD_', '').toLowerCase());
	if (kind === 'DeallocateStmt') {
		return {
			code,
			message: `DEALLOCATE${node?.isall || !node?.name ? ' ALL' : ''}: this session has prepared statements of the run`,
			instead: 'Remove it. Prepared statements of the bundle end with the session, right after the run.',
		};
	}
	const name = String((kind === 'PrepareStmt' || kind === 'ExecuteStmt' ? node?.name : null) ?? '');
	if (!OURS.test(name)) return null;
	return { code, message: `${name}: names like this are reserved for the run`, instead: 'Give the prepared statement another name.' };
};

function discarded(what: string): Objection {
	const message = `DISCARD ${what.toUpperCase()}: the session and its contents belong to the run`;
	if (what === 'temp')
		return { code, message, instead: 'Drop the temporary tables by name. The others end with the session, after the run.' };
	return { code, message, instead: 'Remove it: the run starts with a new session and ends it.' };
}
