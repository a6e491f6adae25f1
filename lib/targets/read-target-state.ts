import type { Target, TargetIdentity } from '#lib/domain/target.ts';
import { Refusal } from '#lib/errors.ts';
import { CATALOG_WITHIN_MS, fingerprintOf, readCatalog } from '#lib/postgres/catalog/fingerprint.ts';
import { answerWithin, withTarget } from '#lib/postgres/connection/connect.ts';
import { readIdentity } from '#lib/postgres/connection/identity.ts';
import { redact } from '#lib/redact.ts';

export type TargetState = { identity: TargetIdentity; fingerprint: string };

/** Which database the target is and what its catalog looks like now. A target that does not answer is a Refusal: nothing was changed. */
export async function readTargetState(target: Target): Promise<TargetState> {
	try {
		return await withTarget(
			{ target, login: 'backup', applicationName: 'countersign filing', signal: answerWithin(CATALOG_WITHIN_MS) },
			async (client) => ({
				identity: await readIdentity(client),
				fingerprint: fingerprintOf(await readCatalog(client)),
			}),
		);
	} catch (error) {
		const why = redact(error instanceof Error ? error.message : String(error));
		throw new Refusal(
			'unavailable',
			`${target.name} did not answer: ${why}. Nothing was stored and nothing was changed; try again when it does.`,
		);
	}
}
