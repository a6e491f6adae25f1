'use client';

import { FolderUp } from 'lucide-react';
import { type DragEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { Button } from '#components/ui/form/button.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { MAX_BUNDLE_BYTES, MAX_STATEMENTS } from '#lib/domain/bundle/limits.ts';
import { asBundle, type Chosen, type Picked, readDropped } from './chosen-files.ts';
import { unpackPicked, type ZipProblem } from './unpack-zip.ts';

/** Where files come from: dropped, chosen as files or as a folder; `children` is a further way. */
export function DropZone({ onChoose, children }: { onChoose: (chosen: Chosen) => void; children: ReactNode }) {
	const [isOver, setIsOver] = useState(false);
	const [problem, setProblem] = useState<ZipProblem | null>(null);
	const filesInput = useRef<HTMLInputElement>(null);
	const folderInput = useRef<HTMLInputElement>(null);

	async function take(picked: Picked[]) {
		const unpacked = await unpackPicked(picked);
		setProblem(unpacked.ok ? null : unpacked.problem);
		if (unpacked.ok) onChoose(await asBundle(unpacked.files));
	}

	async function choose(input: HTMLInputElement) {
		await take([...(input.files ?? [])].map((file) => ({ path: file.webkitRelativePath || file.name, file })));
		input.value = '';
	}

	const chosenEarly = useRef(choose);
	useEffect(() => {
		// What was chosen before this script had loaded told nobody.
		for (const input of [filesInput.current, folderInput.current]) if (input?.files?.length) void chosenEarly.current(input);
	}, []);

	async function drop(event: DragEvent) {
		event.preventDefault();
		setIsOver(false);
		await take(await readDropped(event.dataTransfer.items));
	}

	return (
		<>
			<fieldset
				onDragOver={(event) => {
					event.preventDefault();
					setIsOver(true);
				}}
				onDragLeave={() => setIsOver(false)}
				onDrop={drop}
				className={`grid justify-items-center gap-3 rounded-lg border border-dashed px-4 py-5 text-center ${isOver ? 'border-accent bg-accent-soft' : 'border-line-strong bg-panel'}`}
			>
				<legend className="sr-only">Add files to the bundle</legend>
				<p className="flex items-center gap-2 font-medium">
					<FolderUp className="size-5 flex-none text-ink-3" strokeWidth={1.75} aria-hidden />
					Drop a folder, a .zip of one, or .sql files here
				</p>
				<div className="flex flex-wrap justify-center gap-2">
					<Button onClick={() => folderInput.current?.click()} className="max-sm:h-11">
						Choose a folder
					</Button>
					<Button onClick={() => filesInput.current?.click()} className="max-sm:h-11">
						Choose files
					</Button>
					{children}
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
			{problem && (
				<Notice tone="fail" title={problem.message} announce>
					{problem.instead}
				</Notice>
			)}
		</>
	);
}
