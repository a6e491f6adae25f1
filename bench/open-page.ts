import { encode } from 'next-auth/jwt';
import { signInAs, type ThrowawayConsole } from '#scripts/throwaway/console.ts';
import type { ConsoleProcess } from './console-process.ts';

/**
 * Has the run's page open, as the operator does while it goes on: the page once, then its events until they end. Returns how many
 * rows of the journal came.
 */
export async function keepPageOpen(page: { web: ConsoleProcess; console: ThrowawayConsole; runId: string }): Promise<number> {
	const { web, console, runId } = page;
	const { id, sessionId } = await signInAs(console, 'operator');
	const token = await encode({ token: { personId: id, sessionId }, secret: web.secret });
	const ask = async (path: string) => {
		const response = await fetch(new URL(path, web.url), { headers: { cookie: `next-auth.session-token=${token}` }, redirect: 'manual' });
		if (!response.ok) throw new Error(`${path} answered ${response.status}`);
		return response;
	};
	await (await ask(`/runs/${runId}`)).text();
	const { body } = await ask(`/api/runs/${runId}/events`);
	let rows = 0;
	let rest = '';
	for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
		const events = (rest + chunk).split('\n\n');
		rest = events.pop() ?? '';
		rows += events.filter((event) => event.includes('event: journal\n')).length;
	}
	return rows;
}
