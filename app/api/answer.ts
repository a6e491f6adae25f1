import { HTTP_STATUS, Refusal } from '#lib/errors.ts';

/** Runs a handler: a Refusal becomes its HTTP status with code and message; anything else is unexpected and is thrown on. */
export async function answer(handle: () => Promise<Response>): Promise<Response> {
	try {
		return await handle();
	} catch (error) {
		if (!(error instanceof Refusal)) throw error;
		const { code, message } = error;
		return Response.json({ code, message }, { status: HTTP_STATUS[code], headers: { 'cache-control': 'no-store' } });
	}
}
