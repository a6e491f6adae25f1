'use client';

import { type ComponentType, useEffect, useId, useState } from 'react';
import { TextArea } from '#components/ui/form/field.tsx';
import type { CodeEditorProps } from './code-editor.tsx';

type Editor = ComponentType<CodeEditorProps>;

/** The editor is heavy: only a page that shows one loads it, once. */
let loaded: Editor | null = null;

/** Code to be written: in an editor, or in a plain field where the editor cannot be loaded. The same text goes through both. */
export function CodeField(props: Omit<CodeEditorProps, 'describedBy'>) {
	const hintId = useId();
	const [editor, setEditor] = useState<{ Editor: Editor | null; isLost: boolean }>({ Editor: loaded, isLost: false });
	const { Editor, isLost } = editor;

	useEffect(() => {
		if (loaded) return setEditor({ Editor: loaded, isLost: false });
		let isGone = false;
		const show = (shown: typeof editor) => !isGone && setEditor(shown);
		import('./code-editor.tsx').then(
			(module) => {
				loaded = module.CodeEditor;
				show({ Editor: loaded, isLost: false });
			},
			() => show({ Editor: null, isLost: true }),
		);
		return () => {
			isGone = true;
		};
	}, []);

	if (isLost) return <PlainField {...props} />;
	return (
		<div>
			<div className="overflow-hidden border-y border-line">
				{Editor ? <Editor {...props} describedBy={hintId} /> : <p className="min-h-64 px-3.5 py-3 text-ink-2">Loading the editor…</p>}
			</div>
			<p id={hintId} className="px-3.5 py-1.5 text-sm text-ink-2 max-sm:hidden">
				Control and Space complete, Tab indents. To leave the editor by keyboard: <kbd>Escape</kbd>, then <kbd>Tab</kbd>.
			</p>
		</div>
	);
}

function PlainField({ label, text, onChange }: Omit<CodeEditorProps, 'describedBy'>) {
	const id = useId();
	return (
		<TextArea
			id={id}
			label={label}
			hint="The editor could not be loaded; this field does the same. Findings are in the list."
			code
			rows={16}
			value={text}
			onChange={(event) => onChange(event.target.value)}
			className="px-3.5 py-3"
		/>
	);
}
