import { StepFailed } from '#lib/gates/gate.ts';
import type { TargetClient } from '#lib/postgres/connection/connect.ts';
import { SQLSTATE, sqlstateOf } from '#lib/postgres/connection/sqlstates.ts';
import { readMarker } from '#lib/postgres/marker.ts';
import { readPending } from '#lib/postgres/pending.ts';
import { redact } from '#lib/redact.ts';

/**
 * Right before COMMIT, inside the transaction and as the run's own login: what the run wrote first of all is still there, as it was. By the
 * marker everybody tells whether the change was committed, and by the other row that it is not settled.
 */
export async function assertMarkerStays(client: TargetClient, { runId, xid }: { runId: string; xid: string }): Promise<void> {
	const lost = await whatIsLost(client, { runId, xid }).catch((error: Error) => {
		if (!UNREADABLE.includes(sqlstateOf(error))) throw error;
		throw lockedOut(redact(error.message), error);
	});
	if (lost !== null) throw lockedOut(lost);
}

/** What a bundle can do to these tables. Another error, such as a session that was ended, says nothing about them. */
const UNREADABLE: readonly (string | null)[] = [
	SQLSTATE.undefinedTable,
	SQLSTATE.invalidSchemaName,
	SQLSTATE.undefinedColumn,
	SQLSTATE.insufficientPrivilege,
];

function lockedOut(lost: string, cause?: Error): StepFailed {
	return new StepFailed(
		{
			code: 'console_locked_out',
			message: `After this change nobody could tell whether it was committed: ${lost}.`,
			instead:
				'Rolled back: nothing was changed. Leave the schema countersign alone: the run writes there what became of it. If it must change, let the DBA do it outside a change, and enroll the target again.',
		},
		{ cause },
	);
}

async function whatIsLost(client: TargetClient, { runId, xid }: { runId: string; xid: string }): Promise<string | null> {
	const marker = await readMarker(client, runId);
	if (marker?.xid !== xid || marker.tombstone) return 'the row of this run in countersign.marker is gone, or is another';
	const pending = await readPending(client);
	return pending?.runId === runId ? null : 'the row of this run in countersign.pending is gone, or is another';
}
