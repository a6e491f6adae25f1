import { randomUUID } from 'node:crypto';
import type { Actor } from '#lib/access/actor.ts';
import { mayFile } from '#lib/access/policy.ts';
import type { DraftText } from '#lib/domain/draft.ts';
import { asResult, Refusal, type Result } from '#lib/errors.ts';
import { productionsOf } from '#lib/staging/route-for.ts';
import type { Store } from '#lib/store/client.ts';
import type { Targets } from '#lib/targets/load-targets.ts';
import { saveDraft } from './save-draft.ts';

type Copying = {
	store: Store;
	targets: Targets;
	actor: Actor;
	changeId: string;
	/** The production target, for what has succeeded on its staging target; null: the same target again. */
	fileFor: string | null;
};

/**
 * Begins a new change as a draft of this person's, with what the last revision of another change holds: title, target, reasons, files and
 * manifest. With `fileFor` it is for the production target of the staging target that the change ran on. Its risk and its responders were of that day: they are chosen again. Refused: `forbidden` to whoever may not file, `not_found`,
 * and as any save of a draft.
 */
export async function copyChange(copying: Copying): Promise<Result<{ draftId: string }>> {
	const copied = await asResult(() => readCopied(copying));
	if (!copied.ok) return copied;
	const basis = { id: randomUUID(), version: 0 };
	const saved = await saveDraft({ store: copying.store, actor: copying.actor, revises: null, basis, kept: [], ...copied.value });
	return saved.ok ? { ok: true, value: { draftId: basis.id } } : saved;
}

async function readCopied({ store, targets, actor, changeId, fileFor }: Copying) {
	const allowed = mayFile(actor);
	if (allowed !== true) throw new Refusal('forbidden', allowed);
	const change = await store.change.findUnique({
		where: { id: changeId },
		select: { target: true, revisions: { orderBy: { number: 'desc' }, take: 1, select: COPIED } },
	});
	const revision = change?.revisions[0];
	if (!change || !revision) throw new Refusal('not_found', 'There is no such change.');
	if (fileFor !== null && !productionsOf(targets, change.target).includes(fileFor))
		throw new Refusal('invalid', `${change.target} is not the staging target of ${fileFor}.`);
	const target = fileFor ?? change.target;
	const text: DraftText = {
		// One that is no longer defined cannot be chosen.
		target: targets.byName.has(target) ? target : '',
		title: revision.title,
		reason: revision.reason,
		whyNotStaging: revision.whyNotStaging,
		risk: '',
		responders: [],
		manifest: Buffer.from(revision.manifest).toString('utf8'),
	};
	return { text, files: revision.files.map(({ path, bytes }) => ({ path, bytes: Buffer.from(bytes) })) };
}

const COPIED = {
	title: true,
	reason: true,
	whyNotStaging: true,
	manifest: true,
	files: { select: { path: true, bytes: true }, orderBy: { position: 'asc' } },
} as const;
