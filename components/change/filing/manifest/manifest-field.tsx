'use client';

import { useCallback, useMemo, useRef } from 'react';
import { CodeField } from '#components/change/code/code-field.tsx';
import { Button } from '#components/ui/form/button.tsx';
import { Notice } from '#components/ui/notice.tsx';
import type { Finding } from '#lib/domain/bundle/finding.ts';
import type { Nameable, TargetNames } from '#lib/domain/target/names.ts';
import type { CodePlace } from '../../code/code-editor.tsx';
import { completeManifest, type Names } from './complete-manifest.ts';
import { formedManifest } from './fields.tsx';
import { ManifestForm } from './manifest-form.tsx';
import { type ReadText, readManifestText } from './manifest-text.ts';

const MADE = 'Generated from the files, in path order. Edit it to set the order, timeouts, trial queries, verifications and smoke tests.';
const WRITTEN = 'Written or chosen by you. It is signed with the files.';

export type ManifestProps = {
	/** The default manifest; null while there are no files. */
	made: string | null;
	written: string | null;
	/** The manifest of a dropped folder, when it differs from what was written. */
	offered: string | null;
	target: string;
	/** What the target's catalog holds. */
	catalog: TargetNames;
	/** What the target's definition allows to be named; null while none is chosen. */
	nameable: Nameable | null;
	paths: string[];
	findings: Finding[];
	goTo: CodePlace | null;
	onWrite: (manifest: string | null) => void;
	onUse: (offered: string) => void;
};

/**
 * The manifest to file: generated from the files until somebody writes one, as a form or as text. Both are the same text. Without files there
 * is nothing to show yet.
 */
export function ManifestField({ made, written, offered, target, catalog, nameable, paths, findings, goTo, onWrite, onUse }: ManifestProps) {
	const { relations, why } = catalog;
	const names = useMemo<Names>(() => ({ ...(nameable ?? NOTHING), relations, files: paths }), [nameable, relations, paths]);
	const namesNow = useRef(names);
	namesNow.current = names;
	const complete = useCallback((text: string, offset: number) => completeManifest(text, offset, namesNow.current), []);
	const text = written ?? made;
	const read = useMemo(() => (text === null ? null : readManifestText(text)), [text]);
	if (text === null || read === null) {
		return (
			<p className="prose text-sm text-ink-2">
				<span className="font-medium text-ink">manifest.yaml</span> appears here with the first file: the folder’s own, or one generated
				from the files in path order, for you to edit.
			</p>
		);
	}
	return (
		<section aria-labelledby="manifest-title" className="grid grid-cols-1 gap-3">
			<div>
				<h3 id="manifest-title" className="font-semibold">
					Manifest
				</h3>
				<p className="prose text-sm text-ink-2">
					{written === null ? MADE : WRITTEN}
					{why !== null && ` ${target} did not say which tables it has (${why}): they are not offered.`}
				</p>
			</div>
			{offered !== null && written !== null && (
				<Notice tone="wait" announce title="The folder has a different manifest.yaml">
					<p>Your own text is kept below.</p>
					<Button size="small" className="mt-1.5" onClick={() => onUse(offered)}>
						Use the one from the folder
					</Button>
				</Notice>
			)}
			<div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-2">
				<FormSide read={read} text={text} names={names} onWrite={onWrite} />
				<section aria-label="The manifest as text" className="panel min-w-0 overflow-hidden">
					<h4 className="mono px-3.5 py-2 font-semibold">manifest.yaml</h4>
					<CodeField
						label="manifest.yaml"
						language="yaml"
						text={text}
						findings={findings}
						goTo={goTo}
						complete={complete}
						onChange={onWrite}
					/>
				</section>
			</div>
			{written !== null && (
				<div>
					<Button size="small" onClick={() => onWrite(null)}>
						Use the default manifest
					</Button>
				</div>
			)}
		</section>
	);
}

const NOTHING: Nameable = { trialRoles: [], smokeTestRoles: [], services: [] };

/** The form; while the text cannot be read it waits, and what it had is in the text. */
function FormSide({ read, text, names, onWrite }: { read: ReadText; text: string; names: Names; onWrite: (text: string) => void }) {
	return (
		<section aria-label="The manifest as a form" className="panel min-w-0 overflow-hidden">
			<h4 className="px-3.5 py-2 font-semibold">As a form</h4>
			{read.ok ? (
				<ManifestForm manifest={formedManifest(read.value, text, onWrite)} names={names} />
			) : (
				<div className="border-t border-line p-3.5">
					<Notice tone="wait" announce title={`The form waits for the text: line ${read.line} of manifest.yaml`}>
						{read.why} Your text is kept as it is, and the form comes back when it can be read.
					</Notice>
				</div>
			)}
		</section>
	);
}
