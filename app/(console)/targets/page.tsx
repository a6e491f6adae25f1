import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { Suspense } from 'react';
import { CheckList, PendingChecks } from '#components/target/check-list.tsx';
import { TargetPanel } from '#components/target/target-panel.tsx';
import { TimesView } from '#components/target/times-view.tsx';
import { ButtonLink } from '#components/ui/form/button.tsx';
import { Page, PageHead } from '#components/ui/layout/page-head.tsx';
import { mayReadTargets } from '#lib/access/policy.ts';
import { requireActor } from '#lib/access/require-actor.ts';
import { store } from '#lib/store/client.ts';
import { findTarget } from '#lib/targets/find-target.ts';
import { targets } from '#lib/targets/load-targets.ts';
import { CHECK_NAMES, readTargetChecks } from '#lib/views/read-target-checks.ts';
import { readTargetTimes } from '#lib/views/read-target-times.ts';
import { readTargets } from '#lib/views/read-targets.ts';

export const metadata: Metadata = { title: 'Targets' };

export default async function TargetsPage() {
	const actor = await requireActor();
	if (mayReadTargets(actor) !== true) notFound();
	const all = await readTargets({ store: store(), targets: targets(), now: new Date() });
	return (
		<Page>
			<PageHead
				title="Targets"
				actions={<ButtonLink href="/calendar">Calendar</ButtonLink>}
				tags={<span>Defined in a file by whoever deploys the console. They cannot be changed here.</span>}
			/>
			<div className="grid gap-5">
				{all.map((facts) => (
					<TargetPanel
						key={facts.name}
						facts={facts}
						checks={
							<div className="divide-y divide-line">
								<Suspense fallback={<PendingChecks names={CHECK_NAMES} />}>
									<Checks name={facts.name} />
								</Suspense>
								<Suspense fallback={<p className="px-3.5 py-3 text-ink-3">Asking how large the database is…</p>}>
									<Times name={facts.name} />
								</Suspense>
							</div>
						}
					/>
				))}
			</div>
		</Page>
	);
}

async function Checks({ name }: { name: string }) {
	return <CheckList checks={await readTargetChecks(findTarget(targets(), name))} />;
}

async function Times({ name }: { name: string }) {
	const target = findTarget(targets(), name);
	return <TimesView times={await readTargetTimes(store(), target)} freshnessMs={target.backup.freshness} wayBack={target.wayBack} />;
}
