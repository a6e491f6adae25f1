/** How long a webhook may take to answer. */
const ANSWER_MS = 10_000;

/**
 * Posts to a webhook that the deployer has named. Anything but a 2xx answer in time is an Error: a redirect is not followed, because it
 * may lead anywhere. No error holds the address: who knows it can post there.
 */
export async function postJson({
	url,
	body,
	headers = {},
}: {
	url: string;
	body: string;
	headers?: Record<string, string>;
}): Promise<void> {
	let status: number;
	try {
		const response = await fetch(url, {
			method: 'POST',
			headers: { 'content-type': 'application/json', ...headers },
			body,
			redirect: 'manual',
			signal: AbortSignal.timeout(ANSWER_MS),
		});
		status = response.status;
		await response.body?.cancel();
	} catch (error) {
		throw new Error(whyNot(error as Error));
	}
	if (status < 200 || status > 299) throw new Error(`the webhook answered ${status}`);
}

function whyNot(error: Error): string {
	if (error.name === 'TimeoutError') return `the webhook did not answer within ${ANSWER_MS / 1000} s`;
	const code = (error.cause as NodeJS.ErrnoException | undefined)?.code;
	return `the webhook could not be reached${code ? `: ${code}` : ''}`;
}
