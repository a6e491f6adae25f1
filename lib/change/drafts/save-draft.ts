import { isDeepStrictEqual } from 'node:util';
import type { Actor } from '#lib/access/actor.ts';
import { mayFile, mayRevise } from '#lib/access/policy.ts';
import { changeName, STATUS_TITLE } from '#lib/domain/change.ts';
import {
	type DraftBasis,
	type DraftSave,
	type DraftState,
	type DraftText,
	type KeptFile,
	MAX_DRAFTS,
	type Revised,
} from '#lib/domain/draft.ts';
import { asResult, Refusal, type Result } from '#lib/errors.ts';
import type { Store, StoreTransaction } from '#lib/store/client.ts';
import { isUniqueViolation } from '#lib/store/is-unique-violation.ts';
import { lockChange } from '../lock-change.ts';
import { keepFiles, storeFiles } from './draft-files.ts';

const TEXT_COLUMNS = {
	target: true,
	title: true,
	reason: true,
	whyNotStaging: true,
	risk: true,
	responders: true,
	manifest: true,
} as const satisfies Record<keyof DraftText, true>;

export type Saving = {
	actor: Actor;
	/** Null for a new change. */
	revises: Revised | null;
	/** What the page has in front of it. It names the draft before the first save, so that a save whose answer was lost makes no second one. */
	basis: DraftBasis;
	text: DraftText;
	files: { path: string; bytes: Buffer }[];
	kept: KeptFile[];
};

/**
 * Saves what a person has written of a change: their own draft only, and only over the version that they have in front of them.
 * A refusal leaves no entry in the record: drafts are no part of it, and a page saves every second.
 */
export function saveDraft({ store, ...saving }: Saving & { store: Store }): Promise<Result<DraftSave>> {
	return asResult(async () => {
		try {
			return await store.$transaction((tx) => saveIn(tx, saving));
		} catch (error) {
			// The id is that of somebody else's draft, which is not there for this person.
			if (isUniqueViolation(error)) return { kind: 'conflict', current: null };
			throw error;
		}
	});
}

async function saveIn(tx: StoreTransaction, saving: Saving): Promise<DraftSave> {
	if (saving.revises === null) permit(mayFile(saving.actor));
	const saved = saving.basis.version === 0 ? await begin(tx, saving) : await advance(tx, saving);
	if (saved !== null) {
		await storeFiles(tx, { draft: saved, files: saving.files });
		return { kind: 'saved', ...saved };
	}
	const current = await stateOf(tx, saving);
	return current !== null && (await isAsSent(tx, current, saving)) ? { kind: 'saved', ...current } : { kind: 'conflict', current };
}

/** The first save makes the draft; null when there is one. */
async function begin(tx: StoreTransaction, saving: Saving): Promise<DraftState | null> {
	const { actor, revises, basis, text, kept } = saving;
	if (revises !== null) await refuseOtherRevision(tx, { actor, revises });
	// Two tabs that begin at once are counted one after the other.
	await tx.$queryRaw`select 1 from person where id = ${actor.id}::uuid for no key update`;
	if ((await stateOf(tx, saving)) !== null) return null;
	if ((await tx.draft.count({ where: { personId: actor.id } })) >= MAX_DRAFTS)
		throw new Refusal('too_large', `You have ${MAX_DRAFTS} drafts, and more are not kept. Discard one in the inbox.`);
	const draft = await tx.draft.create({
		data: { id: basis.id, ...text, personId: actor.id, changeId: revises?.changeId ?? null },
		select: { id: true, version: true, savedAt: true },
	});
	if (revises !== null)
		await tx.$executeRaw`
			insert into draft_file (draft_id, path, bytes, stored_at)
			select ${draft.id}::uuid, f.path, f.bytes, 0 from revision_file f join revision r on r.id = f.revision_id
			where r.change_id = ${revises.changeId}::uuid and r.number = ${revises.revision}`;
	await keepFiles(tx, { draftId: draft.id, kept });
	return { ...draft, savedAt: draft.savedAt.toISOString() };
}

/** A further save; null when the draft has moved on since. */
async function advance(tx: StoreTransaction, { actor, revises, basis, text, kept }: Saving): Promise<DraftState | null> {
	if (revises !== null) await refuseOtherPerson(tx, { actor, changeId: revises.changeId });
	const savedAt = new Date();
	const { count } = await tx.draft.updateMany({
		where: { ...basis, personId: actor.id, changeId: revises?.changeId ?? null },
		data: { ...text, version: basis.version + 1, savedAt },
	});
	if (count === 0) return null;
	await keepFiles(tx, { draftId: basis.id, kept });
	return { id: basis.id, version: basis.version + 1, savedAt: savedAt.toISOString() };
}

/** The person's draft of this revision, or the new change's by its id. */
async function stateOf(tx: StoreTransaction, { actor, revises, basis }: Saving): Promise<DraftState | null> {
	const which = revises ? { changeId: revises.changeId } : { id: basis.id, changeId: null };
	const draft = await tx.draft.findFirst({ where: { ...which, personId: actor.id }, select: { id: true, version: true, savedAt: true } });
	return draft && { ...draft, savedAt: draft.savedAt.toISOString() };
}

/** Whether the draft is what this save wanted to make it: then an earlier attempt was stored, and only its answer was lost. */
async function isAsSent(tx: StoreTransaction, current: DraftState, { text, files, kept }: Saving): Promise<boolean> {
	const { id, version } = current;
	const stored = await tx.draft.findUniqueOrThrow({ where: { id }, select: TEXT_COLUMNS });
	if (!isDeepStrictEqual(stored, text)) return false;
	const held = await tx.draftFile.findMany({ where: { draftId: id }, select: { path: true, storedAt: true, bytes: true } });
	const has = (path: string, storedAt: number, bytes?: Buffer) =>
		held.some((file) => file.path === path && file.storedAt === storedAt && (!bytes || bytes.equals(file.bytes)));
	return (
		held.length === files.length + kept.length &&
		files.every(({ path, bytes }) => has(path, version, bytes)) &&
		kept.every(({ path, storedAt }) => has(path, storedAt))
	);
}

async function refuseOtherRevision(tx: StoreTransaction, { actor, revises }: { actor: Actor; revises: Revised }): Promise<void> {
	const change = await lockChange(tx, revises.changeId);
	permit(mayRevise(actor, change));
	const name = changeName(change.number);
	if (change.status === 'withdrawn' || change.status === 'closed')
		throw new Refusal('conflict', `${name} can have no draft any more: ${STATUS_TITLE[change.status].toLowerCase()}.`);
	if (change.currentRevision !== revises.revision)
		throw new Refusal('conflict', `${name} was revised after you opened this page. Reload the page.`);
}

async function refuseOtherPerson(tx: StoreTransaction, { actor, changeId }: { actor: Actor; changeId: string }): Promise<void> {
	const change = await tx.change.findUnique({ where: { id: changeId }, select: { requesterId: true } });
	if (!change) throw new Refusal('not_found', 'There is no such change.');
	permit(mayRevise(actor, change));
}

function permit(allowed: true | string): void {
	if (allowed !== true) throw new Refusal('forbidden', allowed);
}
