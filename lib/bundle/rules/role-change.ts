import type { StatementRule } from './rule.ts';
import { settingsSet } from './settings-set.ts';

/** The target defines the role that a bundle runs as. */
export const roleChange: StatementRule = (statement) => {
	const name = settingsSet(statement)
		.map((setting) => setting.name)
		.find((setting) => setting === 'role' || setting === 'session_authorization');
	if (!name) return null;
	const words = name === 'role' ? 'ROLE' : 'SESSION AUTHORIZATION';
	return {
		code: 'role_change',
		message: `changing ${words}: the console decides which role the bundle runs as`,
		instead: 'Remove it. To set owners, write ALTER … OWNER TO. To read data as another role, use a smoke test with that role.',
	};
};
