'use client';

import { CircleCheck, CircleQuestionMark, CircleX, TriangleAlert } from 'lucide-react';
import { useContext, useEffect, useState } from 'react';
import { classNames } from '#components/ui/class-names.ts';
import { Button } from '#components/ui/form/button.tsx';
import { LiveRegion } from '#components/ui/live-region.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { PREFLIGHT_TITLE, type Preflight, type PreflightItem, type PreflightState } from '#lib/domain/preflight.ts';
import { countWords } from '#lib/domain/wording/count-words.ts';
import { ActBlocked } from './act-blocked.ts';

const LOOK: Record<PreflightState, { icon: typeof CircleCheck; ink: string; word: string }> = {
	clear: { icon: CircleCheck, ink: 'text-done', word: 'clear' },
	unknown: { icon: CircleQuestionMark, ink: 'text-unknown', word: 'unknown' },
	warns: { icon: TriangleAlert, ink: 'text-wait', word: 'warning' },
	blocks: { icon: CircleX, ink: 'text-fail', word: 'ends the run' },
};

type Answer = { preflight: Preflight } | { why: string };

/** What is in the way on the target right now: asked when it appears, and again at a press. What would certainly end the run keeps the form around it from being sent. */
export function PreflightList({ number, target }: { number: number; target: string }) {
	const [answer, setAnswer] = useState<Answer | null>(null);
	const block = useContext(ActBlocked);
	useEffect(() => {
		if (answer !== null) return;
		const asking = new AbortController();
		void ask(number, asking.signal).then((found) => {
			if (asking.signal.aborted || !found) return;
			setAnswer(found);
			block('preflight' in found && found.preflight.items.some(({ state }) => state === 'blocks'));
		});
		return () => asking.abort();
	}, [number, answer, block]);
	return (
		<section aria-label={`${target} right now`} aria-busy={answer === null} className="grid gap-2">
			<div className="flex min-h-8 items-center justify-between gap-3">
				<h3 className="font-semibold">{target} right now</h3>
				{answer !== null && (
					<Button size="small" onClick={() => setAnswer(null)} className="max-sm:h-11">
						Ask again
					</Button>
				)}
			</div>
			<LiveRegion urgency="polite">{spoken(answer)}</LiveRegion>
			{answer === null && <p className="panel px-3.5 py-2.5 text-ink-2">Asking {target} what would be in the way…</p>}
			{answer !== null && 'why' in answer && (
				<Notice tone="unknown" title="It is not known what is in the way">
					{answer.why} The run asks again at its claim.
				</Notice>
			)}
			{answer !== null && 'preflight' in answer && (
				<ul className="panel divide-y divide-line">
					{answer.preflight.items.map((item) => (
						<Item key={item.subject} item={item} />
					))}
				</ul>
			)}
		</section>
	);
}

function Item({ item: { subject, state, words, obstacles } }: { item: PreflightItem }) {
	const { icon: Icon, ink, word } = LOOK[state];
	return (
		<li className="flex gap-2.5 px-3.5 py-2">
			<Icon className={classNames('mt-0.5 size-4 flex-none', ink)} strokeWidth={1.75} aria-hidden />
			<div className="min-w-0 [overflow-wrap:anywhere]">
				{PREFLIGHT_TITLE[subject]}
				<span className="text-sm text-ink-2">
					{' · '}
					<span className={ink}>{word}</span>
					{obstacles.length === 0 && ` · ${words}`}
				</span>
				{obstacles.map(({ what, effect, remedy }) => (
					<div key={what} className="mt-1.5 text-sm">
						<p>{what}</p>
						<p className="text-ink-2">{effect}</p>
						<p className="text-ink-2">{remedy}</p>
					</div>
				))}
			</div>
		</li>
	);
}

/** Null when nobody waits for the answer any more. */
async function ask(number: number, signal: AbortSignal): Promise<Answer | null> {
	try {
		const answer = await fetch(`/api/changes/${number}/preflight`, { signal });
		if (answer.ok) return { preflight: (await answer.json()) as Preflight };
		const { message } = (await answer.json()) as { message?: string };
		return { why: message ?? `The console answered ${answer.status}.` };
	} catch {
		return signal.aborted ? null : { why: 'The console did not answer.' };
	}
}

function spoken(answer: Answer | null): string {
	if (answer === null) return '';
	if ('why' in answer) return 'It is not known what is in the way.';
	const count = (state: PreflightState) => answer.preflight.items.filter((item) => item.state === state).length;
	if (count('blocks') > 0) return 'Something would certainly end the run: it cannot be executed now.';
	return count('warns') > 0 ? `${countWords(count('warns'), 'warning')} about the target.` : 'Nothing is in the way.';
}
