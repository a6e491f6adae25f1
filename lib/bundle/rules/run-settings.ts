import { mayBeSet, RUN_SETTINGS, type RunSettingReason } from '#lib/domain/run-settings.ts';
import type { Objection, StatementRule } from './rule.ts';
import { type SettingSet, settingsSet } from './settings-set.ts';

const TIGHTER: Record<string, string> = { lock_timeout: 'timeouts: { lock: 5s }', statement_timeout: 'timeouts: { statement: 1min }' };

type Words = (setting: { name: string; shown: string }) => Objection;

const WORDS: Record<RunSettingReason, Words> = {
	limit: ({ name }) => ({
		code: 'imposed_limit',
		message: `${name} is imposed by the run`,
		instead: TIGHTER[name]
			? `Remove it. A tighter limit goes into the manifest: ${TIGHTER[name]}`
			: 'Remove it. The run sets it for the whole transaction.',
	}),
	transaction: ({ name }) => ({
		code: 'imposed_limit',
		message: `${name} is imposed by the run`,
		instead: 'Remove it. The run sets it for the whole transaction.',
	}),
	reading: ({ shown }) => ({
		code: 'reading_setting',
		message: `${shown} would change how PostgreSQL reads the rest of the bundle`,
		instead: "Remove it. Files are UTF-8, and a string with backslash escapes is written E'…'.",
	}),
	durability: ({ shown }) => ({
		code: 'run_setting',
		message: `${shown}: COMMIT could be lost after the console has said that the change is committed`,
		instead: 'Remove it. One COMMIT is waited for, not one a statement: nothing gets slower.',
	}),
	triggers: ({ shown }) => ({
		code: 'run_setting',
		message: `${shown} would turn foreign keys, triggers or event triggers off, and rows that break them would stay`,
		instead:
			'Remove it, and write the statements in an order that foreign keys allow, or SET CONSTRAINTS ALL DEFERRED where they are deferrable. One trigger is turned off by name: ALTER TABLE … DISABLE TRIGGER.',
	}),
	messages: ({ shown }) => ({
		code: 'run_setting',
		message: `${shown} would hide what PostgreSQL says, such as what a CASCADE drops`,
		instead: 'Remove it. The run shows every NOTICE, and keeps them short.',
	}),
	watching: ({ shown }) => ({
		code: 'run_setting',
		message: `${shown} would hide this session from those who watch the run, or end it`,
		instead: 'Remove it. The run sets it.',
	}),
	damage: ({ shown }) => ({
		code: 'run_setting',
		message: `${shown}: damaged pages would be read as if they were empty`,
		instead: 'Remove it. A damaged table is work for the DBA, outside a change.',
	}),
};

/** The run decides about these, and looks whether they still stand. */
export const runSettings: StatementRule = (statement) => {
	if (statement.kind === 'VariableSetStmt' && statement.node?.kind === 'VAR_RESET_ALL') {
		return {
			code: 'imposed_limit',
			message: 'RESET ALL would take the imposed limits away',
			instead: 'Reset the settings that you mean by their names.',
		};
	}
	const setting = settingsSet(statement).find(({ name, value }) => !mayBeSet(name, value));
	return setting ? objectionTo(setting) : null;
};

function objectionTo({ name, value }: SettingSet): Objection | null {
	const own = RUN_SETTINGS[name];
	if (!own) return null;
	return WORDS[own.reason]({ name, shown: value === null ? `changing ${name}` : `${name} = ${value}` });
}
