import { classNames } from '#components/ui/class-names.ts';
import { TONE_ICON, TONE_INK, type Tone } from '#components/ui/tone.ts';

export type CheckItem = { name: string; state: 'good' | 'attention' | 'bad' | 'unknown'; words: string };

const TONE: Record<CheckItem['state'], Tone> = { good: 'done', attention: 'wait', bad: 'fail', unknown: 'unknown' };
const WORD: Record<CheckItem['state'], string> = { good: 'good', attention: 'to note', bad: 'not good', unknown: 'unknown' };

/** What was looked at just now, each with icon, word and colour. */
export function CheckList({ checks }: { checks: CheckItem[] }) {
	return (
		<ul className="divide-y divide-line">
			{checks.map((check) => {
				const Icon = TONE_ICON[TONE[check.state]];
				return (
					<li key={check.name} className="flex min-h-9 items-start gap-2.5 px-3.5 py-2">
						{Icon && <Icon className={classNames('mt-0.5 size-4 flex-none', TONE_INK[TONE[check.state]])} aria-hidden />}
						<span className="w-[124px] flex-none">
							{check.name}
							<span className="sr-only">: {WORD[check.state]}</span>
						</span>
						<span className="min-w-0 flex-1 text-ink-2 [overflow-wrap:anywhere]">{check.words}</span>
					</li>
				);
			})}
		</ul>
	);
}

/** The places of the checks while the target is asked. */
export function PendingChecks({ names }: { names: readonly string[] }) {
	return (
		<ul className="divide-y divide-line" aria-busy>
			{names.map((name) => (
				<li key={name} className="flex min-h-9 items-start gap-2.5 px-3.5 py-2 text-ink-3">
					<span className="mt-0.5 size-4 flex-none rounded-full border border-dashed border-line-strong" />
					<span className="w-[124px] flex-none">{name}</span>
					<span>looking…</span>
				</li>
			))}
		</ul>
	);
}
