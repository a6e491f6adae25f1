import { ChecksView } from '#components/change/checks-view.tsx';
import { PlanList } from '#components/change/plan-list.tsx';
import { RecordList } from '#components/change/record-list.tsx';
import { RunList } from '#components/change/run-list.tsx';
import { SqlView } from '#components/change/sql-view.tsx';
import { Section } from '#components/ui/panel.tsx';
import { store } from '#lib/store/client.ts';
import { readChangeRecord } from '#lib/views/read-change-record.ts';
import { readChangeRuns } from '#lib/views/read-change-runs.ts';
import { readChecks } from '#lib/views/read-checks.ts';
import { readPlan } from '#lib/views/read-plan.ts';
import { readSql } from '#lib/views/read-sql.ts';
import type { TabSearch } from './tabs.ts';

type Change = { id: string; number: number; revision: number; statements: number; reason: string; whyNotStaging: string };

/** The chosen part of the change. Each reads only what it shows. */
export async function Tab({ change, search }: { change: Change; search: TabSearch }) {
	const about = { changeId: change.id, revision: change.revision };
	switch (search.tab) {
		case 'what': {
			const plan = await readPlan(store(), about);
			return (
				<div className="grid gap-7">
					<Section id="why" title="Why">
						<p className="prose whitespace-pre-wrap [overflow-wrap:anywhere]">{change.reason}</p>
						<h3 className="mt-3 text-sm font-medium text-ink-2">Why not staging → production</h3>
						<p className="prose whitespace-pre-wrap [overflow-wrap:anywhere]">{change.whyNotStaging}</p>
					</Section>
					<Section id="in-words" title="In words" aside={`${plan.statements.toLocaleString('en')} statements, in one transaction`}>
						<PlanList lines={plan.lines} more={plan.more} />
					</Section>
				</div>
			);
		}
		case 'sql': {
			const sql = await readSql({ store: store(), ...about, path: search.file, page: search.page });
			const hrefOf = (path: string, page: number) =>
				`/changes/${change.number}?${new URLSearchParams({ tab: 'sql', file: path, ...(page > 1 ? { page: String(page) } : {}) })}`;
			return sql.shown && <SqlView files={sql.files} shown={sql.shown} hrefOf={hrefOf} />;
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
