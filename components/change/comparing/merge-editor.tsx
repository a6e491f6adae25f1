'use client';

import { PostgreSQL } from '@codemirror/lang-sql';
import { MergeView, unifiedMergeView } from '@codemirror/merge';
import { EditorState, type Extension, Text } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { shownCode } from '../code/shown-code.ts';
import { LOOK } from './merge-look.ts';

type Side = { text: string; label: string };
type Props = { isSql: boolean; before: Side; after: Side; isInline: boolean; isWhole: boolean };

/** Beyond that the difference is drawn coarsely, so that the page never stands still. */
const DIFF_LIMITS = { scanLimit: 500, timeout: 1_000 };
const FOLDED = { margin: 3, minSize: 6 };

/** Two texts compared, to be read only: beside each other, or in one column with what is gone above what came. */
export function MergeEditor({ isSql, before, after, isInline, isWhole }: Props) {
	const place = useRef<HTMLDivElement>(null);
	const [oldText, oldLabel, newText, newLabel] = [before.text, before.label, after.text, after.label];
	useEffect(() => {
		const parent = place.current;
		if (!parent) return;
		const old = { doc: linesOf(oldText), extensions: readOnly(oldLabel, isSql) };
		const fresh = { doc: linesOf(newText), extensions: readOnly(isInline ? `${newLabel}, with what is gone` : newLabel, isSql) };
		const shared = { gutter: true, diffConfig: DIFF_LIMITS, ...(isWhole ? {} : { collapseUnchanged: FOLDED }) };
		const view = isInline
			? new EditorView({
					parent,
					doc: fresh.doc,
					extensions: [fresh.extensions, unifiedMergeView({ original: old.doc, mergeControls: false, ...shared })],
				})
			: new MergeView({ parent, a: old, b: fresh, ...shared });
		return () => view.destroy();
	}, [oldText, oldLabel, newText, newLabel, isSql, isInline, isWhole]);
	return <div ref={place} className="min-w-0" />;
}

function readOnly(label: string, isSql: boolean): Extension {
	return [
		EditorState.readOnly.of(true),
		EditorView.editable.of(false),
		EditorView.lineWrapping,
		// What scrolls must be reachable by keyboard.
		EditorView.contentAttributes.of({ 'aria-label': label, 'aria-readonly': 'true', tabindex: '0' }),
		shownCode(),
		...(isSql ? [PostgreSQL.language] : []),
		LOOK,
	];
}

/** Only a line feed ends a line: a carriage return is a difference that people must see. */
function linesOf(text: string): Text {
	return Text.of(text.split('\n'));
}
