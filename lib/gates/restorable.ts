import { findUnrestorable, type Unrestorable } from '#lib/postgres/backup/unrestorable.ts';
import { withTarget } from '#lib/postgres/connection/connect.ts';
import { type GateContext, StepFailed } from './gate.ts';

/** What to do about each, so that the run may go ahead. */
const INSTEAD: Record<Unrestorable['kind'], string> = {
	'prepared transaction': 'Commit or roll back the prepared transaction.',
	'replication slot':
		'Drop the replication slot, and make it and its consumer anew after the run: it stays with the database that it was made in.',
	subscription: 'Drop the subscription, and make it anew after the run.',
	'user mapping':
		'The backup login is not shown the options of the user mapping: name one that is, such as a superuser, or drop the mapping for the run.',
};

/** A restore must be able to bring back all of the database: what it could not is found here, before even maintenance mode is on. */
export async function assertRestorable({ target, runId, signal }: Pick<GateContext, 'target' | 'runId' | 'signal'>): Promise<void> {
	const found = await withTarget({ target, login: 'backup', applicationName: `countersign restorable ${runId}`, signal }, findUnrestorable);
	if (found.length === 0) return;
	const kinds = [...new Set(found.map(({ kind }) => kind))];
	throw new StepFailed({
		code: 'cannot_come_back',
		message: `A restore of ${target.name} could not bring back: ${found.map(({ kind, name }) => `${kind} ${name}`).join('; ')}.`,
		instead: `Nothing was changed. ${kinds.map((kind) => INSTEAD[kind]).join(' ')} Then execute again.`,
	});
}
