'use client';

import { CodeField } from '#components/change/code/code-field.tsx';
import { Button } from '#components/ui/form/button.tsx';
import { Notice } from '#components/ui/notice.tsx';
import type { Finding } from '#lib/domain/bundle/finding.ts';
import type { SchemaNames } from '#lib/domain/target/names.ts';
import { formatBytes } from '#lib/domain/wording/format-bytes.ts';
import type { CodePlace } from '../../code/code-editor.tsx';
import type { ChosenFile } from './chosen-files.ts';
import { type Kept, type OpenedText, useFileText } from './use-file-text.ts';

type Props = {
	file: ChosenFile;
	kept: Kept;
	/** What the target holds, to be completed. */
	names: SchemaNames[];
	findings: Finding[];
	goTo: CodePlace | null;
	onLoaded: (chosen: ChosenFile, file: File) => void;
	onWrite: (text: string) => void;
};

/** One file of the bundle, to be written. */
export function FileEditor({ file, kept, names, findings, goTo, onLoaded, onWrite }: Props) {
	const { text, again } = useFileText(file, kept, onLoaded);
	return (
		<section aria-label={`Text of ${file.path}`} className="panel min-w-0 overflow-hidden">
			<header className="flex flex-wrap items-baseline gap-x-3 px-3.5 py-2">
				<h3 className="mono min-w-0 font-semibold [overflow-wrap:anywhere]">{file.path}</h3>
				<span className="mono text-sm text-ink-2 sm:ml-auto">{formatBytes(file.size)}</span>
			</header>
			{text.kind === 'text' ? (
				<CodeField label={file.path} language="sql" names={names} text={text.text} findings={findings} goTo={goTo} onChange={onWrite} />
			) : (
				<div className="border-t border-line p-3.5">
					<NoText text={text} onAgain={again} />
				</div>
			)}
		</section>
	);
}

function NoText({ text, onAgain }: { text: Exclude<OpenedText, { kind: 'text' }>; onAgain: () => void }) {
	if (text.kind === 'loading') return <p className="text-ink-2">Loading the file…</p>;
	if (text.kind === 'lost') {
		return (
			<Notice tone="wait" announce title={`The file could not be loaded: ${text.why}`}>
				<Button size="small" className="mt-1.5" onClick={onAgain}>
					Try again
				</Button>
			</Notice>
		);
	}
	const why = text.kind === 'too_large' ? 'This file is too large to be written here' : 'This file is not UTF-8 text';
	return (
		<Notice tone="neutral" title={why}>
			It is in the bundle as it was chosen. To change it, choose it again under the same path.
		</Notice>
	);
}
