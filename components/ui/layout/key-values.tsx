import type { ReactNode } from 'react';

/** Names at the left, values at the right, in a panel. */
export function KeyValues({ items }: { items: { name: string; value: ReactNode }[] }) {
	return (
		<dl className="panel grid gap-2.5 p-3.5">
			{items.map((item) => (
				<div key={item.name} className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-0.5">
					<dt className="flex-none text-ink-2">{item.name}</dt>
					<dd className="ml-auto min-w-0 text-right text-balance [overflow-wrap:anywhere]">{item.value}</dd>
				</div>
			))}
		</dl>
	);
}
