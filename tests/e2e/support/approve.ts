import { findActor } from '#lib/access/find-actor.ts';
import { readFolder } from '#lib/bundle/read-folder.ts';
import { requestChange } from '#lib/change/request-change.ts';
import { standBy } from '#lib/change/stand-by.ts';
import { findingName } from '#lib/domain/bundle/finding.ts';
import type { Result } from '#lib/errors.ts';
import { signChange } from '#lib/signatures/sign-change.ts';
import { openStore, type Store } from '#lib/store/client.ts';
import { findTarget } from '#lib/targets/find-target.ts';
import { loadTargets } from '#lib/targets/load-targets.ts';
import { stage } from '../stage/stage.ts';
import type { Filing } from './file-change.ts';
import { type CastName, emailOf } from './people.ts';
import { SIGNERS } from './take-through.ts';

/**
 * A change that an operator can execute: filed, signed in every seat, the responder standing by. By the same calls as the pages make, because
 * how people do that is shown by a test of its own.
 */
export async function approve({ target, title, responders = ['ines'], bundle }: Filing): Promise<{ number: number }> {
	const { consoleDatabase, targetsFile, password } = stage();
	const store = openStore(consoleDatabase);
	const targets = loadTargets(targetsFile);
	try {
		const actorOf = (name: CastName) => signedIn(store, name);
		const filing = {
			store,
			targets,
			actor: await actorOf('rui'),
			bundle:
				'folder' in bundle
					? await readFolder(bundle.folder)
					: { files: [{ path: 'change.sql', bytes: Buffer.from(bundle.sql) }], manifest: null },
			request: {
				target,
				title,
				reason: 'The quarterly close needs the second edition of the directives.',
				whyNotStaging: 'Staging has no measurements of this quarter.',
				risk: 'medium' as const,
				responders: await Promise.all(responders.map(async (name) => (await actorOf(name)).id)),
			},
		};
		const first = await requestChange(filing);
		const accepted = first.ok ? [] : first.refusal.findings.map(findingName);
		const { changeId, number, digest } = expectOk(first.ok ? first : await requestChange({ ...filing, accepted }));
		for (const seat of findTarget(targets, target).seats)
			expectOk(
				await signChange({ store, targets, actor: await actorOf(SIGNERS[seat]), changeId, digest, seat, password, address: '127.0.0.1' }),
			);
		for (const name of responders) expectOk(await standBy({ store, actor: await actorOf(name), changeId }));
		return { number };
	} finally {
		await store.$disconnect();
	}
}

async function signedIn(store: Store, name: CastName) {
	const { id: personId } = await store.person.findUniqueOrThrow({ where: { email: emailOf(name) }, select: { id: true } });
	const { id: sessionId } = await store.session.create({
		data: { personId, expiresAt: new Date(Date.now() + 3_600_000) },
		select: { id: true },
	});
	const actor = await findActor(store, { sessionId, personId });
	if (!actor) throw new Error(`${name} has a session and is not signed in`);
	return actor;
}

function expectOk<T>(result: Result<T>): T {
	if (result.ok) return result.value;
	throw new Error(`${result.refusal.message} ${result.refusal.findings.map(({ message }) => message).join('; ')}`);
}
