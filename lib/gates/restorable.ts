import { extensionRowsInWords, findExtensionRows } from '#lib/postgres/backup/extension-rows.ts';
import { findUnrestorable, type Unrestorable } from '#lib/postgres/backup/unrestorable.ts';
import { withTarget } from '#lib/postgres/connection/connect.ts';
import { acceptedRows } from './accepted-rows.ts';
import { type GateContext, StepFailed } from './gate.ts';

/** What to do about each, so that a run may go ahead. What is not here only a superuser gives back. */
const INSTEAD: Record<string, string> = {
	'prepared transaction': 'Commit or roll back the prepared transaction.',
	'replication slot':
		'Drop the replication slot, and create it and its consumer again after the run: a slot stays with its original database.',
	subscription: 'Drop the subscription, and create it again after the run.',
	'user mapping':
		'The backup login cannot read the options of the user mapping: use a login that can, such as a superuser, or drop the mapping for the run.',
	'extension in a version that the server has no more': 'Update the extension with ALTER EXTENSION … UPDATE, outside a change.',
	'index that is not valid': 'A dump leaves such an index out: build it again with REINDEX, or drop it, outside a change.',
	'foreign key whose triggers are turned off':
		'A restore would turn its triggers on: turn them on with ALTER TABLE … ENABLE TRIGGER ALL, or drop the foreign key.',
	'foreign key that a partition names otherwise than its parent':
		'A restore gives it the name that it has on the partitioned table: rename it so with ALTER TABLE … RENAME CONSTRAINT, outside a change.',
	'partition whose detaching was interrupted': 'Finish it with ALTER TABLE … DETACH PARTITION … FINALIZE.',
	'table whose inherited columns do not come first':
		'A restore puts inherited columns before a table’s own: make the table anew with its columns in that order.',
	'security label of what PostgreSQL made': 'No dump holds it: take the label away, outside a change.',
	'object among those of PostgreSQL': 'pg_dump leaves out what people make in PostgreSQL’s own schemas: move it to a schema of yours.',
};

/** People do not read more at once. */
const SHOWN = 10;

/** What there is of it, and what to do about it, each in a sentence or more without a full stop at the end of the first. */
export function describeUnrestorable(found: readonly Unrestorable[], restoreLogin: string): { what: string; instead: string } {
	const kinds = [...new Set(found.map(({ kind }) => kind))];
	const more = found.length - SHOWN;
	const superusers = `The restore login ${restoreLogin} is no superuser: enroll the target again, which makes it a member of the roles that own things, or name a superuser in the targets file.`;
	return {
		what: [...found.slice(0, SHOWN).map(({ kind, name }) => `${kind} ${name}`), ...(more > 0 ? [`and ${more} more`] : [])].join('; '),
		instead: [...new Set(kinds.map((kind) => INSTEAD[kind] ?? superusers))].join(' '),
	};
}

/** A restore must bring back the whole database. Finds what it could not, before maintenance mode is turned on. */
export async function assertRestorable({
	target,
	runId,
	plan,
	signal,
}: Pick<GateContext, 'target' | 'runId' | 'plan' | 'signal'>): Promise<void> {
	const restoreLogin = target.connection.logins.restore.user;
	const place = { target, login: 'backup', applicationName: `countersign restorable ${runId}`, signal } as const;
	const { found, rows } = await withTarget(place, async (client) => ({
		found: await findUnrestorable(client, restoreLogin),
		rows: await findExtensionRows(client),
	}));
	const accepted = acceptedRows(plan);
	const unaccepted = rows.filter(({ name }) => !accepted.includes(name));
	if (unaccepted.length > 0)
		throw new StepFailed({
			code: 'cannot_come_back',
			message: `A restore of ${target.name} could not bring back: ${unaccepted.map(extensionRowsInWords).join('; ')}.`,
			instead:
				'Nothing was changed. Nobody has accepted this: it has come since the change was filed. File it again as a new revision, where it can be accepted by name.',
		});
	if (found.length === 0) return;
	const { what, instead } = describeUnrestorable(found, restoreLogin);
	throw new StepFailed({
		code: 'cannot_come_back',
		message: `A restore of ${target.name} could not bring back: ${what}.`,
		instead: `Nothing was changed. ${instead} Then execute again.`,
	});
}
