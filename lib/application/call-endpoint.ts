import type { SecretRef } from '#lib/domain/target/target.ts';
import { readSecret } from '#lib/env.ts';
import { redact } from '#lib/redact.ts';
import { readAnswer } from './read-answer.ts';

/** How long an endpoint of the application may take to answer. */
export const ENDPOINT_TIMEOUT_MS = 5_000;

/** It answered, but not with 2xx. */
export class EndpointRefused extends Error {}

type Call = { url: string; method: 'GET' | 'POST'; token?: SecretRef; body?: unknown };

/**
 * Calls one of the deployer's endpoints. Anything but a 2xx answer throws an Error with the endpoint and its answer:
 * a redirect counts as a refusal (it may lead anywhere), and so does no answer. No error contains the token.
 */
export async function callEndpoint(call: Call): Promise<unknown> {
	const place = `${call.method} ${call.url}`;
	const token = call.token ? readSecret(call.token) : null;
	const { status, text } = await ask(call, token).catch((error: Error) => {
		if (error.name === 'TimeoutError') throw new Error(`${place} did not answer within ${ENDPOINT_TIMEOUT_MS / 1000} s`);
		throw new Error(`${place}: ${redact(reasonOf(error), token ? [token] : [])}`);
	});
	if (status < 200 || status > 299) throw new EndpointRefused(`${place} answered ${status}`);
	if (text === '') return null;
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}

async function ask({ url, method, body }: Call, token: string | null): Promise<{ status: number; text: string }> {
	const headers: Record<string, string> = { accept: 'application/json' };
	if (token) headers.authorization = `Bearer ${token}`;
	if (body !== undefined) headers['content-type'] = 'application/json';
	const response = await fetch(url, {
		method,
		headers,
		body: body === undefined ? null : JSON.stringify(body),
		redirect: 'manual',
		signal: AbortSignal.timeout(ENDPOINT_TIMEOUT_MS),
	});
	return { status: response.status, text: await readAnswer(response) };
}

/** fetch puts the reason into `cause`. */
function reasonOf(error: Error): string {
	return error.cause instanceof Error ? error.cause.message : error.message;
}
