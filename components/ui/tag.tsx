import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { TONE_ICON, TONE_INK, TONE_SOFT, type Tone } from './tone.ts';

/** A status or a property in a word or two. A tone other than neutral always has an icon; `icon` replaces it. */
export function Tag({ tone = 'neutral', icon, children }: { tone?: Tone; icon?: LucideIcon; children: ReactNode }) {
	const Icon = icon ?? TONE_ICON[tone];
	return (
		<span
			className={classNames(
				'inline-flex h-[22px] items-center gap-1.5 whitespace-nowrap rounded-full border px-2 align-middle text-sm font-normal',
				TONE_INK[tone],
				tone === 'neutral' ? 'border-line bg-panel' : `border-transparent ${TONE_SOFT[tone]}`,
			)}
		>
			{Icon && <Icon className="size-3.5 flex-none" strokeWidth={2} aria-hidden />}
			{children}
		</span>
	);
}

/** A number beside a word, such as how many wait. */
export function Count({ value, label }: { value: string; label: string }) {
	return (
		<span className="inline-grid h-[18px] min-w-[18px] place-items-center rounded-full bg-accent-soft px-1.5 text-xs font-medium text-accent">
			<span aria-hidden>{value}</span>
			<span className="sr-only">{` ${value} ${label}`}</span>
		</span>
	);
}
