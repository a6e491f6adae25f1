import { type FailureCode, failurePage } from '#lib/domain/failure.ts';

/** To the paragraph that says what this kind of failure means. */
export function FailureLink({ code }: { code: FailureCode }) {
	return (
		<a href={failurePage(code)} className="text-accent underline underline-offset-2">
			About {code}
		</a>
	);
}
