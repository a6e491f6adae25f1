import type { ReactNode } from 'react';

/** Nothing here yet: says what would appear, and what makes it appear. */
export function EmptyState({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
	return (
		<div className="panel grid justify-items-start gap-1 border-dashed px-4 py-5">
			<p className="font-medium">{title}</p>
			{children && <p className="prose text-ink-2">{children}</p>}
			{action && <div className="mt-2">{action}</div>}
		</div>
	);
}
