import { unstable_rethrow } from 'next/navigation';

/** What a form says when no answer came. It claims neither success nor failure. */
export const UNANSWERED =
	'The console did not answer. Your request may or may not have been carried out: reload the page before you try again.';

/** What a server action answered; `unanswered` when the network or a proxy lost the request or its answer. */
export async function answerOr<T>(asked: Promise<T>, unanswered: T): Promise<T> {
	try {
		return await asked;
	} catch (error) {
		unstable_rethrow(error); // Next.js throws its redirects.
		return unanswered;
	}
}
