import { classNames } from '../class-names.ts';

export type Look = {
	/** primary: the main action of the page. danger: cannot be undone. quiet: a minor action. */
	kind?: 'primary' | 'secondary' | 'danger' | 'quiet';
	size?: 'small' | 'medium' | 'field' | 'large';
};

const KIND = {
	primary: 'border-transparent bg-accent text-accent-ink hover:bg-accent-strong',
	secondary: 'border-line-strong bg-panel text-ink hover:bg-sunken',
	danger: 'border-[color-mix(in_srgb,var(--fail)_40%,transparent)] bg-panel text-fail hover:bg-fail-soft',
	quiet: 'border-transparent bg-transparent text-ink-2 hover:bg-sunken hover:text-ink',
};
const SIZE = {
	small: 'h-7 px-2.5 text-sm rounded-md gap-1.5',
	medium: 'h-[34px] px-3.5 rounded-[7px] gap-2',
	/** As high as the fields beside it. */
	field: 'h-9 px-3.5 rounded-[7px] gap-2 max-sm:h-11',
	/** For thumbs: 44 px. */
	large: 'h-11 px-4 rounded-lg gap-2',
};

/** The classes of a button, for what is no `Button`. */
export function buttonLook({ kind = 'secondary', size = 'medium' }: Look, className?: string): string {
	return classNames(
		'inline-flex flex-none select-none items-center justify-center whitespace-nowrap border font-medium transition-colors duration-100',
		'disabled:cursor-not-allowed disabled:border-line disabled:bg-sunken disabled:text-ink-3',
		'aria-disabled:cursor-progress aria-disabled:opacity-80',
		KIND[kind],
		SIZE[size],
		className,
	);
}
