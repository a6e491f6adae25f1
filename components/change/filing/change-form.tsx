'use client';

import { useRouter } from 'next/navigation';
import { type FormEvent, startTransition, useActionState, useEffect, useMemo, useRef, useState } from 'react';
import { Button } from '#components/ui/form/button.tsx';
import { Select, TextArea, TextInput } from '#components/ui/form/field.tsx';
import { answerOr, UNANSWERED } from '#components/ui/form/unanswered.ts';
import { LiveRegion } from '#components/ui/live-region.tsx';
import type { Finding } from '#lib/domain/bundle/finding.ts';
import { RISKS, type Risk } from '#lib/domain/change.ts';
import type { DraftText, Revised } from '#lib/domain/draft.ts';
import { BundleSection } from './bundle-section.tsx';
import type { Written } from './checking/found-so-far.ts';
import { useCheck } from './checking/use-check.ts';
import { type Drafted, sentDraft } from './draft-files.ts';
import { defaultManifestText } from './files/chosen-files.ts';
import { useManifest } from './manifest/use-manifest.ts';
import { RefusalNotice, type Refused, refusalWords } from './refusal.tsx';
import { ResponderChoice } from './responder-choice.tsx';
import { ConflictNotice, SaveLine } from './save-line.tsx';
import { type FormTarget, StagingField } from './staging-field.tsx';
import { TemplateChoice, type Templates } from './template-choice.tsx';
import { type SaveAnswer, useDraft } from './use-draft.ts';

type Filed = { ok: true; value: { number: number } } | { ok: false; refusal: Refused };
const LOST: Filed = { ok: false, refusal: { message: UNANSWERED, findings: [], fields: {}, errorId: null } };
const FIELDS = ['target', 'title', 'reason', 'whyNotStaging', 'risk'] as const;

/**
 * Files a change, or a new revision of one. What is typed and chosen is saved on the way; a refusal loses nothing and shows all problems
 * at once.
 */
export function ChangeForm({
	action,
	save,
	draftId,
	savedAt,
	version,
	keepKey,
	revises,
	initial,
	files: kept = [],
	templates,
	targets,
	people,
	submitLabel,
}: {
	action: (form: FormData) => Promise<Filed>;
	save: (form: FormData) => Promise<SaveAnswer>;
	/** The draft's id, before its first save too, when its version is 0 and `savedAt` null. */
	draftId: string;
	version: number;
	savedAt: string | null;
	/** Under what this browser keeps what is not saved yet: a key for this person, and for the revision that they revise. */
	keepKey: string;
	/** Null for a new change: its draft has an address of its own, and its target is still to be chosen. */
	revises: Revised | null;
	initial: DraftText;
	files?: { path: string; size: number; storedAt: number }[];
	/** What the bundle may begin from. */
	templates?: Templates;
	targets: FormTarget[];
	people: { id: string; name: string; roles: string }[];
	submitLabel: string;
}) {
	const router = useRouter();
	const isNew = revises === null;
	const [opened] = useState<Drafted>(() => asOpened({ id: draftId, version, initial, kept }));
	const {
		text: draft,
		files,
		...drafted
	} = useDraft({
		opened,
		savedAt,
		localKey: (basis) => (isNew ? `${keepKey}.${basis.version === 0 ? 'new' : basis.id}` : keepKey),
		save,
		onSaved: (id) => isNew && showDraftInAddress(id),
		onSavedAway: router.refresh,
	});
	const { basis, change, editFiles, load, state, hold, resume, forget } = drafted;
	const form = useRef<HTMLFormElement>(null);
	const conflict = useRef<HTMLDivElement>(null);
	const [result, submit, isPending] = useActionState((_before: Filed | null, sent: FormData) => answerOr(action(sent), LOST), null);
	const refusal = result && !result.ok ? result.refusal : null;
	const [accepted, setAccepted] = useState<readonly string[]>([]);
	const onAccept = (name: string, isAccepted: boolean) =>
		setAccepted((names) => [...names.filter((other) => other !== name), ...(isAccepted ? [name] : [])]);
	const write = (manifest: string | null) => change({ manifest });
	const made = files.length > 0 ? defaultManifestText(files.map((file) => file.path)) : null;
	const manifest = draft.manifest ?? made ?? '';
	const { offered, take, use, edits } = useManifest({ written: draft.manifest, made, initial: opened.text.manifest, onWrite: write });
	const written = useMemo<Written>(() => ({ files, manifest, target: draft.target }), [files, manifest, draft.target]);
	const keptIn = useMemo(() => ({ basis, revises }), [basis, revises]);
	const checked = useCheck(written, keptIn);
	const sentWritten = useRef(written);
	const [told, setTold] = useState<{ findings: Finding[]; of: Written } | null>(null);
	// A person in the draft may no longer be a possible responder.
	const responders = draft.responders.filter((id) => people.some((person) => person.id === id));

	useEffect(() => {
		if (result?.ok) {
			forget();
			router.push(`/changes/${result.value.number}`);
			// Not by the action: this page would be rendered again first, and its draft is filed.
			router.refresh();
		}
		if (result && !result.ok) {
			resume();
			setTold({ findings: result.refusal.findings, of: sentWritten.current });
			form.current?.querySelector<HTMLElement>('[aria-invalid="true"], [data-refusal]')?.focus();
		}
	}, [result, forget, resume, router]);

	async function send(event: FormEvent<HTMLFormElement>) {
		event.preventDefault();
		if (isPending) return;
		const held = await hold();
		if (held === null) return conflict.current?.focus();
		const sent = sentDraft(held);
		sentWritten.current = written;
		for (const name of FIELDS) sent.append(name, draft[name]);
		for (const id of responders) sent.append('responders', id);
		for (const name of accepted) sent.append('accepted', name);
		if (manifest !== '') sent.append('manifest', new Blob([manifest]), 'manifest');
		startTransition(() => submit(sent));
	}

	const chosen = targets.find((target) => target.name === draft.target);
	return (
		<form
			ref={form}
			onSubmit={send}
			noValidate
			// What is focused is not left under the bar.
			className="grid grid-cols-1 gap-7 [&_:is(input,select,textarea,button)]:scroll-mb-36"
		>
			<LiveRegion urgency="assertive">{refusal ? refusalWords(refusal) : ''}</LiveRegion>
			{refusal && <RefusalNotice refusal={refusal} />}
			<div className="grid gap-4 sm:max-w-[720px]">
				<Select
					id="target"
					label="Target"
					value={draft.target}
					disabled={!isNew}
					onChange={(event) => change({ target: event.target.value })}
					error={refusal?.fields.target}
					hint={chosen ? `It may be changed ${chosen.window}` : 'A database, defined by whoever runs the console.'}
				>
					<option value="">Choose…</option>
					{targets.map((target) => (
						<option key={target.name} value={target.name}>
							{target.name}
						</option>
					))}
				</Select>
				<TextInput
					id="title"
					label="Title"
					value={draft.title}
					maxLength={200}
					onChange={(event) => change({ title: event.target.value })}
					error={refusal?.fields.title}
				/>
				<TextArea
					id="reason"
					label="Reason"
					hint="What it is for, and why now. The signers read it."
					value={draft.reason}
					onChange={(event) => change({ reason: event.target.value })}
					error={refusal?.fields.reason}
				/>
				<StagingField
					target={chosen ?? null}
					route={checked.route}
					value={draft.whyNotStaging}
					onChange={(whyNotStaging) => change({ whyNotStaging })}
					error={refusal?.fields.whyNotStaging}
				/>
				<Select
					id="risk"
					label="Risk"
					value={draft.risk}
					onChange={(event) => change({ risk: event.target.value as Risk })}
					error={refusal?.fields.risk}
					className="sm:max-w-60"
				>
					<option value="">Choose…</option>
					{RISKS.map((risk) => (
						<option key={risk} value={risk}>
							{risk[0]?.toUpperCase()}
							{risk.slice(1)}
						</option>
					))}
				</Select>
				<ResponderChoice
					people={people}
					chosen={responders}
					onChange={(ids) => change({ responders: ids })}
					error={refusal?.fields.responders}
				/>
			</div>
			<BundleSection
				written={written}
				kept={keptIn}
				checked={checked}
				told={told}
				accepting={{ accepted, onAccept }}
				manifest={{ made, written: draft.manifest, offered, nameable: chosen?.nameable ?? null, onWrite: write, onUse: use }}
				edits={edits}
				beginnings={
					templates && (
						<TemplateChoice
							{...templates}
							holds={files.length > 0 || draft.manifest !== null}
							onUse={(template) => {
								editFiles(() => template.files);
								if (template.manifest === null) write(null);
								else use(template.manifest);
							}}
						/>
					)
				}
				editFiles={(edit, found = null) => {
					editFiles(edit);
					if (found !== null) take(found);
				}}
				onLoaded={load}
			/>
			<p className="prose text-sm text-ink-2">
				Filing checks every statement with PostgreSQL’s own parser and changes nothing on the target.
			</p>
			<div className="sticky bottom-[calc(52px+env(safe-area-inset-bottom))] z-10 -mx-3 -mt-3 grid gap-3 border-t border-line bg-bg px-3 py-3 sm:bottom-0">
				{state.kind === 'conflict' && (
					<div ref={conflict} tabIndex={-1} className="rounded-lg">
						<ConflictNotice
							current={state.current}
							onLoad={() => {
								forget();
								location.assign(isNew ? `/changes/new?draft=${state.current?.id}` : location.pathname);
							}}
							onOverwrite={() => drafted.overwrite(state.current)}
						/>
					</div>
				)}
				<div className="flex flex-wrap items-center gap-x-4 gap-y-2">
					<Button kind="primary" type="submit" size="large" aria-disabled={isPending || undefined}>
						{isPending ? 'Checking and filing…' : submitLabel}
					</Button>
					<SaveLine state={state} onRetry={drafted.flush} />
				</div>
			</div>
		</form>
	);
}

type Opening = { id: string; version: number; initial: DraftText; kept: { path: string; size: number; storedAt: number }[] };

/** The default manifest follows the files. Kept as text it would not name files that are added later. */
function asOpened({ id, version, initial, kept }: Opening): Drafted {
	const isDefault = initial.manifest === defaultManifestText(kept.map((file) => file.path));
	return {
		basis: { id, version },
		text: isDefault ? { ...initial, manifest: null } : initial,
		files: kept.map((file) => ({ ...file, file: null })),
	};
}

/** So that a reload opens the draft. Not again and again: each time takes back what the router is about to show. */
function showDraftInAddress(id: string): void {
	const address = `/changes/new?draft=${id}`;
	if (!window.location.href.endsWith(address)) window.history.replaceState(null, '', address);
}
