import type { ReactNode } from 'react';
import { classNames } from '../class-names.ts';

type Props = { label: string; isOff?: boolean; isBordered?: boolean; onPress: () => void; children: ReactNode };

/** A button that shows an icon alone; `label` names it, and its tip. One that is off stays where the keyboard finds it. */
export function IconButton({ label, isOff = false, isBordered = false, onPress, children }: Props) {
	return (
		<button
			type="button"
			title={label}
			aria-disabled={isOff || undefined}
			onClick={() => !isOff && onPress()}
			className={classNames(
				'grid size-8 flex-none place-items-center rounded-md text-ink-2 hover:bg-sunken hover:text-ink aria-disabled:cursor-not-allowed aria-disabled:text-ink-3 max-sm:size-11',
				isBordered ? 'border border-line-strong bg-panel aria-disabled:border-line' : 'aria-disabled:opacity-60',
			)}
		>
			{children}
			<span className="sr-only">{label}</span>
		</button>
	);
}
