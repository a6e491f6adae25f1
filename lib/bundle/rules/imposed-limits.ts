import type { StatementRule } from './rule.ts';
import { settingsSet } from './settings-set.ts';

const IMPOSED =
	/^(lock_timeout|statement_timeout|idle_in_transaction_session_timeout|transaction_timeout|transaction_(read_only|isolation|deferrable)|default_transaction_\w+)$/;
const IN_MANIFEST: Record<string, string> = { lock_timeout: 'timeouts: { lock: 5s }', statement_timeout: 'timeouts: { statement: 1min }' };

/** The run imposes these, and looks after each statement whether they still stand. */
export const imposedLimits: StatementRule = (statement) => {
	const code = 'imposed_limit';
	if (statement.kind === 'VariableSetStmt' && statement.node?.kind === 'VAR_RESET_ALL') {
		return { code, message: 'RESET ALL would take the imposed limits away', instead: 'Reset the settings that you mean by their names.' };
	}
	const name = settingsSet(statement)
		.map((setting) => setting.name)
		.find((setting) => IMPOSED.test(setting));
	if (!name) return null;
	const tighter = IN_MANIFEST[name];
	return {
		code,
		message: `${name} is imposed by the run`,
		instead: tighter
			? `Remove it. A tighter limit goes into the manifest: ${tighter}`
			: 'Remove it. The run sets it for the whole transaction.',
	};
};
