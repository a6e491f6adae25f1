import { Download } from 'lucide-react';
import type { ReactNode } from 'react';
import { classNames } from '#components/ui/class-names.ts';
import { DownloadLink } from '#components/ui/form/button.tsx';
import { TONE_ICON, TONE_INK, TONE_SOFT } from '#components/ui/tone.ts';
import { type Kept, keepPriceWords } from '#lib/domain/keep-price.ts';
import { isNothing, type RestorePrice } from '#lib/domain/restore-price.ts';
import { type Failure, OUTCOME_TITLE, type Outcome } from '#lib/domain/run.ts';
import { measuredWords } from '#lib/domain/wording/duration-words.ts';
import { lossWords } from '#lib/domain/wording/price-words.ts';
import { FailureLink } from './failure-link.tsx';
import { RUN_LOOK } from './run-status-tag.tsx';

export type Ended = {
	runId: string;
	outcome: Outcome;
	failure: Failure | null;
	fingerprints: { before: string | null; after: string | null };
	backup: { folder: string } | null;
	price: RestorePrice | null;
	/** How many the plan names. */
	smokeTests: number;
	kept: Kept | null;
	lastedMs: number | null;
	hasChecklist: boolean;
};

/** After the run: what happened, what was not touched, what to do next. */
export function OutcomePanel({ ended }: { ended: Ended }) {
	const { tone, icon: Icon = TONE_ICON[tone] } = RUN_LOOK[ended.outcome];
	const { happened, untouched, next } = wordsOf(ended);
	return (
		<section aria-labelledby="outcome" className="panel overflow-hidden">
			<header className={classNames('flex flex-wrap items-center gap-x-2.5 gap-y-1 px-4 py-2.5', TONE_SOFT[tone])}>
				{Icon && <Icon className={classNames('size-4.5', TONE_INK[tone])} aria-hidden />}
				<h2 id="outcome" className={classNames('text-lg font-semibold', TONE_INK[tone])}>
					{OUTCOME_TITLE[ended.outcome]}
				</h2>
				{ended.lastedMs !== null && <span className="text-sm text-ink-2">after {measuredWords(ended.lastedMs)}</span>}
				<span className="flex-1" />
				<DownloadLink href={`/api/runs/${ended.runId}/audit.md`} size="small" data-print="hide">
					<Download className="size-3.5" aria-hidden />
					Audit file
				</DownloadLink>
			</header>
			<dl className="grid gap-x-5 gap-y-2.5 p-4 sm:grid-cols-[max-content_minmax(0,1fr)]">
				<Fact name="What happened">
					{happened} {ended.failure && <FailureLink code={ended.failure.code} />}
				</Fact>
				<Fact name="Not touched">{untouched}</Fact>
				<Fact name="What to do next">
					{next}
					{ended.hasChecklist && (
						<>
							{next && ' '}
							<a href="#checklist" className="text-accent underline underline-offset-2">
								{ended.outcome === 'succeeded' ? 'Go through the checklist' : 'The checklist closes the change'}
							</a>
							.
						</>
					)}
				</Fact>
			</dl>
		</section>
	);
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
	return (
		<>
			<dt className="text-ink-2">{name}</dt>
			<dd className="prose -mt-1.5 [overflow-wrap:anywhere] sm:mt-0">{children}</dd>
		</>
	);
}

function wordsOf({
	outcome,
	failure,
	fingerprints,
	backup,
	price,
	smokeTests,
	kept,
}: Ended): Record<'happened' | 'untouched' | 'next', ReactNode> {
	const why = withReadableTimes(failure?.message ?? '');
	switch (outcome) {
		case 'succeeded':
			return {
				happened:
					smokeTests > 0
						? 'Everything was committed in one transaction, and every smoke test passed on fresh connections.'
						: 'Everything was committed in one transaction. The plan names no smoke test, so none was run after COMMIT.',
				untouched: backup ? <>The backup stays in {<code>{backup.folder}</code>}.</> : 'Nothing outside the signed files was applied.',
				next: '',
			};
		case 'kept':
			return {
				happened: `Everything was committed in one transaction. ${kept ? `${kept.by.operator} and ${kept.by.dba} have kept it although checks fail. ${keepPriceWords(kept.price)}` : why}`,
				untouched: backup ? <>The backup stays in {<code>{backup.folder}</code>}. Nothing was restored.</> : 'Nothing was restored.',
				next:
					kept && !kept.maintenanceOff
						? 'Maintenance mode stays on, as they said: switch it off by hand when the checks pass.'
						: 'See to the failing checks.',
			};
		case 'rolled_back':
			return { happened: why, untouched: proofOfNothing(fingerprints), next: failure?.instead ?? '' };
		case 'restored':
			return {
				happened: `${why} The backup was restored. ${price && !isNothing(price) ? `Lost with it: ${lossWords(price)}.` : 'Nobody else lost any data.'}`,
				untouched: 'The database is as it was before the change, grants and owners included. The failed one is kept beside it.',
				next:
					fingerprints.before === fingerprints.after
						? 'Find out in the kept database why the change failed, then file a new revision.'
						: 'Roles, memberships or other settings of the whole cluster differ from before: a backup of one database does not contain them. Compare them with globals.sql in the backup and correct them by hand. Then find out in the kept database why the change failed.',
			};
		case 'unknown':
			return {
				happened: why,
				untouched: 'Nothing was restored, and maintenance mode stays on.',
				next: failure?.instead ?? '',
			};
	}
}

/** Messages contain times in ISO format. */
function withReadableTimes(words: string): string {
	return words.replace(/(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z/g, '$1 $2 UTC');
}

function proofOfNothing({ before, after }: Ended['fingerprints']): ReactNode {
	if (before === null) return 'The target: the run ended before it did anything there.';
	if (after === null) return 'Nothing was committed. The catalog could not be read again afterwards.';
	return (
		<>
			The database: its catalog fingerprint is <code>{after.slice(0, 12)}</code> before and after. There is nothing to restore.
		</>
	);
}
