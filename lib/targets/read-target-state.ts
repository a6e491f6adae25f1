import type { Target, TargetIdentity } from '#lib/domain/target.ts';
import { Refusal } from '#lib/errors.ts';
import { CATALOG_WITHIN_MS, fingerprintOf, readCatalog } from '#lib/postgres/catalog/fingerprint.ts';
import { answerWithin, withTarget } from '#lib/postgres/connection/connect.ts';
import { NotConnected } from '#lib/postgres/connection/connect-failure.ts';
import { readIdentity, readServerState } from '#lib/postgres/connection/identity.ts';
import { readServerMajor } from '#lib/postgres/connection/server-version.ts';
import { missingProgramsFor } from '#lib/postgres/programs/missing-programs.ts';
import { redact } from '#lib/redact.ts';

export type TargetState = { identity: TargetIdentity; fingerprint: string };

/**
 * Which database the target is and what its catalog looks like now. A target that does not answer, that is a standby, or whose server is
 * newer than this machine's programs is a Refusal: nothing was changed, and nobody signs what could not be run.
 */
export async function readTargetState(target: Target): Promise<TargetState> {
	const place = { target, login: 'backup', applicationName: 'countersign filing', signal: answerWithin(CATALOG_WITHIN_MS) } as const;
	const { server, major, ...state } = await withTarget(place, async (client) => ({
		identity: await readIdentity(client),
		server: await readServerState(client),
		major: await readServerMajor(client),
		fingerprint: fingerprintOf(await readCatalog(client)),
	})).catch((error: Error) => {
		throw new Refusal('unavailable', notAnswered(target, error));
	});
	if (server.timeline === null)
		throw new Refusal(
			'unavailable',
			`${target.name} is a standby: it takes no changes. Nothing was stored. Let the deployer put the address of the primary into the targets file, or wait for the failover to end.`,
		);
	const missing = await missingProgramsFor(major);
	if (missing)
		throw new Refusal(
			'unavailable',
			`No backup of ${target.name} can be made: ${missing}. Nothing was stored. Install the client programs of PostgreSQL ${major} or newer.`,
		);
	return state;
}

function notAnswered(target: Target, error: Error): string {
	const instead = error instanceof NotConnected ? error.failure.instead : 'Try again when it does.';
	return `${target.name} did not answer: ${redact(error.message).replace(/\.$/, '')}. Nothing was stored and nothing was changed. ${instead}`;
}
