import { EditorView } from '@codemirror/view';

const gone = { background: 'none', boxShadow: 'inset 0 -2px var(--fail)' };
const came = { background: 'none', boxShadow: 'inset 0 -2px var(--done)' };

/** What a comparison adds to the look of code. */
export const LOOK = EditorView.theme({
	'&.cm-merge-a .cm-changedLine, .cm-deletedChunk': { backgroundColor: 'var(--fail-soft)' },
	'&.cm-merge-b .cm-changedLine, .cm-inlineChangedLine': { backgroundColor: 'var(--done-soft)' },
	'&.cm-merge-a .cm-changedText, .cm-deletedChunk .cm-deletedText': gone,
	'&.cm-merge-b .cm-changedText': came,
	'&.cm-merge-b .cm-deletedText': gone,
	'&.cm-merge-a .cm-changedLineGutter, .cm-deletedLineGutter': { background: 'var(--fail)' },
	'&.cm-merge-b .cm-changedLineGutter': { background: 'var(--done)' },
	'.cm-deletedChunk': { paddingLeft: '8px' },
	'.cm-collapsedLines': {
		background: 'var(--sunken)',
		color: 'var(--ink-2)',
		fontFamily: 'var(--font-sans)',
		padding: '6px 12px',
		// The fonts here lack the sign that stands there by default.
		'&:before, &:after': { content: 'none' },
	},
});
