/** A signature over a line. */
export function BrandMark({ className = 'size-4' }: { className?: string }) {
	return (
		<svg className={`flex-none ${className}`} viewBox="0 0 16 16" fill="none" stroke="currentColor" strokeWidth="1.6" aria-hidden="true">
			<path d="M2 11.5c2-6 3.5-6 4.5-3s2 3 3.5 0 2.5-3 4-1M2 14h12" />
		</svg>
	);
}
