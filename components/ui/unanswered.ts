import { unstable_rethrow } from 'next/navigation';

/** What a form says when no answer came: neither that it worked nor that it did not. */
export const UNANSWERED =
	'No answer came from the console. What you asked for may have happened or not: look at the page again before you repeat it.';

/** What a server action answered; `unanswered` when the network or a proxy lost the request or its answer. */
export async function answerOr<T>(asked: Promise<T>, unanswered: T): Promise<T> {
	try {
		return await asked;
	} catch (error) {
		unstable_rethrow(error); // Next.js throws its redirects.
		return unanswered;
	}
}
