'use client';

import { CircleCheck, CircleDashed, CircleX, LoaderCircle } from 'lucide-react';
import { LiveRegion } from '#components/ui/live-region.tsx';
import { useNow } from '#components/ui/time/clock.tsx';
import type { PartState, SeenPart } from '#lib/domain/rehearsed/parts.ts';
import { PART_TITLE } from '#lib/domain/rehearsed/parts.ts';
import { measuredWords } from '#lib/domain/wording/duration-words.ts';

const LOOK = {
	waiting: { Icon: CircleDashed, ink: 'text-ink-3', word: 'waiting' },
	running: { Icon: LoaderCircle, ink: 'text-accent', word: 'under way' },
	done: { Icon: CircleCheck, ink: 'text-done', word: 'done' },
	failed: { Icon: CircleX, ink: 'text-fail', word: 'failed' },
	skipped: { Icon: CircleDashed, ink: 'text-ink-3', word: 'not reached' },
} satisfies Record<PartState, unknown>;

/** The parts of a rehearsal in order: how each stands, how long it takes, and how long it took the last time. */
export function RehearsalProgress({ parts }: { parts: readonly SeenPart[] }) {
	const running = parts.find(({ state }) => state === 'running');
	return (
		<>
			<LiveRegion urgency="polite">{running ? PART_TITLE[running.part] : ''}</LiveRegion>
			<ol className="panel divide-y divide-line" aria-label="Parts of the rehearsal">
				{parts.map((part) => (
					<Part key={part.part} {...part} />
				))}
			</ol>
		</>
	);
}

function Part({ part, state, startedAt, ms, expectedMs }: SeenPart) {
	const { Icon, ink, word } = LOOK[state];
	return (
		<li className="flex flex-wrap items-center gap-x-3 gap-y-0.5 px-3.5 py-2">
			<Icon className={`size-4 flex-none ${ink} ${state === 'running' ? 'motion-safe:animate-spin' : ''}`} aria-hidden />
			<span className={`min-w-0 flex-1 ${state === 'waiting' || state === 'skipped' ? 'text-ink-2' : ''}`}>
				{PART_TITLE[part]}
				<span className="sr-only">: {word}</span>
			</span>
			<span className="text-sm tabular-nums text-ink-2">
				{state === 'running' && startedAt ? <Elapsed since={startedAt} /> : ms === null ? '' : measuredWords(ms)}
				{expectedMs !== null && (state === 'running' || state === 'waiting') && ` · ${measuredWords(expectedMs)} the last time`}
			</span>
		</li>
	);
}

function Elapsed({ since }: { since: string }) {
	const now = useNow();
	return <>{now === null ? '' : `for ${measuredWords(Math.max(0, Math.floor((now - Date.parse(since)) / 1000) * 1000))}`}</>;
}
