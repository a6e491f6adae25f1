'use client';

import { memo, useState } from 'react';
import { classNames } from '#components/ui/class-names.ts';
import type { Failure } from '#lib/domain/run.ts';
import { countWords } from '#lib/domain/wording/count-words.ts';
import { measuredWords } from '#lib/domain/wording/duration-words.ts';
import { FailureLink } from '../failure-link.tsx';
import type { LogLine } from './log-lines.ts';

/** Statements with more lines than this are folded. */
const SHOWN_LINES = 8;

/** One line of the log. `current`: the statement that is running now. */
export const LogLineRow = memo(function LogLineRow({ line, current }: { line: LogLine; current: boolean }) {
	return (
		<li
			data-seq={line.seq}
			className={classNames(
				'grid grid-cols-[92px_minmax(0,1fr)_auto] gap-x-2.5 px-3.5 max-sm:grid-cols-[minmax(0,1fr)_auto] max-sm:py-0.5',
				current && 'bg-accent-soft',
				line.kind === 'failure' && 'my-1.5 bg-fail-soft py-1.5',
			)}
		>
			<time dateTime={line.at} className="text-ink-3 max-sm:hidden">
				{line.at.slice(11, 23)}
			</time>
			<div className="min-w-0 [overflow-wrap:anywhere]">
				<LineBody line={line} />
			</div>
			<span className="text-right text-ink-3">{current ? '…' : tookWords(line)}</span>
		</li>
	);
});

function LineBody({ line }: { line: LogLine }) {
	switch (line.kind) {
		case 'statement':
			return <Sql text={line.sql} />;
		case 'notice':
			return (
				<p className="whitespace-pre-wrap text-wait">
					<b className="font-semibold">{line.severity}</b> {line.message}
					{line.detail && `\n${line.detail}`}
					{line.hint && `\nHint: ${line.hint}`}
				</p>
			);
		case 'check':
			return (
				<p className={line.passed ? 'text-ink' : 'text-fail'}>
					<b className={classNames('font-semibold', line.passed && 'text-done')}>{line.passed ? '✓ passed' : '✗ failed'}</b> {line.name}
					{line.role && <span className="text-ink-2"> as {line.role}</span>}
					{line.passed ? (
						<span className="text-ink-2"> · {line.got}</span>
					) : (
						<span className="block">
							expected {line.expected}
							<br />
							got {line.got}
						</span>
					)}
				</p>
			);
		case 'failure':
			return <FailureBody failure={line.failure} />;
		case 'step':
			return (
				<p className="text-ink-2">
					<b className="font-semibold text-ink">{line.group}</b> {line.words}
				</p>
			);
	}
}

/** Folded when it is long; printed in full. */
function Sql({ text }: { text: string }) {
	const [open, setOpen] = useState(false);
	const rows = text.split('\n');
	const hidden = rows.length - SHOWN_LINES;
	const isFolded = hidden > 1 && !open;
	return (
		<>
			<pre className="whitespace-pre-wrap">{isFolded ? rows.slice(0, SHOWN_LINES).join('\n') : text}</pre>
			{isFolded && <pre className="hidden print:block">{rows.slice(SHOWN_LINES).join('\n')}</pre>}
			{hidden > 1 && (
				<button type="button" onClick={() => setOpen(!open)} aria-expanded={open} className="rounded-sm text-accent hover:underline">
					{open ? 'Fold' : countWords(hidden, 'more line')}
				</button>
			)}
		</>
	);
}

function FailureBody({ failure }: { failure: Failure }) {
	const place = [failure.file, failure.line, failure.column].filter((part) => part !== undefined).join(':');
	return (
		<div className="grid gap-1">
			<p className="font-semibold text-fail">{failure.message}</p>
			{(place || failure.sqlstate) && (
				<p className="text-ink-2">
					{place}
					{place && failure.sqlstate && ' · '}
					{failure.sqlstate && `SQLSTATE ${failure.sqlstate}${failure.sqlstateMeaning ? `, ${failure.sqlstateMeaning}` : ''}`}
				</p>
			)}
			{(failure.caret ?? failure.statement) && (
				<pre
					// biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways, so that the caret stays under its place
					tabIndex={0}
					className="overflow-x-auto rounded-sm border border-line bg-panel px-2.5 py-1.5"
				>
					{failure.caret ?? failure.statement}
				</pre>
			)}
			{failure.internalQuery && (
				<pre
					// biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways, so that the caret stays under its place
					tabIndex={0}
					className="overflow-x-auto rounded-sm border border-line bg-panel px-2.5 py-1.5"
				>
					{failure.internalQuery}
				</pre>
			)}
			{failure.context && <p className="whitespace-pre-wrap text-ink-2">Context: {failure.context}</p>}
			{failure.object && <p className="text-ink-2">Object: {failure.object}</p>}
			{failure.detail && <p className="text-ink-2">Detail: {failure.detail}</p>}
			{failure.hint && <p className="text-ink-2">Hint: {failure.hint}</p>}
			<p>
				<FailureLink code={failure.code} />
			</p>
		</div>
	);
}

function tookWords(line: LogLine): string {
	if (!('ms' in line) || line.ms === null) return '';
	return line.ms < 1000 ? `${line.ms} ms` : measuredWords(line.ms);
}
