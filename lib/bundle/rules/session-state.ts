import type { Objection, StatementRule } from './rule.ts';

/** Names of prepared statements and cursors that are the run's own. */
const OURS = /^countersign/i;
const code = 'session_state';

/** The session is the run's: what it has prepared there is not the bundle's to take away, nor to take the names of. */
export const sessionState: StatementRule = ({ kind, node }) => {
	if (kind === 'DiscardStmt') return discarded(String(node?.target).replace('DISCARD_', '').toLowerCase());
	if (kind === 'DeallocateStmt') {
		return {
			code,
			message: `DEALLOCATE${node?.isall || !node?.name ? ' ALL' : ''}: the run has prepared statements of its own in this session`,
			instead: 'Remove it. What the bundle has prepared ends with the session, right after the run.',
		};
	}
	const name = String((kind === 'PrepareStmt' || kind === 'ExecuteStmt' ? node?.name : null) ?? '');
	if (!OURS.test(name)) return null;
	return { code, message: `${name}: such names are the run's own`, instead: 'Give the prepared statement another name.' };
};

function discarded(what: string): Objection {
	const message = `DISCARD ${what.toUpperCase()}: the session and what is kept in it are the run's`;
	if (what === 'temp')
		return { code, message, instead: 'Drop the temporary tables by name. What is left ends with the session, after the run.' };
	return { code, message, instead: 'Remove it: the run begins with a session of its own and ends it.' };
}
