'use client';

import { ArrowDown, ArrowUp, Merge, Split } from 'lucide-react';
import { useState } from 'react';
import { IconButton } from '#components/ui/form/icon-button.tsx';
import { countWords } from '#lib/domain/wording/count-words.ts';
import { type FormedManifest, ValueField, valueAt } from './fields.tsx';
import { withFileMoved, withPhaseJoined, withPhaseSplit } from './manifest-text.ts';

/** Beyond that the files of a phase are shown when somebody asks. */
const MANY = 12;

/** The phases with their files, in the order of execution. */
export function PhasesField({ manifest }: { manifest: FormedManifest }) {
	const written = (valueAt(manifest.value, ['phases']) ?? []) as { files?: unknown[] | null }[];
	// A list that is just begun is nothing yet.
	const phases = written.map(({ files }) => (files ?? []).map(String));
	const all = phases.flat();
	return (
		<ol className="grid grid-cols-1 gap-3">
			{phases.map((files, index) => (
				// biome-ignore lint/suspicious/noArrayIndexKey: phases have no other identity
				<li key={index} className="grid grid-cols-1 gap-2 rounded-md border border-line p-3">
					<div className="flex items-end gap-1">
						<ValueField manifest={manifest} path={['phases', index, 'name']} label={`Phase ${index + 1}`} className="min-w-0 flex-1" />
						{index > 0 && (
							<IconButton
								label={`Join phase ${index + 1} with the one before`}
								onPress={() => manifest.edit((text) => withPhaseJoined(text, index))}
							>
								<Merge className="size-4" aria-hidden />
							</IconButton>
						)}
					</div>
					<PhaseFiles manifest={manifest} files={files} all={all} splitName={`Phase ${index + 2}`} />
				</li>
			))}
		</ol>
	);
}

type FilesProps = { manifest: FormedManifest; files: string[]; all: string[]; splitName: string };

function PhaseFiles({ manifest, files, all, splitName }: FilesProps) {
	const [isShown, setIsShown] = useState(files.length <= MANY);
	return (
		<details open={isShown} onToggle={(event) => setIsShown(event.currentTarget.open)}>
			<summary className="w-fit rounded-sm text-sm text-ink-2">{countWords(files.length, 'file')}</summary>
			{isShown && (
				<ol className="mt-1 grid grid-cols-1">
					{files.map((path, at) => (
						// biome-ignore lint/suspicious/noArrayIndexKey: a path may be named twice
						<li key={`${at} ${path}`} className="flex items-center gap-1">
							<code className="min-w-0 flex-1 truncate" title={path}>
								{path}
							</code>
							<IconButton
								label={`Run ${path} earlier in the order`}
								isOff={path === all[0]}
								onPress={() => manifest.edit((text) => withFileMoved(text, path, -1))}
							>
								<ArrowUp className="size-4" aria-hidden />
							</IconButton>
							<IconButton
								label={`Run ${path} later in the order`}
								isOff={path === all.at(-1)}
								onPress={() => manifest.edit((text) => withFileMoved(text, path, 1))}
							>
								<ArrowDown className="size-4" aria-hidden />
							</IconButton>
							<IconButton
								label={`Begin a new phase with ${path}`}
								isOff={at === 0}
								onPress={() => manifest.edit((text) => withPhaseSplit(text, path, splitName))}
							>
								<Split className="size-4" aria-hidden />
							</IconButton>
						</li>
					))}
				</ol>
			)}
		</details>
	);
}
