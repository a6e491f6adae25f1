import Link from 'next/link';
import type { AnchorHTMLAttributes, ButtonHTMLAttributes } from 'react';
import { classNames } from '../class-names.ts';

type Look = {
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

function look({ kind = 'secondary', size = 'medium' }: Look, className: string | undefined): string {
	return classNames(
		'inline-flex flex-none select-none items-center justify-center whitespace-nowrap border font-medium transition-colors duration-100',
		'disabled:cursor-not-allowed disabled:border-line disabled:bg-sunken disabled:text-ink-3',
		'aria-disabled:cursor-progress aria-disabled:opacity-80',
		KIND[kind],
		SIZE[size],
		className,
	);
}

/** A button does something. Its type is "button" by default, so it never submits a form by accident. */
export function Button({ kind, size, className, type = 'button', ...rest }: Look & ButtonHTMLAttributes<HTMLButtonElement>) {
	return <button type={type} className={look({ kind, size }, className)} {...rest} />;
}

/** A link that looks like a button goes somewhere in the console. */
export function ButtonLink({ kind, size, className, href, ...rest }: Look & AnchorHTMLAttributes<HTMLAnchorElement> & { href: string }) {
	return <Link href={href} className={look({ kind, size }, className)} {...rest} />;
}

/** The same for a file: it must not be prefetched, nor opened by the router. */
export function DownloadLink({ kind, size, className, href, ...rest }: Look & AnchorHTMLAttributes<HTMLAnchorElement> & { href: string }) {
	return <a href={href} download className={look({ kind, size }, className)} {...rest} />;
}
