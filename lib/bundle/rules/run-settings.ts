import { mayBeSet, RUN_SETTINGS, type RunSettingReason } from '#lib/domain/run-settings.ts';
import type { Objection, StatementRule } from './rule.ts';
import { type SettingSet, settingsSet } from './settings-set.ts';

const TIGHTER: Record<string, string> = { lock_timeout: 'timeouts: { lock: 5s }', statement_timeout: 'timeouts: { statement: 1min }' };

type Words = (setting: { name: string; shown: string }) => Objection;

const WORDS: Record<RunSettingReason, Words> = {
	limit: ({ name }) => ({
		code: 'imposed_limit',
		message: `${name} is set by the run`,
		instead: TIGHTER[name]
			? `Remove it. Write a tighter limit into the manifest: ${TIGHTER[name]}`
			: 'Remove it. The run sets it for the whole transaction.',
	}),
	transaction: ({ name }) => ({
		code: 'imposed_limit',
		message: `${name} is set by the run`,
		instead: 'Remove it. The run sets it for the whole transaction.',
	}),
	reading: ({ shown }) => ({
		code: 'reading_setting',
		message: `${shown} would change how PostgreSQL reads the rest of the bundle`,
		instead: "Remove it. Files are UTF-8. Write strings with backslash escapes as E'…'.",
	}),
	durability: ({ shown }) => ({
		code: 'run_setting',
		message: `${shown}: the COMMIT could be lost after the console has reported it`,
		instead: 'Remove it. It makes nothing faster: the run waits for one COMMIT, not for one per statement.',
	}),
	triggers: ({ shown }) => ({
		code: 'run_setting',
		message: `${shown} would turn off foreign keys, triggers or event triggers, and invalid rows would stay`,
		instead:
			'Remove it, and write the statements in an order that foreign keys allow, or SET CONSTRAINTS ALL DEFERRED where they are deferrable. To turn off one trigger, name it: ALTER TABLE … DISABLE TRIGGER.',
	}),
	messages: ({ shown }) => ({
		code: 'run_setting',
		message: `${shown} would hide messages of PostgreSQL, such as what a CASCADE drops`,
		instead: 'Remove it. The run shows every NOTICE, shortened.',
	}),
	watching: ({ shown }) => ({
		code: 'run_setting',
		message: `${shown} would end this session, or hide it from the people who watch the run`,
		instead: 'Remove it. The run sets it.',
	}),
	damage: ({ shown }) => ({
		code: 'run_setting',
		message: `${shown}: damaged pages would be read as empty pages`,
		instead: 'Remove it. Let the DBA repair a damaged table, outside a change.',
	}),
};

/** The run sets these, and checks that they are still set. */
export const runSettings: StatementRule = (statement) => {
	if (statement.kind === 'VariableSetStmt' && statement.node?.kind === 'VAR_RESET_ALL') {
		return {
			code: 'imposed_limit',
			message: 'RESET ALL would remove the limits that the run has set',
			instead: 'Reset settings one by one, by name.',
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
