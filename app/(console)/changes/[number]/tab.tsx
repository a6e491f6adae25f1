import { ActButton } from '#components/change/acting/act-button.tsx';
import { CommentList } from '#components/change/commenting/comment-list.tsx';
import { ChecksView } from '#components/change/reading/checks-view.tsx';
import { FindingsView } from '#components/change/reading/findings-view.tsx';
import { HarmBox } from '#components/change/reading/harm-box.tsx';
import { PlanList } from '#components/change/reading/plan-list.tsx';
import { RecordList } from '#components/change/reading/record-list.tsx';
import { RunList } from '#components/change/reading/run-list.tsx';
import { TouchedList } from '#components/change/reading/touched-list.tsx';
import { WhyWords } from '#components/change/reading/why-words.tsx';
import { RehearsalView } from '#components/change/rehearsing/rehearsal-view.tsx';
import { Section } from '#components/ui/layout/panel.tsx';
import type { Actor } from '#lib/access/actor.ts';
import { mayRehearse } from '#lib/access/policy.ts';
import type { ChangeStatus } from '#lib/domain/change.ts';
import type { SeenRoute } from '#lib/domain/route.ts';
import { countWords } from '#lib/domain/wording/count-words.ts';
import { store } from '#lib/store/client.ts';
import { targets } from '#lib/targets/load-targets.ts';
import { readChangeRecord } from '#lib/views/change/read-change-record.ts';
import { readChangeRuns } from '#lib/views/change/read-change-runs.ts';
import { readChecks } from '#lib/views/change/read-checks.ts';
import { readRehearsal } from '#lib/views/change/read-rehearsal.ts';
import { readComments } from '#lib/views/change/revision/read-comments.ts';
import { readFindings } from '#lib/views/change/revision/read-findings.ts';
import { readImpact } from '#lib/views/change/revision/read-impact.ts';
import { readPlan } from '#lib/views/change/revision/read-plan.ts';
import { rehearseAction, stopRehearsalAction } from './actions.ts';
import { COMMENT_ACTIONS } from './commented-sql.tsx';
import { CompareTab } from './compare-tab.tsx';
import { SqlTab, sqlHref } from './sql-tab.tsx';
import type { TabSearch } from './tabs.ts';

type Change = {
	id: string;
	number: number;
	revision: number;
	requesterId: string;
	status: ChangeStatus;
	statements: number;
	reason: string;
	whyNotStaging: string;
	route: SeenRoute;
	target: string;
	isLive: boolean;
	digest: string;
	canRehearse: boolean;
};

/** The tab that is open. Each tab reads only what it shows. */
export async function Tab({ change, search, actor }: { change: Change; search: TabSearch; actor: Actor }) {
	const about = { changeId: change.id, revision: change.revision };
	switch (search.tab) {
		case 'what': {
			const defined = targets().byName.get(change.target);
			const plan = await readPlan(store(), { ...about, database: defined?.connection.database ?? null });
			const target = change.isLive ? (defined ?? { whyNot: 'the target is no longer defined' }) : { whyNot: 'the change has ended' };
			const impact = readImpact(target, plan, { key: `${change.id} ${change.revision}`, now: new Date() });
			return (
				<div className="grid gap-7">
					<HarmBox harm={plan.harm} lines={plan.harms} impact={impact} target={change.target} />
					<FindingsView findings={await readFindings(store(), about)} />
					<Section id="why" title="Why">
						<WhyWords reason={change.reason} whyNotStaging={change.whyNotStaging} route={change.route} />
					</Section>
					<Section id="in-words" title="In words" aside={`${countWords(plan.statements, 'statement')}, in one transaction`}>
						<PlanList lines={plan.lines} more={plan.more} />
					</Section>
					<Section id="touched" title="Tables it uses, and their locks">
						<TouchedList touched={plan.touched} more={plan.moreTouched} impact={impact} target={change.target} />
					</Section>
				</div>
			);
		}
		case 'sql':
			return <SqlTab change={change} search={search} actor={actor} />;
		case 'comments': {
			const { threads } = await readComments(store(), { ...change, changeId: change.id, actor });
			return (
				<CommentList
					threads={threads}
					revision={change.revision}
					changeId={change.id}
					actions={COMMENT_ACTIONS}
					hrefOf={(thread) => sqlHref(change, thread)}
				/>
			);
		}
		case 'compare':
			return <CompareTab change={change} search={search} actor={actor} />;
		case 'rehearsal': {
			const mayAsk = mayRehearse(actor) === true && change.canRehearse && targets().byName.has(change.target);
			return (
				<RehearsalView
					rehearsal={await readRehearsal(store(), about)}
					target={change.target}
					ask={
						mayAsk && (
							<ActButton
								action={rehearseAction}
								fields={{ changeId: change.id, number: String(change.number), digest: change.digest }}
								label="Rehearse"
								pending="Asking…"
								className="max-sm:h-11"
							/>
						)
					}
					stop={
						mayRehearse(actor) === true && (
							<ActButton
								action={stopRehearsalAction}
								fields={{ changeId: change.id, number: String(change.number) }}
								label="Stop the rehearsal"
								pending="Stopping…"
								className="max-sm:h-11"
							/>
						)
					}
				/>
			);
		}
		case 'checks':
			return <ChecksView checks={await readChecks(store(), about)} />;
		case 'runs':
			return <RunList runs={await readChangeRuns(store(), change.id)} />;
		case 'record': {
			const { entries, older } = await readChangeRecord(store(), { changeId: change.id, before: search.before });
			return <RecordList entries={entries} olderHref={older && `/changes/${change.number}?tab=record&before=${older}`} />;
		}
	}
}
