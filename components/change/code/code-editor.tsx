'use client';

import { autocompletion, type CompletionContext, type CompletionResult, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { PostgreSQL, sql } from '@codemirror/lang-sql';
import { yaml } from '@codemirror/lang-yaml';
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { EditorState, type Extension, type Text } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, keymap } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import type { Finding, Severity } from '#lib/domain/bundle/finding.ts';
import type { SchemaNames } from '#lib/domain/target/names.ts';
import { completeNames } from './complete-names.ts';
import { EDITOR_LOOK } from './editor-look.ts';
import { editBetween, markedInLine, offsetInLine } from './place-in-line.ts';
import { shownCode } from './shown-code.ts';

/** 1-based; the column counts characters. A new object each time that the cursor must go there. */
export type CodePlace = { line: number; column: number };
export type CodeEditorProps = {
	label: string;
	/** The id of the words that say how to leave the editor by keyboard. */
	describedBy: string;
	language: 'sql' | 'yaml';
	/** The whole text. When it becomes another one than was typed here, only what differs is replaced. */
	text: string;
	/** Those about this text, with their lines. */
	findings: Finding[];
	goTo: CodePlace | null;
	/** What may stand at an offset of the text, instead of what stands there from `from` on; the language's own words by default. */
	complete?: (text: string, offset: number) => { from: number; options: string[] } | null;
	/** What a target holds, besides the words of SQL. */
	names?: SchemaNames[];
	onChange: (text: string) => void;
};

/** Text written with CodeMirror. Tab indents; Escape and then Tab leaves. */
export function CodeEditor({ language, text, findings, goTo, ...rest }: CodeEditorProps) {
	const place = useRef<HTMLDivElement>(null);
	const view = useRef<EditorView>(null);
	const given = useRef({ text, ...rest });
	given.current = { text, ...rest };
	/** What was typed here and did not come back as `text` yet. */
	const typed = useRef<string[]>([]);

	useEffect(() => {
		const parent = place.current;
		if (!parent) return;
		const onTyped = EditorView.updateListener.of((update) => {
			if (!update.docChanged || update.transactions.every((one) => one.isUserEvent('given'))) return;
			const now = update.state.sliceDoc();
			typed.current.push(now);
			given.current.onChange(now);
		});
		const attributes = EditorView.contentAttributes.of(() => ({
			'aria-label': given.current.label,
			'aria-describedby': given.current.describedBy,
			// What scrolls must be reachable by keyboard.
			tabindex: '0',
		}));
		const { complete } = given.current;
		const named = language === 'sql' ? completeNames(() => given.current.names ?? NO_NAMES) : [];
		const extensions = [editing(given.current.text), LANGUAGE[language](), named, completion(complete), attributes, onTyped];
		const made = new EditorView({ parent, doc: given.current.text, extensions });
		view.current = made;
		return () => {
			view.current = null;
			made.destroy();
		};
	}, [language]);

	useEffect(() => {
		const now = view.current?.state.sliceDoc();
		const known = typed.current.indexOf(text);
		// It comes back from the page, which may be a few letters behind.
		if (known !== -1) typed.current.splice(0, known + 1);
		if (known !== -1 || now === undefined || now === text) return;
		view.current?.dispatch({ changes: editBetween(now, text), userEvent: 'given' });
	}, [text]);

	useEffect(() => {
		const editor = view.current;
		if (editor) editor.dispatch(setDiagnostics(editor.state, diagnosticsOf(findings, editor.state.doc)));
	}, [findings]);

	useEffect(() => {
		const editor = view.current;
		if (!editor || !goTo) return;
		const anchor = positionOf(goTo, editor.state.doc);
		editor.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: 'center' }) });
		editor.focus();
	}, [goTo]);

	return <div ref={place} className="min-w-0" />;
}

const NO_NAMES: SchemaNames[] = [];

const LANGUAGE = { sql: () => sql({ dialect: PostgreSQL }), yaml: () => yaml() };

/** Comes when it is asked for, with Control and Space: while one types, Enter must end a line. */
function completion(complete: CodeEditorProps['complete']): Extension {
	const source = complete && (({ state, pos }: CompletionContext) => asResult(complete(state.sliceDoc(), pos)));
	return autocompletion({ activateOnTyping: false, icons: false, ...(source ? { override: [source] } : {}) });
}

function asResult(choices: ReturnType<NonNullable<CodeEditorProps['complete']>>): CompletionResult | null {
	return choices && { from: choices.from, options: choices.options.map((label) => ({ label })) };
}

function editing(text: string): Extension {
	return [
		lineBreaksAsIn(text),
		history(),
		drawSelection(),
		highlightActiveLine(),
		EditorState.tabSize.of(4),
		EditorView.lineWrapping,
		EditorView.domEventHandlers({ beforeinput: overSelected }),
		lintGutter(),
		keymap.of([...completionKeymap, indentWithTab, ...defaultKeymap, ...historyKeymap, ...lintKeymap]),
		EDITOR_LOOK,
		shownCode(),
	];
}

/**
 * Writes over what is selected. The browser would carry on the colours of what was there, as style attributes that the content security
 * policy refuses.
 */
function overSelected(event: InputEvent, view: EditorView): boolean {
	if (event.inputType !== 'insertText' || event.data === null || event.isComposing || view.state.selection.main.empty) return false;
	view.dispatch(view.state.replaceSelection(event.data), { userEvent: 'input.type', scrollIntoView: true });
	event.preventDefault();
	return true;
}

/**
 * What is not typed stays as it was, byte for byte: a file keeps its line breaks, and a stray carriage return is shown. In a text without any,
 * what is pasted loses those of Windows.
 */
function lineBreaksAsIn(text: string): Extension {
	if (!text.includes('\r')) return [];
	const lineBreak = /(^|[^\r])\n|\r(?!\n)/.test(text) ? '\n' : '\r\n';
	const pasted = EditorView.clipboardInputFilter.of((raw) => raw.replace(/\r\n?|\n/g, lineBreak));
	return [EditorState.lineSeparator.of(lineBreak), pasted];
}

const ASKS: Record<Severity, Diagnostic['severity']> = { blocks: 'error', accept: 'warning', note: 'info' };

function diagnosticsOf(findings: Finding[], doc: Text): Diagnostic[] {
	const placed = findings.flatMap((finding) => {
		if (finding.line === null || finding.line > doc.lines) return [];
		const line = doc.line(finding.line);
		const { from, to } = markedInLine(line.text, finding.column ?? 1);
		const { code, severity, message, instead } = finding;
		return [
			{ from: line.from + from, to: line.from + to, severity: ASKS[severity], source: code, message: `${message}\nInstead: ${instead}` },
		];
	});
	return placed.sort((a, b) => a.from - b.from);
}

function positionOf({ line: number, column }: CodePlace, doc: Text): number {
	const line = doc.line(Math.min(Math.max(number, 1), doc.lines));
	return line.from + offsetInLine(line.text, column);
}
