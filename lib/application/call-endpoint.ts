import type { SecretRef } from '#lib/domain/target.ts';
import { readSecret } from '#lib/env.ts';

/** How long an endpoint of the application may take to answer. */
export const ENDPOINT_TIMEOUT_MS = 5_000;

/**
 * Calls one of the deployer's endpoints. Anything but a 2xx answer is an Error that says which endpoint and what it answered:
 * a redirect counts as a refusal (it may lead anywhere), and so does silence.
 */
export async function callEndpoint(call: { url: string; method: 'GET' | 'POST'; token?: SecretRef; body?: unknown }): Promise<unknown> {
	const headers: Record<string, string> = { accept: 'application/json' };
	if (call.token) headers.authorization = `Bearer ${readSecret(call.token)}`;
	if (call.body !== undefined) headers['content-type'] = 'application/json';
	const place = `${call.method} ${call.url}`;
	const response = await fetch(call.url, {
		method: call.method,
		headers,
		body: call.body === undefined ? null : JSON.stringify(call.body),
		redirect: 'manual',
		signal: AbortSignal.timeout(ENDPOINT_TIMEOUT_MS),
	}).catch((error: Error) => {
		throw new Error(
			error.name === 'TimeoutError' ? `${place} did not answer within ${ENDPOINT_TIMEOUT_MS / 1000} s` : `${place}: ${reasonOf(error)}`,
		);
	});
	const text = await response.text();
	if (!response.ok) throw new Error(`${place} answered ${response.status || 'with a redirect'}`);
	if (text === '') return null;
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}

/** fetch hides the reason in `cause`. */
function reasonOf(error: Error): string {
	return error.cause instanceof Error ? error.cause.message : error.message;
}
