import { type FailureCode, failurePage } from '#lib/domain/failure.ts';

/** Links to the paragraph that explains this failure code. */
export function FailureLink({ code }: { code: FailureCode }) {
	return (
		<a href={failurePage(code)} className="text-accent underline underline-offset-2">
			About {code}
		</a>
	);
}
