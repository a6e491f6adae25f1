'use client';

import { useRouter } from 'next/navigation';
import type { ReactNode } from 'react';
import { Digest } from '#components/ui/copyable.tsx';
import { PageHead } from '#components/ui/layout/page-head.tsx';
import { LiveRegion } from '#components/ui/live-region.tsx';
import { Tag } from '#components/ui/tag.tsx';
import { Countdown, Time } from '#components/ui/time/time.tsx';
import type { Estimate } from '#lib/domain/estimate.ts';
import { isOutcome, type RunStatus } from '#lib/domain/run.ts';
import { type Abort, AbortButton } from './abort-button.tsx';
import { ConnectionLine } from './connection-line.tsx';
import { RunLog } from './log/run-log.tsx';
import { Monitors } from './monitors/monitors.tsx';
import { NowPanel } from './now-panel.tsx';
import type { RunState } from './run-state.ts';
import { RunStatusTag } from './run-status-tag.tsx';
import { StepList } from './step-list.tsx';
import { TruthBanner } from './truth-banner.tsx';
import { type OpenedRun, useRunStream } from './use-run-stream.ts';

/** What the head of the page says; it does not change during the run. */
export type RunHead = {
	number: number;
	change: { number: number; name: string; title: string };
	target: string;
	digest: string;
	operator: string;
	claimedAt: string;
	/** When the target's window closes, if within a day; null when it is closed, or open for longer. */
	closesAt: string | null;
	/** What earlier runs of the target make one expect; null when there were none, or this one has ended. */
	estimate: Estimate | null;
};

type LiveRunProps = {
	head: RunHead;
	opened: OpenedRun;
	panel: ReactNode;
	after: ReactNode;
	/** Null when this person may not abort. */
	abort: Abort | null;
};

const ABORTABLE: readonly RunStatus[] = ['queued', 'running', 'restoring'];

/** A run, live. `panel` is the decision that people must make, or the outcome; `after` is what to do once it is over. */
export function LiveRun({ head, opened, panel, after, abort }: LiveRunProps) {
	const router = useRouter();
	const { state, connection, loadEarlier } = useRunStream(opened, () => router.refresh());
	const over = isOutcome(state.status);
	return (
		<>
			<LiveRegion urgency="polite">{state.saidOfSteps}</LiveRegion>
			<LiveRegion urgency="assertive">{state.saidOfOutcome}</LiveRegion>
			<PageHead
				trail={[
					{ label: 'Changes', href: '/changes' },
					{ label: head.change.name, href: `/changes/${head.change.number}` },
					{ label: `Run ${head.number}` },
				]}
				title={head.change.title}
				tags={
					<>
						<RunStatusTag status={state.status} />
						<Tag>{head.target}</Tag>
						<Digest value={head.digest} />
						<span>
							{head.operator} started it at <Time at={head.claimedAt} />
						</span>
						{!over && head.closesAt && <Countdown to={head.closesAt} before="Window closes in" after="The window has closed" />}
						<ConnectionLine connection={connection} path={`/runs/${opened.runId}`} />
					</>
				}
			/>
			<TruthBanner truth={state.truth} status={state.status} stale={!over && (connection === 'lost' || connection === 'signed out')}>
				{abort && ABORTABLE.includes(state.status) && (
					<AbortButton runId={opened.runId} truth={state.truth} status={state.status} abort={abort} />
				)}
			</TruthBanner>
			<div className="grid gap-4 lg:grid-cols-[380px_minmax(0,1fr)] lg:items-start xl:grid-cols-[330px_minmax(0,1fr)_290px]">
				<div className="max-lg:order-2">
					<StepList steps={state.steps} over={over} expected={head.estimate?.steps ?? {}} />
				</div>
				<div className="flex min-w-0 flex-col gap-4 max-lg:contents lg:h-full">
					<div className="max-lg:order-1 lg:min-h-[224px] lg:*:first:min-h-[224px]">
						{panel || <NowPanel steps={state.steps} over={over} waiting={state.watched.latest?.waiting ?? null} estimate={head.estimate} />}
					</div>
					<div
						// It fits the screen, so its end is visible: the statement that is running.
						className="h-[75dvh] min-h-[360px] max-lg:order-4 lg:h-0 lg:flex-1 lg:basis-[360px] xl:max-h-[max(360px,calc(100dvh-468px))] print:h-auto"
					>
						<RunLog
							lines={state.lines}
							from={state.from}
							currentSeq={currentStatement(state)}
							textHref={`/api/runs/${opened.runId}/log.txt`}
							loadEarlier={loadEarlier}
						/>
					</div>
				</div>
				<div className="min-w-0 max-lg:order-3 lg:max-xl:-order-1 lg:max-xl:col-span-2">
					<Monitors seen={state.watched} over={over} />
				</div>
			</div>
			{after}
		</>
	);
}

/** The row of the statement that is running now. */
function currentStatement(state: RunState): number | null {
	if (state.steps.find((step) => step.step === 'transaction')?.state !== 'running') return null;
	const last = state.lines.findLast((line) => line.kind === 'statement');
	return last?.kind === 'statement' && last.ms === null ? last.seq : null;
}
