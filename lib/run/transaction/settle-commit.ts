import { setTimeout as wait } from 'node:timers/promises';
import { readClock } from '#lib/postgres/connection/clock.ts';
import { answerWithin, type TargetClient, withTarget } from '#lib/postgres/connection/connect.ts';
import { readServerState } from '#lib/postgres/connection/identity.ts';
import { SQLSTATE, sqlstateOf } from '#lib/postgres/connection/sqlstates.ts';
import { insertMarker, readMarker, xactStatus } from '#lib/postgres/marker.ts';
import { terminateRunBackends } from '#lib/postgres/sessions/activity.ts';
import { redact } from '#lib/redact.ts';
import { letGoOn } from '#lib/run/owner/let-go.ts';
import type { OpenRun } from '#lib/run/owner/open-run.ts';
import { describeFailover } from './server-of-run.ts';

export type Settled =
	| { kind: 'committed'; at: string; how: string }
	| { kind: 'not_applied'; how: string }
	| { kind: 'unknown'; why: string };

/** How long the target is asked before people must decide: it may be recovering from a crash. */
const GIVE_UP_AFTER_MS = 30_000;
const PAUSE_MS = 250;
/** Ending the run's remaining sessions may take 10 s of this. */
const ANSWER_MS = 15_000;

/**
 * Whether the run's transaction committed: asks the target itself on a fresh connection, never the exception.
 * Marker there: committed. Marker absent and the transaction aborted, or never begun: a tombstone takes the marker's place, so that
 * a late COMMIT of the old owner can only fail, and the change is never applied. Anything else is unknown.
 */
export async function settleCommit(run: OpenRun, xid: string | null): Promise<Settled> {
	const deadline = Date.now() + GIVE_UP_AFTER_MS;
	let why = 'the target was not asked';
	while (Date.now() < deadline) {
		try {
			const place = {
				target: run.target,
				login: 'run',
				applicationName: `countersign settle ${run.runId}`,
				signal: answerWithin(ANSWER_MS),
			} as const;
			const settled = await withTarget(place, (client) => ask(run, client, xid));
			if (settled) return settled;
			why = 'the transaction is still in progress';
		} catch (error) {
			why = `the target did not answer: ${redact(error instanceof Error ? error.message : String(error))}`;
		}
		// A worker that is stopping must not decide without an answer: the next worker asks.
		letGoOn(run.signal.reason);
		await wait(PAUSE_MS);
	}
	return { kind: 'unknown', why };
}

/** The marker was written at the start of the transaction; it is visible only after COMMIT. Null when there is none. */
async function byMarker(run: OpenRun, client: TargetClient): Promise<Settled | null> {
	const marker = await readMarker(client, run.runId);
	if (!marker) return null;
	if (marker.tombstone) return { kind: 'not_applied', how: 'there is a tombstone in place of the marker' };
	const failover = await describeFailover(run, client);
	const how = failover ? `${failover}, and the marker is there: it was replicated` : 'the marker is there';
	return { kind: 'committed', at: (await readClock(client)).toISOString(), how };
}

/** Null when the target must be asked again. */
async function ask(run: OpenRun, client: TargetClient, xid: string | null): Promise<Settled | null> {
	const settled = await byMarker(run, client);
	if (settled) return settled;
	const failover = await describeFailover(run, client);
	if (failover) return byHistory(run, client, failover);
	await terminateRunBackends(client, run.runId);
	const status = xid === null ? 'never begun' : await xactStatus(client, xid);
	if (status === 'in progress') return null;
	if (status === 'committed') {
		// It may have committed between the two queries: then the marker is visible.
		const late = await byMarker(run, client);
		if (late) return late;
	}
	if (status !== 'aborted' && status !== 'never begun')
		return { kind: 'unknown', why: `there is no marker, and the transaction ${xid} is ${status}` };
	try {
		await insertMarker(client, { runId: run.runId, digest: run.plan.digest, fence: run.fence, tombstone: true });
	} catch (error) {
		if (sqlstateOf(error) === SQLSTATE.uniqueViolation) return null;
		throw error;
	}
	return {
		kind: 'not_applied',
		how:
			status === 'aborted'
				? `no marker, and transaction ${xid} aborted; tombstone set`
				: 'no marker, and no transaction was begun; tombstone set',
	};
}

/**
 * A different server answers, and it has no marker of the run. Transaction numbers differ between servers, so the run's means nothing there. If COMMIT was
 * never sent, the run is not applied on any server, and never will be: its owner writes "checking" first, and a fence that was taken
 * over prevents that. Otherwise the old primary may have the change. A standby is asked again: it may be being promoted.
 */
async function byHistory(run: OpenRun, client: TargetClient, failover: string): Promise<Settled | null> {
	if (run.truth.kind !== 'nothing_committed') {
		return { kind: 'unknown', why: `${failover}; the marker of this run is not on it, and the old primary may have the change` };
	}
	const { timeline } = await readServerState(client);
	if (timeline === null) throw new Error(failover);
	await insertMarker(client, { runId: run.runId, digest: run.plan.digest, fence: run.fence, tombstone: true });
	return { kind: 'not_applied', how: `COMMIT was never sent, and ${failover}; tombstone set there` };
}
