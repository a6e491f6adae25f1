import { StepFailed } from '#lib/gates/gate.ts';
import { answerWithin, type TargetClient, withTarget } from '#lib/postgres/connection/connect.ts';
import { readServerState, type ServerState } from '#lib/postgres/connection/identity.ts';
import { readMarker } from '#lib/postgres/marker.ts';
import type { OpenRun } from '#lib/run/owner/open-run.ts';
import { tellTruth } from '#lib/run/owner/tell-truth.ts';

type Asked = Pick<OpenRun, 'store' | 'runId' | 'target'>;

const ANSWER_MS = 15_000;

/** Another server answers than at the claim, and what this one has is not what the run knows. */
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

/** Which server it was at the claim, as the run's journal has kept it; null when the run did not get that far. */
async function readClaimedServer({ store, runId }: Asked): Promise<ServerState | null> {
	const claim = await store.journalEntry.findFirst({ where: { runId, step: 'claim', phase: 'passed' }, orderBy: { seq: 'desc' } });
	const { evidence } = (claim?.data ?? {}) as { evidence?: { server?: ServerState } };
	return evidence?.server ?? null;
}

/** How the server that answers on this connection differs from that of the claim, in words; null when it is the same. A restart is no difference. */
export async function describeFailover(run: Asked, client: TargetClient): Promise<string | null> {
	const claimed = await readClaimedServer(run);
	if (!claimed) return null;
	const now = await readServerState(client);
	const { name } = run.target;
	if (now.systemIdentifier !== claimed.systemIdentifier)
		return `${name} failed over to another cluster: its system identifier is ${now.systemIdentifier}, and was ${claimed.systemIdentifier} at the claim`;
	if (now.timeline === null) return `${name} failed over, or is about to: the server that answers now is a standby`;
	if (now.timeline !== claimed.timeline)
		return `${name} failed over: the server that answers now is on timeline ${now.timeline}, and the run was claimed on timeline ${claimed.timeline}`;
	return null;
}

/** At BEGIN and right before COMMIT: the target's name still leads to the server of the claim, whatever open connections lead to. */
export async function assertSameServer(run: OpenRun, moment: 'BEGIN' | 'COMMIT'): Promise<void> {
	const place = { target: run.target, login: 'run', applicationName: `countersign server ${run.runId}`, signal: run.signal } as const;
	const failover = await withTarget(place, (client) => describeFailover(run, client));
	if (failover) throw new FailedOver(`${failover}. Seen at ${moment}: nothing is committed.`);
}

/**
 * After COMMIT: the server that answers has the change. Where a failover has lost it, the page must not go on saying "committed": nobody
 * knows on which server the application will find it. Throws FailedOver then, and whatever asking throws.
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
	throw new FailedOver(`${lost}. The change was committed before, and the marker of this run is not on the server that answers now.`);
}
