import type { Target, TargetIdentity } from '#lib/domain/target/target.ts';
import { Refusal } from '#lib/errors.ts';
import { CATALOG_WITHIN_MS, type CatalogEntry, fingerprintOf, readCatalog } from '#lib/postgres/catalog/fingerprint.ts';
import { answerWithin, withTarget } from '#lib/postgres/connection/connect.ts';
import { NotConnected } from '#lib/postgres/connection/connect-failure.ts';
import { readIdentity, readServerState } from '#lib/postgres/connection/identity.ts';
import { readServerMajor } from '#lib/postgres/connection/server-version.ts';
import { missingProgramsFor } from '#lib/postgres/programs/missing-programs.ts';
import { redact } from '#lib/redact.ts';

export type TargetState = { identity: TargetIdentity; fingerprint: string; catalog: CatalogEntry[] };

/**
 * The target's identity and the current state of its catalog. A target that does not answer, that is a standby, or whose server is
 * newer than this machine's programs is a Refusal: nothing was changed, and nobody should sign what cannot run.
 */
export async function readTargetState(target: Target): Promise<TargetState> {
	const place = { target, login: 'backup', applicationName: 'countersign filing', signal: answerWithin(CATALOG_WITHIN_MS) } as const;
	const { server, major, ...state } = await withTarget(place, async (client) => ({
		identity: await readIdentity(client),
		server: await readServerState(client),
		major: await readServerMajor(client),
		catalog: await readCatalog(client),
	})).catch((error: Error) => {
		throw new Refusal('unavailable', notAnswered(target, error));
	});
	if (server.timeline === null)
		throw new Refusal(
			'unavailable',
			`${target.name} is a standby, which cannot be changed. Nothing was stored. Ask the deployer to put the primary's address into the targets file, or wait for the failover to end.`,
		);
	const missing = await missingProgramsFor(major);
	if (missing)
		throw new Refusal(
			'unavailable',
			`${target.name} cannot be backed up: ${missing}. Nothing was stored. Install the client programs of PostgreSQL ${major} or newer.`,
		);
	return { ...state, fingerprint: fingerprintOf(state.catalog) };
}

function notAnswered(target: Target, error: Error): string {
	const instead = error instanceof NotConnected ? error.failure.instead : 'Try again when it answers.';
	return `${target.name} did not answer: ${redact(error.message).replace(/\.$/, '')}. Nothing was stored and nothing was changed. ${instead}`;
}
