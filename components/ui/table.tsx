import type { HTMLAttributes, ReactNode, TdHTMLAttributes, ThHTMLAttributes } from 'react';
import { classNames } from './class-names.ts';

/** A table in a panel. `label` names it; it scrolls sideways by itself, also by keyboard, so that the page never does. */
export function Table({ label, children }: { label: string; children: ReactNode }) {
	return (
		// biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
		<section aria-label={label} tabIndex={0} className="panel overflow-x-auto">
			<table className="w-full border-collapse text-left">{children}</table>
		</section>
	);
}

export function HeadCell({ className, ...rest }: ThHTMLAttributes<HTMLTableCellElement>) {
	return (
		<th
			scope="col"
			className={classNames('h-9 whitespace-nowrap border-b border-line px-3.5 text-sm font-medium text-ink-2', className)}
			{...rest}
		/>
	);
}

export function BodyRow({ className, ...rest }: HTMLAttributes<HTMLTableRowElement>) {
	return <tr className={classNames('border-b border-line last:border-0 hover:bg-sunken', className)} {...rest} />;
}

export function Cell({ className, ...rest }: TdHTMLAttributes<HTMLTableCellElement>) {
	return <td className={classNames('h-9 px-3.5 py-1.5 align-middle', className)} {...rest} />;
}
