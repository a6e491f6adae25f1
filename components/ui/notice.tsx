import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { TONE_ICON, TONE_INK, TONE_SOFT, type Tone } from './tone.ts';

/** An inline message: what happened, in bold, and what to do. `announce`: screen readers read it when it appears. */
export function Notice({
	tone,
	title,
	announce = false,
	children,
}: {
	tone: Tone;
	title: ReactNode;
	announce?: boolean;
	children?: ReactNode;
}) {
	const Icon = TONE_ICON[tone];
	return (
		<div
			role={announce ? 'alert' : undefined}
			className={classNames(
				'flex items-start gap-2.5 rounded-lg border border-transparent px-3.5 py-2.5 print:border-line',
				TONE_SOFT[tone],
			)}
		>
			{Icon && <Icon className={classNames('mt-0.5 size-4 flex-none', TONE_INK[tone])} aria-hidden />}
			<div className="min-w-0 [overflow-wrap:anywhere]">
				<p className={classNames('font-semibold', tone === 'neutral' ? 'text-ink' : TONE_INK[tone])}>{title}</p>
				{children && <div className="prose mt-0.5 text-ink">{children}</div>}
			</div>
		</div>
	);
}
