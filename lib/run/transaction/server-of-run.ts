import { StepFailed } from '#lib/gates/gate.ts';
import { answerWithin, type TargetClient, withTarget } from '#lib/postgres/connection/connect.ts';
import { readServerState, type ServerState } from '#lib/postgres/connection/identity.ts';
import { readMarker } from '#lib/postgres/marker.ts';
import type { OpenRun } from '#lib/run/owner/open-run.ts';
import { tellTruth } from '#lib/run/owner/tell-truth.ts';

type Asked = Pick<OpenRun, 'store' | 'runId' | 'target'>;

const ANSWER_MS = 15_000;

/** A different server answers than at the claim, and its data is not what the run knows. */
export class FailedOver extends StepFailed {
	constructor(message: string) {
		super({
			code: 'failed_over',
			message,
			instead:
				'Find out which server is the primary. The marker of this run in countersign.marker, on both servers, says where the change is.',
		});
		this.name = 'FailedOver';
	}
}

/** The server at the claim, from the run's journal; null when the run did not get that far. */
async function readClaimedServer({ store, runId }: Asked): Promise<ServerState | null> {
	const claim = await store.journalEntry.findFirst({ where: { runId, step: 'claim', phase: 'passed' }, orderBy: { seq: 'desc' } });
	const { evidence } = (claim?.data ?? {}) as { evidence?: { server?: ServerState } };
	return evidence?.server ?? null;
}

/** How this connection's server differs from that of the claim, in words; null when it is the same. A restart is not a difference. */
export async function describeFailover(run: Asked, client: TargetClient): Promise<string | null> {
	const claimed = await readClaimedServer(run);
	if (!claimed) return null;
	const now = await readServerState(client);
	const { name } = run.target;
	if (now.systemIdentifier !== claimed.systemIdentifier)
		return `${name} failed over to another cluster: its system identifier is ${now.systemIdentifier}, and was ${claimed.systemIdentifier} at the claim`;
	if (now.timeline === null) return `${name} failed over, or is failing over now: the server that answers is a standby`;
	if (now.timeline !== claimed.timeline)
		return `${name} failed over: the server that answers is on timeline ${now.timeline}, but the run was claimed on timeline ${claimed.timeline}`;
	return null;
}

/** At BEGIN and right before COMMIT: a new connection still reaches the server of the claim. */
export async function assertSameServer(run: OpenRun, moment: 'BEGIN' | 'COMMIT'): Promise<void> {
	const place = { target: run.target, login: 'run', applicationName: `countersign server ${run.runId}`, signal: run.signal } as const;
	const failover = await withTarget(place, (client) => describeFailover(run, client));
	if (failover) throw new FailedOver(`${failover}. Noticed at ${moment}: nothing is committed.`);
}

/**
 * After COMMIT: the server that answers has the change. If a failover has lost it, the page must no longer say "committed": nobody
 * knows which server the application will use. Throws FailedOver then, and any error of the query.
 */
export async function assertStillCommitted(run: OpenRun): Promise<void> {
	const place = {
		target: run.target,
		login: 'run',
		applicationName: `countersign server ${run.runId}`,
		signal: answerWithin(ANSWER_MS),
	} as const;
	const lost = await withTarget(place, async (client) => {
		const failover = await describeFailover(run, client);
		if (!failover) return null;
		const marker = await readMarker(client, run.runId);
		return marker && !marker.tombstone ? null : failover;
	});
	if (!lost) return;
	await tellTruth(run, 'smoke tests', { kind: 'checking', since: new Date().toISOString() });
	throw new FailedOver(`${lost}. The change was committed earlier, but the marker of this run is not on the server that answers now.`);
}
