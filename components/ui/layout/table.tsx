import type { HTMLAttributes, ReactNode, TdHTMLAttributes, ThHTMLAttributes } from 'react';
import { classNames } from '../class-names.ts';

/** A table in a panel. `label` names it. It scrolls sideways on its own, also by keyboard, so the page never does. */
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

/** The names of the columns; those of numbers stand at the right, above them. */
export function HeadRow({ columns }: { columns: readonly (string | { number: string })[] }) {
	return (
		<thead>
			<tr>
				{columns.map((column) =>
					typeof column === 'string' ? (
						<HeadCell key={column}>{column}</HeadCell>
					) : (
						<HeadCell key={column.number} className="text-right">
							{column.number}
						</HeadCell>
					),
				)}
			</tr>
		</thead>
	);
}

export function BodyRow({ className, ...rest }: HTMLAttributes<HTMLTableRowElement>) {
	return <tr className={classNames('border-b border-line last:border-0 hover:bg-sunken', className)} {...rest} />;
}

export function Cell({ className, ...rest }: TdHTMLAttributes<HTMLTableCellElement>) {
	return <td className={classNames('h-9 px-3.5 py-1.5 align-middle', className)} {...rest} />;
}
