import { randomUUID } from 'node:crypto';
import { ZodError } from 'zod';
import type { Finding } from '#lib/domain/bundle/finding.ts';
import { Refusal, type RefusalCode, type Result } from '#lib/errors.ts';
import { log } from '#lib/log.ts';

/** Why an action was refused, as its form shows it. */
export type ActionRefusal = {
	/** `unexpected`: the details are in the server's log, under `errorId`. */
	code: RefusalCode | 'unexpected';
	message: string;
	findings: Finding[];
	/** What is wrong with each field, by its name. */
	fields: Record<string, string>;
	errorId: string | null;
};
export type ActionResult<T> = { ok: true; value: T } | { ok: false; refusal: ActionRefusal };

/**
 * Runs an action: an expected refusal goes back to the form as a value. Anything else is logged under an id that the
 * form shows, and no detail reaches the browser. Redirects are thrown, so they belong after this, not inside.
 */
export async function actionResult<T>(work: () => Promise<Result<T>>): Promise<ActionResult<T>> {
	try {
		const result = await work();
		if (result.ok) return result;
		return refused(result.refusal);
	} catch (error) {
		if (error instanceof Refusal) return refused(error);
		if (error instanceof ZodError)
			return refused({
				code: 'invalid',
				message: 'Some fields are missing or not valid. Nothing was stored.',
				fields: fieldsOf(error),
			});
		const errorId = randomUUID();
		log.error({ errorId, error }, 'an action failed');
		return refused({
			code: 'unexpected',
			message: 'Something went wrong in the console. Reload the page to see the current state.',
			errorId,
		});
	}
}

function refused(why: Pick<ActionRefusal, 'code' | 'message'> & Partial<ActionRefusal>): ActionResult<never> {
	const { code, message, findings = [], fields = {}, errorId = null } = why;
	return { ok: false, refusal: { code, message, findings, fields, errorId } };
}

function fieldsOf(error: ZodError): Record<string, string> {
	return Object.fromEntries(
		error.issues.toReversed().map(({ path, message }) => [String(path[0] ?? ''), `${message[0]?.toUpperCase()}${message.slice(1)}.`]),
	);
}
