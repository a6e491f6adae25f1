/**
 * Text for screen readers when something changes by itself. It must be on the page before its text changes.
 * polite: steps. assertive: outcomes.
 */
export function LiveRegion({ urgency, children }: { urgency: 'polite' | 'assertive'; children: string }) {
	return (
		<div role={urgency === 'polite' ? 'status' : 'alert'} aria-live={urgency} aria-atomic className="sr-only">
			{children}
		</div>
	);
}
