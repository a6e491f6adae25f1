import type { Actor } from '#lib/access/actor.ts';
import { changeName } from '#lib/domain/change.ts';
import { type DraftState, type DraftText, draftTextSchema } from '#lib/domain/draft.ts';
import type { Store } from '#lib/store/client.ts';

export type OpenedDraft = { state: DraftState; text: DraftText; files: { path: string; size: number; storedAt: number }[] };
type Which = { id: string; changeId: null } | { changeId: string };

/** One's own draft as the form shows it; null when it is not there, or not theirs. The bytes of its files stay on the server. */
export async function readDraft({ store, actor, which }: { store: Store; actor: Actor; which: Which }): Promise<OpenedDraft | null> {
	const draft = await store.draft.findFirst({
		where: { ...which, personId: actor.id },
		omit: { personId: true, changeId: true, createdAt: true },
	});
	if (!draft) return null;
	const { id, version, savedAt, ...text } = draft;
	const files = await store.$queryRaw<OpenedDraft['files']>`
		select path, octet_length(bytes) as size, stored_at as "storedAt" from draft_file where draft_id = ${id}::uuid order by path collate "C"`;
	return { state: { id, version, savedAt: savedAt.toISOString() }, text: draftTextSchema.parse(text), files };
}

/** What one has begun to write and not filed, newest first. */
export async function readDrafts({ store, actor }: { store: Store; actor: Actor }) {
	const drafts = await store.draft.findMany({
		where: { personId: actor.id },
		select: { id: true, title: true, target: true, savedAt: true, change: { select: { number: true } } },
		orderBy: { savedAt: 'desc' },
	});
	return drafts.map(({ id, title, target, savedAt, change }) => ({
		id,
		title: title.trim() || 'Untitled',
		target,
		savedAt: savedAt.toISOString(),
		revises: change && changeName(change.number),
		href: change ? `/changes/${change.number}/revise` : `/changes/new?draft=${id}`,
	}));
}
