import type { Actor } from '#lib/access/actor.ts';
import { mayRevise } from '#lib/access/policy.ts';
import { contentOf } from '#lib/change/signed-bytes.ts';
import { type ChangeStatus, changeName, REVISABLE, type Risk, STATUS_TITLE } from '#lib/domain/change.ts';
import type { Store } from '#lib/store/client.ts';

import { readDraft } from './read-drafts.ts';

type Ask = { store: Store; actor: Actor; number: number };

/** The current revision to prefill the form, or why this person cannot revise it; null when the change does not exist. */
export async function readRevisePage({ store, actor, number }: Ask) {
	const change = await store.change.findUnique({
		where: { number },
		select: { id: true, title: true, target: true, status: true, requesterId: true, currentRevision: true },
	});
	if (!change) return null;
	const status = change.status as ChangeStatus;
	const allowed = mayRevise(actor, change);
	if (allowed !== true) return { title: change.title, whyNot: allowed, form: null };
	if (!REVISABLE.includes(status)) {
		const whyNot = `${changeName(number)} cannot be revised: ${STATUS_TITLE[status].toLowerCase()}.`;
		return { title: change.title, whyNot, form: null };
	}
	const revision = await store.revision.findUniqueOrThrow({
		where: { changeId_number: { changeId: change.id, number: change.currentRevision } },
		select: {
			number: true,
			title: true,
			reason: true,
			whyNotStaging: true,
			risk: true,
			manifest: true,
			responders: { select: { personId: true } },
			content: true,
		},
	});
	const { files } = contentOf(revision);
	return {
		title: change.title,
		whyNot: null,
		form: {
			draft: await readDraft({ store, actor, which: { changeId: change.id } }),
			changeId: change.id,
			revision: revision.number,
			initial: {
				target: change.target,
				title: revision.title,
				reason: revision.reason,
				whyNotStaging: revision.whyNotStaging,
				risk: revision.risk as Risk,
				responders: revision.responders.map((responder) => responder.personId),
				manifest: Buffer.from(revision.manifest).toString('utf8'),
			},
			keptFiles: files.map(({ path, bytes }) => ({ path, size: bytes, storedAt: 0 })),
		},
	};
}

/** The files of a revision that its successor keeps, as they are stored. */
export async function readKeptFiles(store: Store, kept: { changeId: string; revision: number; paths: string[] }) {
	const files = await store.revisionFile.findMany({
		where: { revision: { changeId: kept.changeId, number: kept.revision }, path: { in: kept.paths } },
		select: { path: true, bytes: true },
	});
	return files.map((file) => ({ path: file.path, bytes: Buffer.from(file.bytes) }));
}
