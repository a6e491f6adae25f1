import type { ReactNode } from 'react';

/** Facts by name, in a panel; names at the left, values at the right. */
export function KeyValues({ items }: { items: { name: string; value: ReactNode }[] }) {
	return (
		<dl className="panel grid gap-2.5 p-3.5">
			{items.map((item) => (
				<div key={item.name} className="flex items-baseline justify-between gap-4">
					<dt className="flex-none text-ink-2">{item.name}</dt>
					<dd className="min-w-0 text-right text-balance [overflow-wrap:anywhere]">{item.value}</dd>
				</div>
			))}
		</dl>
	);
}
