import { restoreNames } from '#lib/domain/target/database-names.ts';
import type { TargetIdentity } from '#lib/domain/target/target.ts';
import { instantWords } from '#lib/domain/wording/instant-words.ts';
import { sentence } from '#lib/domain/wording/sentence.ts';
import { acceptedRows } from '#lib/gates/accepted-rows.ts';
import { answerWithin, withTarget } from '#lib/postgres/connection/connect.ts';
import { readIdentity } from '#lib/postgres/connection/identity.ts';
import { endRun } from '#lib/run/ending/end-run.ts';
import { turnMaintenanceModeOff } from '#lib/run/ending/maintenance-mode-off.ts';
import { keepFingerprintAfter, readKeptBackup } from '#lib/run/owner/keep-facts.ts';
import type { OpenRun } from '#lib/run/owner/open-run.ts';
import { tellTruth } from '#lib/run/owner/tell-truth.ts';
import type { RestoreOrder } from './restore-order.ts';
import { startStopped } from './swap-in.ts';
import { readStays } from './what-stays.ts';

const BY_HAND = 'Compare it with globals.sql in the backup and correct it by hand.';
/** Where it was not seen what. */
const CLUSTER_DIFFERS =
	'Roles, memberships or other settings of the whole cluster differ from before the change; a backup of one database does not contain them.';

/** The backup is live. Its present state is read again, not remembered. */
export async function endRestored(run: OpenRun, order: RestoreOrder): Promise<void> {
	// The renames have proved that it is live; failures after that do not change it.
	const at = run.truth.kind === 'restored' ? run.truth.at : new Date().toISOString();
	if (run.truth.kind !== 'restored') await tellTruth(run, 'restore', { kind: 'restored', at });
	const notStarted = await startStopped(run);
	const after = await keepFingerprintAfter(run);
	const identity = await readIdentityNow(run);
	const leftOn = await turnMaintenanceModeOff(run, { services: false });
	const { keptAs } = restoreNames(run.runId);
	// As before, or as the dump's own text reads after a restore.
	const { fingerprint, restored } = order.backup;
	const cluster = after === fingerprint || after === restored?.fingerprint ? null : await clusterWords(run);
	const kept = `The backup was restored; the failed database is kept as ${keptAs}.`;
	const summary = [sentence(order.failure.message), kept, stayedBehind(run), notStarted, await tellRolesMade(run), cluster, leftOn]
		.filter(Boolean)
		.join(' ');
	const voids = `${run.target.name} was restored from the backup at ${instantWords(at)} by the run of ${run.plan.change}. It is another database since, and the signatures for the one before are void: file a new revision.`;
	await endRun(run, { outcome: 'restored', failure: order.failure, summary, restored: { identity, reason: voids } });
}

/** A standby copy has the rows that a dump leaves out. */
function stayedBehind({ plan }: OpenRun): string | null {
	const names = plan.manifest.standbyCopy ? [] : acceptedRows(plan);
	return names.length === 0 ? null : `As was accepted, a restore did not bring back what ${names.join(', ')} held.`;
}

/** A restore does not undo what a bundle did to the whole cluster: this says so, so that somebody corrects it. */
async function clusterWords(run: OpenRun): Promise<string> {
	const stays = await readStays(run);
	return `${stays ? sentence(stays) : CLUSTER_DIFFERS} ${BY_HAND}`;
}

async function tellRolesMade(run: OpenRun): Promise<string | null> {
	const made = (await readKeptBackup(run))?.rolesMade ?? [];
	if (made.length === 0) return null;
	return `Roles that the change had dropped were made again, without their passwords: ${made.join(', ')}. Set them by hand.`;
}

function readIdentityNow({ target, runId }: OpenRun): Promise<TargetIdentity> {
	return withTarget({ target, login: 'backup', applicationName: `countersign after ${runId}`, signal: answerWithin() }, readIdentity);
}
