'use client';

import { useRouter } from 'next/navigation';
import { type FormEvent, startTransition, useActionState, useEffect, useRef, useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { Select, TextArea, TextInput } from '#components/ui/field.tsx';
import { LiveRegion } from '#components/ui/live-region.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { answerOr, UNANSWERED } from '#components/ui/unanswered.ts';
import { RISKS, type Risk } from '#lib/domain/change.ts';
import type { Finding } from '#lib/domain/finding.ts';
import { type ChosenFile, defaultManifestText } from './bundle-files.ts';
import { BundlePicker } from './bundle-picker.tsx';
import { FindingList } from './finding-list.tsx';
import { ManifestField } from './manifest-field.tsx';
import { ResponderChoice } from './responder-choice.tsx';
import { useDraft } from './use-draft.ts';
import { useManifest } from './use-manifest.ts';

type Refused = { message: string; findings: Finding[]; fields: Record<string, string>; errorId: string | null };
type Filed = { ok: true; value: { number: number } } | { ok: false; refusal: Refused };
const LOST: Filed = { ok: false, refusal: { message: UNANSWERED, findings: [], fields: {}, errorId: null } };
export type ChangeDraft = {
	target: string;
	title: string;
	reason: string;
	whyNotStaging: string;
	risk: Risk | '';
	responders: string[];
	sqlName: string;
	sql: string;
	/** What the requester wrote; null: the default one is used. */
	manifest: string | null;
};
const FIELDS = ['target', 'title', 'reason', 'whyNotStaging', 'risk'] as const;

/** Filing a change, or a new revision of one. Text is kept as it is typed; a refusal loses nothing and shows all that is wrong at once. */
export function ChangeForm({
	action,
	draftKey,
	initial,
	keptFiles = [],
	targets,
	people,
	isTargetFixed = false,
	submitLabel,
}: {
	action: (form: FormData) => Promise<Filed>;
	draftKey: string;
	initial: ChangeDraft;
	keptFiles?: { path: string; size: number }[];
	targets: { name: string; window: string }[];
	people: { id: string; name: string; roles: string }[];
	isTargetFixed?: boolean;
	submitLabel: string;
}) {
	const router = useRouter();
	// A default manifest follows the files; kept as written it would not name the ones that are added.
	const isDefault = initial.manifest === defaultManifestText(keptFiles.map((file) => file.path));
	const begun = isDefault ? { ...initial, manifest: null } : initial;
	const { draft, change, forget, isRestored } = useDraft(draftKey, begun);
	const [files, setFiles] = useState<ChosenFile[]>(() => keptFiles.map((file) => ({ ...file, file: null })));
	const form = useRef<HTMLFormElement>(null);
	const [result, submit, isPending] = useActionState((_before: Filed | null, sent: FormData) => answerOr(action(sent), LOST), null);
	const refusal = result && !result.ok ? result.refusal : null;
	const paths = [...files.map((file) => file.path), ...(draft.sql === '' ? [] : [draft.sqlName])];
	const write = (manifest: string | null) => change({ manifest });
	const { offered, take, use } = useManifest({ written: draft.manifest, initial: begun.manifest, onWrite: write });
	const made = paths.length > 0 ? defaultManifestText(paths) : null;
	const manifest = draft.manifest ?? made ?? '';
	// Somebody who was named may not be offered any more.
	const responders = draft.responders.filter((id) => people.some((person) => person.id === id));

	useEffect(() => {
		if (result?.ok) {
			forget();
			router.push(`/changes/${result.value.number}`);
		}
		if (result && !result.ok) form.current?.querySelector<HTMLElement>('[aria-invalid="true"], [data-refusal]')?.focus();
	}, [result, forget, router]);

	function send(event: FormEvent<HTMLFormElement>) {
		event.preventDefault();
		if (isPending) return;
		const sent = new FormData();
		for (const name of FIELDS) sent.append(name, draft[name]);
		for (const id of responders) sent.append('responders', id);
		for (const { path, file } of files) {
			sent.append(file === null ? 'keep' : 'path', path);
			if (file !== null) sent.append('file', file, 'file');
		}
		if (draft.sql !== '') {
			sent.append('path', draft.sqlName);
			sent.append('file', new Blob([draft.sql]), 'file');
		}
		if (manifest !== '') sent.append('manifest', new Blob([manifest]), 'manifest');
		startTransition(() => submit(sent));
	}

	const window = targets.find((target) => target.name === draft.target)?.window;
	return (
		<form ref={form} onSubmit={send} noValidate className="grid grid-cols-1 gap-7">
			<LiveRegion urgency="assertive">{refusal ? countWords(refusal) : ''}</LiveRegion>
			{isRestored && !refusal && <p className="text-sm text-ink-2">Your draft was kept in this browser. Files must be chosen again.</p>}
			{refusal && <Refusal refusal={refusal} />}
			<div className="grid gap-4 sm:max-w-[720px]">
				<Select
					id="target"
					label="Target"
					value={draft.target}
					disabled={isTargetFixed}
					onChange={(event) => change({ target: event.target.value })}
					error={refusal?.fields.target}
					hint={window ? `It may be changed ${window}` : 'A production database. Whoever runs the console defines them.'}
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
					hint="What for, and why now. The signers read it."
					value={draft.reason}
					onChange={(event) => change({ reason: event.target.value })}
					error={refusal?.fields.reason}
				/>
				<TextArea
					id="whyNotStaging"
					label="Why not staging → production"
					hint="What makes the usual way impossible."
					value={draft.whyNotStaging}
					onChange={(event) => change({ whyNotStaging: event.target.value })}
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
			<section aria-labelledby="bundle" className="grid grid-cols-1 gap-3">
				<h2 id="bundle" className="text-lg font-semibold tracking-[-0.01em]">
					Bundle
				</h2>
				<BundlePicker
					files={files}
					onFiles={(next, found) => {
						setFiles(next);
						if (found !== null) take(found);
					}}
					pasted={draft}
					onPasted={change}
				/>
				<ManifestField made={made} written={draft.manifest} offered={offered} onWrite={write} onUse={use} />
			</section>
			<div className="flex flex-wrap items-center gap-x-4 gap-y-2">
				<Button kind="primary" type="submit" size="large" aria-disabled={isPending || undefined} className="max-sm:w-full">
					{isPending ? 'Checking and filing…' : submitLabel}
				</Button>
				<p className="prose text-sm text-ink-2">
					Filing checks every statement with PostgreSQL’s own parser and changes nothing on the target.
				</p>
			</div>
		</form>
	);
}

function Refusal({ refusal }: { refusal: Refused }) {
	return (
		<div data-refusal tabIndex={-1} className="grid gap-4 rounded-lg">
			<Notice tone="fail" title={refusal.message}>
				{refusal.errorId && <p>Error id {refusal.errorId}</p>}
				What you typed and chose is still here.
			</Notice>
			{refusal.findings.length > 0 && <FindingList findings={refusal.findings} />}
		</div>
	);
}

function countWords({ message, findings, fields }: Refused): string {
	const count = findings.length + Object.keys(fields).length;
	return count > 0 ? `Refused: ${count} ${count === 1 ? 'thing' : 'things'} to put right.` : `Refused: ${message}`;
}
