'use client';

import { useState, useTransition } from 'react';
import { Dialog } from '#components/ui/dialog.tsx';
import { Button } from '#components/ui/form/button.tsx';
import { answerOr, UNANSWERED } from '#components/ui/form/unanswered.ts';
import { Notice } from '#components/ui/notice.tsx';
import { countWords } from '#lib/domain/wording/count-words.ts';
import type { ChosenFile } from './files/chosen-files.ts';

type Loaded =
	| { ok: true; value: { files: { path: string; bytes: Uint8Array<ArrayBuffer> }[]; manifest: string | null } }
	| { ok: false; refusal: { message: string } };
export type Templates = { offered: { name: string; description: string }[]; load: (name: string) => Promise<Loaded> };
type Used = { files: ChosenFile[]; manifest: string | null };

/** Bundles that the deployer has prepared. The one that is chosen takes the place of the files and the manifest; what is typed stays. */
export function TemplateChoice({ offered, load, holds, onUse }: Templates & { holds: boolean; onUse: (used: Used) => void }) {
	const [asked, setAsked] = useState<string | null>(null);
	const [refused, setRefused] = useState<string | null>(null);
	const [used, setUsed] = useState<string>('');
	const [isLoading, startLoading] = useTransition();

	function use(name: string) {
		setAsked(null);
		setRefused(null);
		startLoading(async () => {
			const loaded = await answerOr<Loaded>(load(name), { ok: false, refusal: { message: UNANSWERED } });
			if (!loaded.ok) return setRefused(loaded.refusal.message);
			const { manifest } = loaded.value;
			const files = loaded.value.files.map(({ path, bytes }) => ({
				path,
				size: bytes.length,
				file: new File([bytes], path),
				storedAt: null,
			}));
			onUse({ files, manifest });
			setUsed(`${countWords(files.length, 'file')}${manifest === null ? '' : ' and the manifest'} of ${name} are in the form.`);
		});
	}

	return (
		<details>
			<summary className="w-fit rounded-sm font-medium text-accent max-sm:py-2">Begin from a template</summary>
			<ul aria-label="Templates" className="panel mt-3 max-h-[340px] divide-y divide-line overflow-y-auto">
				{offered.map(({ name, description }) => (
					<li key={name} className="flex flex-wrap items-center gap-x-3 gap-y-1.5 px-3.5 py-2">
						<span className="min-w-0 flex-1 basis-60 [overflow-wrap:anywhere]">
							<span className="font-medium">{name}</span>
							{description !== '' && <span className="block text-sm text-ink-2">{description}</span>}
						</span>
						<Button
							size="small"
							aria-disabled={isLoading || undefined}
							onClick={() => !isLoading && (holds ? setAsked(name) : use(name))}
							className="max-sm:h-11"
						>
							Use<span className="sr-only"> {name}</span>
						</Button>
					</li>
				))}
			</ul>
			<p role="status" className="mt-2 text-sm text-ink-2">
				{used}
			</p>
			{refused && (
				<Notice tone="fail" title={refused} announce>
					Nothing in the form has changed.
				</Notice>
			)}
			<Dialog open={asked !== null} onClose={() => setAsked(null)} title={`Replace the bundle by ${asked ?? ''}?`}>
				<p className="prose">The files and the manifest of this form are replaced. What you have written above stays.</p>
				<div className="mt-4 flex flex-wrap justify-end gap-2">
					<Button onClick={() => setAsked(null)} className="max-sm:h-11 max-sm:flex-1">
						Cancel
					</Button>
					<Button kind="danger" onClick={() => asked !== null && use(asked)} className="max-sm:h-11 max-sm:flex-1">
						Replace
					</Button>
				</div>
			</Dialog>
		</details>
	);
}
