import { EmptyState } from '#components/ui/layout/empty-state.tsx';
import { KeyValues } from '#components/ui/layout/key-values.tsx';
import { Section } from '#components/ui/layout/panel.tsx';
import { durationWords } from '#lib/domain/wording/duration-words.ts';

type Check = { name: string; role: string | null; sql: string; expects: string };
type Checks = {
	timeouts: { name: string; ms: number; isTightened: boolean }[];
	trial: Check[];
	verifications: Check[];
	smokeTests: Check[];
	changeLog: { operation: string; tableName: string } | null;
	services: string[];
	restore: 'confirmed' | 'automatic';
	manifest: string;
};

/** All checks of the manifest, in the order of a run. */
export function ChecksView({ checks }: { checks: Checks }) {
	return (
		<div className="grid gap-7">
			<CheckList id="trial" title="Trial" when="Before anything changes, in a READ ONLY transaction." checks={checks.trial} />
			<CheckList
				id="verifications"
				title="Verifications"
				when="Inside the transaction, after the files, before COMMIT."
				checks={checks.verifications}
			/>
			<CheckList
				id="smoke-tests"
				title="Smoke tests"
				when="As the application’s roles: inside the transaction before COMMIT, and again after it."
				checks={checks.smokeTests}
			/>
			<Section id="limits" title="Limits and what follows">
				<KeyValues
					items={[
						...checks.timeouts.map(({ name, ms, isTightened }) => ({
							name,
							value: `${durationWords(ms)}${isTightened ? ', tightened by the bundle' : ''}`,
						})),
						{
							name: 'Change-log row',
							value: checks.changeLog ? `${checks.changeLog.operation} for ${checks.changeLog.tableName}, in the transaction` : 'None',
						},
						{ name: 'Services restarted after', value: checks.services.join(', ') || 'None' },
						{
							name: 'If a smoke test fails after COMMIT',
							value:
								checks.restore === 'automatic'
									? 'The backup is restored automatically'
									: 'The run stops; operator and DBA decide whether to restore',
						},
					]}
				/>
			</Section>
			<details>
				<summary className="w-fit rounded-sm font-medium text-accent">manifest.yaml, as it is signed</summary>
				{/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
				<pre tabIndex={0} className="panel mt-2 overflow-x-auto p-3.5 leading-[1.6]">
					{checks.manifest}
				</pre>
			</details>
		</div>
	);
}

function CheckList({ id, title, when, checks }: { id: string; title: string; when: string; checks: Check[] }) {
	return (
		<Section id={id} title={`${title} · ${checks.length}`}>
			<p className="-mt-1.5 mb-2 text-sm text-ink-2">{when}</p>
			{checks.length === 0 && <EmptyState title="None">The manifest names none.</EmptyState>}
			{checks.length > 0 && (
				<ul className="panel divide-y divide-line">
					{checks.map((check) => (
						<li key={`${check.role} ${check.name}`} className="grid gap-1 px-3.5 py-2.5 [overflow-wrap:anywhere]">
							<p className="font-medium">{check.name}</p>
							<p className="text-sm text-ink-2">
								{check.role && (
									<>
										As <code className="text-ink">{check.role}</code>:{' '}
									</>
								)}
								expects <span className="text-ink">{check.expects}</span>
							</p>
							<details>
								<summary className="w-fit rounded-sm text-sm text-accent">Statement</summary>
								<pre className="mt-1 rounded-md bg-sunken px-3 py-2 leading-[1.6] whitespace-pre-wrap">{check.sql.trim()}</pre>
							</details>
						</li>
					))}
				</ul>
			)}
		</Section>
	);
}
