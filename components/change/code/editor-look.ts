import { EditorView } from '@codemirror/view';

/** What editing adds to the look of code: the cursor, the place for findings, what pops up. */
export const EDITOR_LOOK = EditorView.theme({
	'.cm-scroller': { overflow: 'auto', minHeight: '16rem', maxHeight: 'min(34rem, 65dvh)' },
	// The outline of the whole shows through.
	'.cm-gutters': { backgroundColor: 'transparent' },
	'.cm-activeLineGutter': { backgroundColor: 'transparent' },
	'.cm-content': { paddingBlock: '8px', caretColor: 'var(--ink)' },
	'.cm-cursor': { borderLeftColor: 'var(--ink)' },
	'.cm-activeLine': { backgroundColor: 'color-mix(in srgb, var(--accent-soft) 45%, transparent)' },
	'&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
		background: 'color-mix(in srgb, var(--accent) 26%, transparent)',
	},
	'.cm-gutter-lint': { width: '1.1em' },
	'.cm-gutter-lint .cm-gutterElement': { padding: '0 0 0 4px' },
	'.cm-lint-marker': { content: 'none', width: '8px', height: '8px', marginTop: '0.5em', borderRadius: '50%' },
	'.cm-lint-marker-error': { content: 'none', background: 'var(--fail)' },
	'.cm-lint-marker-warning': { content: 'none', background: 'var(--wait)' },
	'.cm-lint-marker-info': { content: 'none', background: 'var(--ink-3)' },
	'.cm-lintRange': { backgroundImage: 'none', textUnderlineOffset: '3px' },
	'.cm-lintRange-error': { backgroundImage: 'none', textDecoration: 'underline wavy var(--fail) 1px' },
	'.cm-lintRange-warning': { backgroundImage: 'none', textDecoration: 'underline wavy var(--wait) 1px' },
	'.cm-lintRange-info': { backgroundImage: 'none', textDecoration: 'underline dotted var(--ink-2) 1px' },
	'.cm-lintPoint:after': { borderBottomColor: 'var(--fail)' },
	'.cm-tooltip': {
		background: 'var(--panel)',
		color: 'var(--ink)',
		border: '1px solid var(--line-strong)',
		borderRadius: '6px',
		maxWidth: 'min(60ch, calc(100vw - 32px))',
	},
	'.cm-diagnostic': { whiteSpace: 'pre-wrap', padding: '6px 10px', borderLeft: '3px solid var(--ink-3)', fontFamily: 'var(--font-sans)' },
	'.cm-diagnostic-error': { borderLeftColor: 'var(--fail)' },
	'.cm-diagnostic-warning': { borderLeftColor: 'var(--wait)' },
	'.cm-diagnosticSource': { fontFamily: 'var(--font-mono)', color: 'var(--ink-2)', opacity: '1', fontSize: '0.786rem' },
	'.cm-panels': { background: 'var(--sunken)', color: 'var(--ink)' },
	'.cm-panels-bottom': { borderTop: '1px solid var(--line)' },
	'.cm-panel.cm-panel-lint ul [aria-selected]': { background: 'var(--accent-soft)' },
	'.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--font-mono)', maxHeight: '14em' },
	'.cm-tooltip-autocomplete > ul > li[aria-selected]': { background: 'var(--accent)', color: 'var(--accent-ink)' },
	'.cm-completionDetail': { color: 'inherit', opacity: '0.8', fontStyle: 'normal' },
});
