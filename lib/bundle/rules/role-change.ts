import type { StatementRule } from './rule.ts';
import { settingsSet } from './settings-set.ts';

/** The target says as which role a bundle runs. */
export const roleChange: StatementRule = (statement) => {
	const name = settingsSet(statement)
		.map((setting) => setting.name)
		.find((setting) => setting === 'role' || setting === 'session_authorization');
	if (!name) return null;
	const words = name === 'role' ? 'ROLE' : 'SESSION AUTHORIZATION';
	return {
		code: 'role_change',
		message: `changing ${words}: the console decides as which role the bundle runs`,
		instead: 'Remove it. For owners write ALTER … OWNER TO; to look at data as another role, use a smoke test with its role.',
	};
};
