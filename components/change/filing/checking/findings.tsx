import { CircleCheck } from 'lucide-react';
import { type Finding, SEVERITIES, type Severity } from '#lib/domain/bundle/finding.ts';
import type { CatalogAsked } from '#lib/domain/draft.ts';
import { countWords } from '#lib/domain/wording/count-words.ts';
import { sentence } from '#lib/domain/wording/sentence.ts';
import { type Accepting, FindingList } from './finding-list.tsx';
import type { CheckState } from './use-check.ts';

type Props = { state: CheckState; findings: Finding[]; catalog: CatalogAsked; accepting: Accepting; onGo: (finding: Finding) => void };

/** What the console's check finds in the bundle as it is written now, and whether it is still at it. */
export function Findings({ state, findings, catalog, accepting, onGo }: Props) {
	if (state.kind === 'nothing' && findings.length === 0) return null;
	return (
		<section aria-labelledby="findings" className="grid grid-cols-1 gap-3">
			<div className="flex flex-wrap items-baseline gap-x-3">
				<h3 id="findings" className="font-semibold">
					Findings
				</h3>
				<p role="status" className={state.kind === 'lost' || state.kind === 'refused' ? 'prose text-sm text-wait' : 'text-sm text-ink-2'}>
					{stateWords(state, findings)}
				</p>
			</div>
			{state.kind === 'checked' && catalog.state === 'not asked' && catalog.why !== null && (
				<p className="prose text-sm text-ink-2">The target’s catalog was not asked. {sentence(catalog.why)} Filing asks it.</p>
			)}
			{findings.length > 0 && <FindingList findings={findings} accepting={accepting} onGo={onGo} />}
			{state.kind === 'checked' && findings.every(({ severity }) => severity === 'note') && (
				<p className="flex items-start gap-2">
					<CircleCheck className="mt-0.5 size-4 flex-none text-done" aria-hidden />
					<span className="prose">Every statement can be read, and nothing is in the way. {LATER[catalog.state]}</span>
				</p>
			)}
		</section>
	);
}

const LATER: Record<CatalogAsked['state'], string> = {
	asking: '',
	asked: 'The target’s catalog was asked; when you file, it is asked again, and for its own grammar.',
	'not asked': 'When you file, the target is asked too.',
};

const ASKS: Record<Severity, (count: number) => string> = {
	blocks: (count) => `${countWords(count, 'problem')} to correct`,
	accept: (count) => `${count} to accept`,
	note: (count) => countWords(count, 'note'),
};

function stateWords(state: CheckState, findings: Finding[]): string {
	const counted = SEVERITIES.map((asked) => ({ asked, count: findings.filter(({ severity }) => severity === asked).length }));
	const words = counted.flatMap(({ asked, count }) => (count === 0 ? [] : [ASKS[asked](count)])).join(', ') || 'none';
	if (state.kind === 'checking') return findings.length === 0 ? 'checking…' : `${words}, checking again…`;
	if (state.kind === 'lost') return 'The console does not answer. What stands here may be about an earlier text; it is asked again.';
	if (state.kind === 'refused') return `Not checked: ${state.why}`;
	return words;
}
