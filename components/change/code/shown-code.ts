import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { EditorView, highlightSpecialChars, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { codeOf, HIDDEN_CHARACTER, hiddenName } from '#lib/domain/bundle/hidden-characters.ts';

/** Code as this console shows it in CodeMirror: line numbers, its colours, and by their codes the characters that people cannot see. */
export function shownCode(): Extension {
	return [
		EditorView.cspNonce.of(nonceOfThisPage()),
		lineNumbers(),
		highlightSpecialChars({ specialChars: new RegExp(HIDDEN_CHARACTER.source, 'gu'), render: hiddenMark }),
		syntaxHighlighting(COLOURS),
		LOOK,
	];
}

/** What people cannot see must not hide anything: it is shown by its code, as where the SQL is read. */
function hiddenMark(code: number): HTMLElement {
	const character = String.fromCodePoint(code);
	const mark = document.createElement('mark');
	mark.className = 'cm-hidden';
	mark.textContent = codeOf(character);
	mark.title = hiddenName(character);
	return mark;
}

/** The nonce that this document came with: one that came with a later navigation would not be this document's. */
function nonceOfThisPage(): string {
	return document.querySelector<HTMLScriptElement>('script[nonce]')?.nonce ?? '';
}

/** The same inks as where the SQL is read. */
const COLOURS = HighlightStyle.define([
	{ tag: [tags.keyword, tags.standard(tags.name)], color: 'var(--accent)' },
	{ tag: [tags.string, tags.special(tags.string)], color: 'var(--done)' },
	{ tag: [tags.number, tags.bool, tags.null], color: 'var(--unknown)' },
	{ tag: tags.comment, color: 'var(--ink-3)' },
	{ tag: [tags.typeName, tags.definition(tags.propertyName)], color: 'var(--wait)' },
]);

/** The console's own colours, which follow the theme by themselves. */
const LOOK = EditorView.theme({
	'&': { backgroundColor: 'var(--panel)', color: 'var(--ink)', fontSize: '0.893rem' },
	'&.cm-focused': { outline: '2px solid var(--accent)', outlineOffset: '-2px' },
	'.cm-scroller': { fontFamily: 'var(--font-mono)', fontVariantLigatures: 'none', lineHeight: '1.7' },
	'.cm-gutters': { backgroundColor: 'var(--panel)', color: 'var(--ink-3)', border: 'none' },
	'.cm-line': { paddingLeft: '8px', paddingRight: '12px' },
	'.cm-hidden': {
		background: 'var(--fail-soft)',
		color: 'var(--fail)',
		borderRadius: '4px',
		padding: '0 4px',
		fontSize: '0.786rem',
		fontWeight: '600',
	},
});
