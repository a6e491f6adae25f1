'use client';

import { type ReactNode, useMemo, useRef, useState } from 'react';
import { Button } from '#components/ui/form/button.tsx';
import type { Finding } from '#lib/domain/bundle/finding.ts';
import { MANIFEST_NAME } from '#lib/domain/bundle/limits.ts';
import type { Accepting } from './checking/finding-list.tsx';
import { Findings } from './checking/findings.tsx';
import { stillTold, type Written } from './checking/found-so-far.ts';
import type { Checked } from './checking/use-check.ts';
import { type ChosenFile, freePath, wrongWithRename, wrongWithSqlPath } from './files/chosen-files.ts';
import { DropZone } from './files/drop-zone.tsx';
import { FileEditor } from './files/file-editor.tsx';
import { FileTree } from './files/file-tree.tsx';
import { FileWeight } from './files/file-weight.tsx';
import { NameForm } from './files/name-form.tsx';
import { someOf, UndoNotice } from './files/undo-notice.tsx';
import type { Kept } from './files/use-file-text.ts';
import { ManifestField, type ManifestProps } from './manifest/manifest-field.tsx';
import { type Phase, phasesIn } from './manifest/manifest-text.ts';
import type { ManifestEdits } from './manifest/use-manifest.ts';
import { useNames } from './manifest/use-names.ts';
import { type EditFiles, useBundle } from './use-bundle.ts';

type Props = {
	written: Written;
	kept: Kept;
	/** What the console's check has found in it. */
	checked: Checked;
	/** What filing found when it refused, and in what. */
	told: { findings: Finding[]; of: Written } | null;
	accepting: Accepting;
	manifest: Omit<ManifestProps, 'findings' | 'goTo' | 'paths' | 'target' | 'catalog'>;
	edits: ManifestEdits;
	/** What the bundle may begin from. */
	beginnings: ReactNode;
	editFiles: EditFiles;
	onLoaded: (chosen: ChosenFile, file: File) => void;
};

/** The bundle: its files, one of them in the editor, its manifest, and what is wrong with them. */
export function BundleSection({ written, kept, checked, told, accepting, manifest, edits, beginnings, editFiles, onLoaded }: Props) {
	const { files } = written;
	const [isNaming, setIsNaming] = useState(false);
	const { shown, placeIn, leftOut, done, ...bundle } = useBundle({ files, kept, editFiles, manifest: edits });
	const { state, findings: found, catalog } = checked;
	const findings = useMemo(() => [...found, ...stillTold(told, written, found)], [found, told, written]);
	const byFile = useMemo(() => Map.groupBy(findings, ({ file }) => file), [findings]);
	const names = useNames(written.target);
	const about = (path: string) => byFile.get(path) ?? NONE;
	const paths = useSameList(files.map(({ path }) => path));
	const phases = useMemo(() => phasesIn(written.manifest) ?? NO_PHASES, [written.manifest]);

	return (
		<section aria-labelledby="bundle" className="grid grid-cols-1 gap-4">
			<h2 id="bundle" className="text-lg font-semibold tracking-[-0.01em]">
				Bundle
			</h2>
			{beginnings}
			<DropZone onChoose={bundle.add}>
				<Button onClick={() => setIsNaming(true)} className="max-sm:h-11">
					Write or paste SQL
				</Button>
			</DropZone>
			{isNaming && (
				<NameForm
					label="File name"
					initial={freePath(files, 'change.sql')}
					submitLabel="Write it"
					wrongWith={wrongWithSqlPath}
					hint={(path) => (files.some((file) => file.path === path) ? 'This file is there already: it opens.' : undefined)}
					onSubmit={(path) => {
						setIsNaming(false);
						bundle.begin(path);
					}}
					onCancel={() => setIsNaming(false)}
				/>
			)}
			{leftOut.length > 0 && <p className="prose text-sm text-ink-2">Ignored, because they are not SQL: {someOf(leftOut)}</p>}
			{done && <UndoNotice {...done} />}
			{shown && (
				<div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-[minmax(220px,300px)_minmax(0,1fr)]">
					<div className="grid min-w-0 grid-cols-1 gap-2">
						<FileWeight files={files} />
						<FileTree
							paths={paths}
							phases={phases}
							opened={shown.path}
							countOf={(path) => about(path).length}
							onOpen={bundle.show}
							wrongWith={(from, to) => wrongWithRename(paths, from, to)}
							onRename={bundle.rename}
							onMove={bundle.move}
							onPhase={bundle.putInPhase}
							onRemove={bundle.remove}
						/>
					</div>
					<FileEditor
						key={shown.path}
						file={shown}
						kept={kept}
						names={names.schemas}
						findings={about(shown.path)}
						goTo={placeIn(shown.path)}
						onLoaded={onLoaded}
						onWrite={(text) => bundle.write(shown.path, text)}
					/>
				</div>
			)}
			<Findings state={state} findings={findings} catalog={catalog} accepting={accepting} onGo={bundle.go} />
			<ManifestField
				{...manifest}
				target={written.target}
				catalog={names}
				paths={paths}
				findings={about(MANIFEST_NAME)}
				goTo={placeIn(MANIFEST_NAME)}
			/>
		</section>
	);
}

const NONE: Finding[] = [];
const NO_PHASES: Phase[] = [];

/** The list of before while it says the same: a letter typed into a file draws no tree again. */
function useSameList(list: string[]): string[] {
	const before = useRef(list);
	if (list.length !== before.current.length || list.some((one, index) => one !== before.current[index])) before.current = list;
	return before.current;
}
