/** What the sample application can be told to do wrong, and what a run should make of it. */
export const MISBEHAVIOURS = {
	none: 'Behaves',
	'maintenance-500': 'Maintenance mode answers 500: the run stops before its backup',
	'maintenance-hang': 'Maintenance mode never answers: the run stops before its backup',
	'maintenance-lies': 'Maintenance mode says yes and is not reported: the run stops before its backup',
	'writes-in-maintenance': 'Goes on writing in maintenance mode: the run stops at quiescence',
	'health-red': 'Its health is red, always: the run commits, and then offers the restore',
	'health-red-after-change': 'Its health turns red once the second edition is there: the run commits, and then offers the restore',
	slow: 'Its health answers after 6 s: the run commits, and then offers the restore',
	'log-errors': 'Logs an ERROR every second, in maintenance mode too',
} as const;
export type Misbehaviour = keyof typeof MISBEHAVIOURS;

export function isMisbehaviour(word: unknown): word is Misbehaviour {
	return typeof word === 'string' && Object.hasOwn(MISBEHAVIOURS, word);
}
