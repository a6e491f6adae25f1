import type { Finding } from './domain/bundle/finding.ts';

/**
 * Why an action was refused. Each code has one meaning for the caller and one HTTP status for a handler.
 * - not_signed_in: no live session (401)
 * - forbidden: this person may not do this (403)
 * - not_found: it does not exist, or the person may not see it (404)
 * - conflict: the state has changed: out of turn, done twice, voided, expired, somebody else was first (409)
 * - too_large: over a documented limit (413)
 * - invalid: the input itself is wrong; `findings` may say where (422)
 * - throttled: too many attempts; the message says how long to wait (429)
 * - unavailable: a server that we need did not answer; nothing was changed (503)
 */
export type RefusalCode = 'not_signed_in' | 'forbidden' | 'not_found' | 'conflict' | 'too_large' | 'invalid' | 'throttled' | 'unavailable';

export const HTTP_STATUS: Record<RefusalCode, number> = {
	not_signed_in: 401,
	forbidden: 403,
	not_found: 404,
	conflict: 409,
	too_large: 413,
	invalid: 422,
	throttled: 429,
	unavailable: 503,
};

/** An expected refusal. Thrown inside an action so that its transaction rolls back; returned as a value (see `asResult`). */
export class Refusal extends Error {
	readonly code: RefusalCode;
	readonly findings: Finding[];
	/** What is wrong with a field of the form, by its name. */
	readonly fields: Record<string, string>;

	constructor(code: RefusalCode, message: string, findings: Finding[] = [], fields: Record<string, string> = {}) {
		super(message);
		this.name = 'Refusal';
		this.code = code;
		this.findings = findings;
		this.fields = fields;
	}
}

export type RefusalValue = Pick<Refusal, 'code' | 'message' | 'findings' | 'fields'>;
export type Result<T> = { ok: true; value: T } | { ok: false; refusal: RefusalValue };

/** Runs an action: a Refusal becomes a value; anything else is unexpected and is thrown on. */
export async function asResult<T>(work: () => Promise<T>): Promise<Result<T>> {
	try {
		return { ok: true, value: await work() };
	} catch (error) {
		if (!(error instanceof Refusal)) throw error;
		const { code, message, findings, fields } = error;
		return { ok: false, refusal: { code, message, findings, fields } };
	}
}
