import Link from 'next/link';
import type { ReactNode } from 'react';
import { classNames } from '../class-names.ts';

/** The width of a page and its margins. `wide` is for pages with several live columns. */
export function Page({ wide = false, children }: { wide?: boolean; children: ReactNode }) {
	return (
		<div className={classNames('mx-auto w-full px-3 pt-4 pb-36 sm:px-6 sm:pt-5.5 sm:pb-10', wide ? 'max-w-[1480px]' : 'max-w-[1180px]')}>
			{children}
		</div>
	);
}

/**
 * The top of a page: breadcrumb, its one h1, tags below, actions at the right.
 * On a narrow screen the actions stay at the bottom edge, above the navigation, within reach of a thumb.
 */
export function PageHead({
	trail = [],
	title,
	tags,
	actions,
}: {
	trail?: { label: string; href?: string }[];
	title: ReactNode;
	tags?: ReactNode;
	actions?: ReactNode;
}) {
	return (
		<header className="mb-4.5">
			<div className="flex flex-wrap items-end gap-x-5 gap-y-3">
				<div className="min-w-0 flex-1 basis-80">
					{trail.length > 0 && <Trail steps={trail} />}
					<h1 className="mt-0.5 text-2xl font-semibold tracking-[-0.018em] [overflow-wrap:anywhere]">{title}</h1>
				</div>
				{actions && (
					<div
						data-print="hide"
						className="flex gap-2 max-sm:fixed max-sm:inset-x-0 max-sm:bottom-[calc(52px+env(safe-area-inset-bottom))] max-sm:z-10 max-sm:border-t max-sm:border-line max-sm:bg-panel max-sm:px-3 max-sm:py-2.5 max-sm:*:h-11 max-sm:*:min-w-0 max-sm:*:flex-1 max-sm:*:whitespace-normal max-sm:*:leading-tight"
					>
						{actions}
					</div>
				)}
			</div>
			{tags && <div className="mt-2.5 flex flex-wrap items-center gap-2 text-sm text-ink-2">{tags}</div>}
		</header>
	);
}

function Trail({ steps }: { steps: { label: string; href?: string }[] }) {
	return (
		<nav aria-label="Breadcrumb">
			<ol className="flex flex-wrap gap-x-1.5 text-sm text-ink-3">
				{steps.map((step, index) => (
					<li key={step.label} className="flex gap-x-1.5">
						{index > 0 && <span aria-hidden>/</span>}
						{step.href ? (
							<Link href={step.href} className="rounded-sm hover:text-ink hover:underline">
								{step.label}
							</Link>
						) : (
							<span aria-current={index === steps.length - 1 ? 'page' : undefined}>{step.label}</span>
						)}
					</li>
				))}
			</ol>
		</nav>
	);
}
