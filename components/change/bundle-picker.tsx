'use client';

import { FolderUp, X } from 'lucide-react';
import { type DragEvent, useRef, useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { TextArea, TextInput } from '#components/ui/field.tsx';
import { countWords } from '#lib/domain/count-words.ts';
import { formatBytes } from '#lib/domain/format-bytes.ts';
import { MAX_BUNDLE_BYTES, MAX_STATEMENTS } from '#lib/domain/manifest.ts';
import { asBundle, type Chosen, type ChosenFile, readDropped } from './bundle-files.ts';

type Pasted = { sqlName: string; sql: string };

/** The files of a bundle: dropped, chosen as files or as a folder, or pasted. New files take the place of those with their path. */
export function BundlePicker({
	files,
	onFiles,
	pasted,
	onPasted,
}: {
	files: ChosenFile[];
	onFiles: (files: ChosenFile[], manifest: string | null) => void;
	pasted: Pasted;
	onPasted: (part: Partial<Pasted>) => void;
}) {
	const [isOver, setIsOver] = useState(false);
	const [leftOut, setLeftOut] = useState<string[]>([]);
	const filesInput = useRef<HTMLInputElement>(null);
	const folderInput = useRef<HTMLInputElement>(null);

	function add(chosen: Chosen) {
		const replaced = new Set(chosen.files.map((file) => file.path));
		setLeftOut(chosen.leftOut);
		onFiles(
			[...files.filter((file) => !replaced.has(file.path)), ...chosen.files].sort((a, b) => (a.path < b.path ? -1 : 1)),
			chosen.manifest,
		);
	}

	async function choose(input: HTMLInputElement) {
		add(await asBundle([...(input.files ?? [])].map((file) => ({ path: file.webkitRelativePath || file.name, file }))));
		input.value = '';
	}

	async function drop(event: DragEvent) {
		event.preventDefault();
		setIsOver(false);
		add(await asBundle(await readDropped(event.dataTransfer.items)));
	}

	return (
		<div className="grid grid-cols-1 gap-4">
			<fieldset
				onDragOver={(event) => {
					event.preventDefault();
					setIsOver(true);
				}}
				onDragLeave={() => setIsOver(false)}
				onDrop={drop}
				className={`grid justify-items-center gap-3 rounded-lg border border-dashed px-4 py-6 text-center ${isOver ? 'border-accent bg-accent-soft' : 'border-line-strong bg-panel'}`}
			>
				<legend className="sr-only">Files of the bundle</legend>
				<FolderUp className="size-5 text-ink-3" strokeWidth={1.75} aria-hidden />
				<p className="font-medium">Drop a folder or .sql files here</p>
				<div className="flex flex-wrap justify-center gap-2">
					<Button onClick={() => folderInput.current?.click()} className="max-sm:h-11">
						Choose a folder
					</Button>
					<Button onClick={() => filesInput.current?.click()} className="max-sm:h-11">
						Choose files
					</Button>
				</div>
				<p className="text-sm text-ink-2">
					At most {MAX_BUNDLE_BYTES / 1024 / 1024} MB and {MAX_STATEMENTS.toLocaleString('en')} statements. A manifest.yaml at the top of
					the folder is used.
				</p>
				<input ref={filesInput} type="file" multiple hidden data-testid="files" onChange={(event) => choose(event.currentTarget)} />
				{/* A folder is chosen by an attribute that React's types do not know. */}
				<input
					ref={folderInput}
					type="file"
					multiple
					hidden
					data-testid="folder"
					{...{ webkitdirectory: '' }}
					onChange={(event) => choose(event.currentTarget)}
				/>
			</fieldset>
			{leftOut.length > 0 && (
				<p className="prose text-sm text-ink-2">
					Left out, because they are not SQL: {leftOut.slice(0, 5).join(', ')}
					{leftOut.length > 5 && ` and ${leftOut.length - 5} more`}
				</p>
			)}
			{files.length > 0 && (
				<FileTable
					files={files}
					onRemove={(path) =>
						onFiles(
							files.filter((file) => file.path !== path),
							null,
						)
					}
				/>
			)}
			<details className="group" open={pasted.sql !== '' || undefined}>
				<summary className="w-fit rounded-sm font-medium text-accent">Paste SQL instead, or as one more file</summary>
				<div className="mt-3 grid gap-3">
					<TextInput
						id="sqlName"
						label="File name"
						value={pasted.sqlName}
						onChange={(event) => onPasted({ sqlName: event.target.value })}
						className="sm:max-w-80"
					/>
					<TextArea id="sql" label="SQL" code rows={10} value={pasted.sql} onChange={(event) => onPasted({ sql: event.target.value })} />
				</div>
			</details>
		</div>
	);
}

function FileTable({ files, onRemove }: { files: ChosenFile[]; onRemove: (path: string) => void }) {
	const bytes = files.reduce((sum, file) => sum + file.size, 0);
	return (
		<div>
			<p role="status" className="mb-1.5 text-sm text-ink-2">
				{countWords(files.length, 'file')}, {formatBytes(bytes)}
				{bytes > MAX_BUNDLE_BYTES && <span className="text-fail"> — over the limit of {MAX_BUNDLE_BYTES / 1024 / 1024} MB</span>}
			</p>
			{/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
			<ul tabIndex={0} aria-label="Files of the bundle" className="panel max-h-[340px] divide-y divide-line overflow-y-auto">
				{files.map((file) => (
					<li key={file.path} className="flex h-9 items-center gap-3 pr-1 pl-3.5">
						<code className="min-w-0 flex-1 truncate" title={file.path}>
							{file.path}
						</code>
						{file.file === null && <span className="text-sm text-ink-3">kept</span>}
						<span className="mono text-ink-2">{formatBytes(file.size)}</span>
						<button
							type="button"
							onClick={() => onRemove(file.path)}
							className="grid size-8 flex-none place-items-center rounded-md text-ink-2 hover:bg-sunken hover:text-ink"
						>
							<X className="size-4" aria-hidden />
							<span className="sr-only">Remove {file.path}</span>
						</button>
					</li>
				))}
			</ul>
		</div>
	);
}
