import { CircleCheck, CircleQuestionMark, CircleX, TriangleAlert } from 'lucide-react';
import { classNames } from '#components/ui/class-names.ts';

export type CheckItem = { name: string; state: 'good' | 'attention' | 'bad' | 'unknown'; words: string };

const LOOK = {
	good: { icon: CircleCheck, ink: 'text-done', word: 'passed' },
	attention: { icon: TriangleAlert, ink: 'text-wait', word: 'warning' },
	bad: { icon: CircleX, ink: 'text-fail', word: 'failed' },
	unknown: { icon: CircleQuestionMark, ink: 'text-unknown', word: 'unknown' },
};

/** What was just checked, each with icon, word and colour. */
export function CheckList({ checks }: { checks: CheckItem[] }) {
	return (
		<ul className="divide-y divide-line">
			{checks.map((check) => {
				const { icon: Icon, ink, word } = LOOK[check.state];
				return (
					<li key={check.name} className="flex min-h-9 items-start gap-2.5 px-3.5 py-2">
						<Icon className={classNames('mt-0.5 size-4 flex-none', ink)} aria-hidden />
						<span className="w-[124px] flex-none">
							{check.name}
							<span className="sr-only">: {word}</span>
						</span>
						<span className="min-w-0 flex-1 text-ink-2 [overflow-wrap:anywhere]">{check.words}</span>
					</li>
				);
			})}
		</ul>
	);
}

/** Placeholders while the target is being checked. */
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
