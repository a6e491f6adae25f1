import { Section } from '#components/ui/layout/panel.tsx';
import { Tag } from '#components/ui/tag.tsx';
import { type PlannedQuery, planChanges, planVerdict, type QueryPlan } from '#lib/domain/rehearsed/query-plan.ts';
import { countWords } from '#lib/domain/wording/count-words.ts';
import { MORE_LINK } from './folded.tsx';

/** How the target's queries are planned before the change and right after it: in words, with both plans on demand. */
export function PlanTable({ plans }: { plans: readonly PlannedQuery[] | null }) {
	if (plans === null) return null;
	return (
		<Section id="query-plans" title="How queries are planned" aside="before the change and right after it">
			<p className="text-sm text-ink-2">
				Estimates by PostgreSQL, in its own unit; measured where the target asks for that. What was measured is compared by the pages and
				rows that were read: the time also depends on what is in memory and what else the server does.
			</p>
			<ul className="panel divide-y divide-line">
				{plans.map((query) => (
					<li key={query.name} className="px-3.5 py-2 [overflow-wrap:anywhere]">
						<p className="flex flex-wrap items-center gap-x-3 gap-y-1">
							<Verdict query={query} />
							<span className="min-w-0 flex-1">
								{query.name} <span className="text-ink-2">as {query.role}</span>
							</span>
							<span className="text-sm tabular-nums text-ink-2">
								{costOf(query.before)} → {costOf(query.after)}
							</span>
						</p>
						{notMeasured(query) && <p className="text-ink-2">Not measured: {notMeasured(query)}.</p>}
						{planChanges(query).map(({ words, isWorse }) => (
							<p key={words} className={isWorse ? 'text-fail' : 'text-ink-2'}>
								{words}
							</p>
						))}
						<details>
							<summary className={MORE_LINK}>
								Both plans<span className="sr-only"> of {query.name}</span>
							</summary>
							<div className="grid gap-3 py-1 lg:grid-cols-2">
								<PlanText title="Before" name={query.name} plan={query.before} />
								<PlanText title="With it" name={query.name} plan={query.after} />
							</div>
						</details>
					</li>
				))}
			</ul>
		</Section>
	);
}

function Verdict({ query }: { query: PlannedQuery }) {
	const verdict = planVerdict(query);
	if (verdict === 'worse') return <Tag tone="fail">Worse</Tag>;
	if (verdict === 'better') return <Tag tone="done">Better</Tag>;
	return <Tag>{verdict === 'otherwise' ? 'Otherwise' : 'As before'}</Tag>;
}

function costOf(plan: QueryPlan): string {
	if ('error' in plan) return 'error';
	if (!plan.measured) return `cost ${Math.round(plan.cost).toLocaleString('en')}`;
	const { ms, rows, pages } = plan.measured;
	return `${ms.toLocaleString('en')} ms, ${countWords(rows, 'row')}, ${countWords(pages, 'page')}`;
}

function notMeasured({ before, after }: PlannedQuery): string | undefined {
	return [before, after].flatMap((plan) => ('error' in plan ? [] : (plan.notMeasured ?? [])))[0];
}

function PlanText({ title, name, plan }: { title: string; name: string; plan: QueryPlan }) {
	return (
		<div className="min-w-0">
			<p className="text-sm text-ink-2">{title}</p>
			{/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
			<section aria-label={`${title}: plan of ${name}`} tabIndex={0} className="overflow-x-auto rounded-md bg-sunken px-3 py-2">
				<pre className="text-sm">{'error' in plan ? plan.error : plan.lines.join('\n')}</pre>
			</section>
		</div>
	);
}
