import { findingAbout, findingAt } from '#lib/bundle/finding-at.ts';
import type { Finding } from '#lib/domain/bundle/finding.ts';
import type { Target } from '#lib/domain/target/target.ts';
import type { TargetClient } from '#lib/postgres/connection/connect.ts';
import type { WayBackActs } from './way-back-acts.ts';

/** `loud`: the logins of the console at whose sign-in they run. */
export type LoginTriggers = { triggers: { name: string; quoted: string; isEnabled: boolean }[]; loud: string[] };

/** Event triggers on login, which there are since 17. `event_triggers = off` as the role's own setting keeps them from running at its sign-in. */
export async function readLoginTriggers(client: TargetClient, { connection }: Target): Promise<LoginTriggers> {
	const { rows: triggers } = await client.query<LoginTriggers['triggers'][number]>(
		`select evtname::text as name, pg_catalog.quote_ident(evtname) as quoted, evtenabled in ('O', 'A') as "isEnabled"
		   from pg_catalog.pg_event_trigger where evtevent = 'login' order by 1`,
	);
	const { run, backup, restore } = connection.logins;
	const { rows: loud } = await client.query<{ name: string }>(
		`select rolname::text as name from pg_catalog.pg_roles r where rolname = any ($1) and not exists (
			select from pg_catalog.pg_db_role_setting s where s.setrole = r.oid and s.setdatabase = 0 and 'event_triggers=off' = any (s.setconfig)) order by 1`,
		[[run.user, backup.user, restore.user]],
	);
	return { triggers, loud: loud.map(({ name }) => name) };
}

/** Those that the target has, and those that the bundle makes or enables. Whether its function writes nobody can know. */
export function aboutLoginTriggers(acts: WayBackActs, login: LoginTriggers): Finding[] {
	const enabled = acts.eventTriggers.filter(({ name, isMade }) => isMade || login.triggers.some((one) => one.name === name));
	return [
		...login.triggers.filter(({ isEnabled }) => isEnabled).map(({ quoted }) => aboutTrigger(quoted, login.loud)),
		...enabled.map(({ at, name }) => findingAt(at, aboutNew(name, login.loud))),
	];
}

function aboutTrigger(name: string, loud: string[]): Finding {
	const code = 'login_trigger';
	if (loud.length === 0) {
		const message = `the event trigger ${name} runs at every login but those of the console: where it writes, and others sign in after the backup, the run stops before BEGIN`;
		const instead = 'Keep others out while the change runs, monitoring too.';
		return findingAbout(null, { code, severity: 'note', about: name, message, instead });
	}
	const message = `the event trigger ${name} runs at every login, those of the console’s ${loginsInWords(loud)} too: where it writes, the database is never as its backup, and the run stops before BEGIN`;
	const instead = `If it writes, disable it for the run: ALTER EVENT TRIGGER ${name} DISABLE. Or ${quietInWords(loud)}`;
	return findingAbout(null, { code, severity: 'accept', about: name, message, instead });
}

function aboutNew(name: string, loud: string[]) {
	const ours =
		loud.length === 0 ? '' : `. It runs at the logins of the console’s ${loginsInWords(loud)} too: if it writes, no later change runs`;
	return {
		code: 'login_trigger',
		severity: 'accept' as const,
		about: name,
		message: `after this the event trigger ${name} runs at every login: while its function fails, nobody can sign in${ours}`,
		instead: `Have the function catch every error of its own, and try it on staging.${loud.length === 0 ? '' : ` First ${quietInWords(loud)}`}`,
	};
}

function loginsInWords(loud: string[]): string {
	return `${loud.length === 1 ? 'login' : 'logins'} ${loud.join(', ')}`;
}

function quietInWords(loud: string[]): string {
	return `enroll the target again, which sets event_triggers = off for a login that is no superuser. For a superuser that only the console uses, of ${loud.join(', ')}, do it by hand: ALTER ROLE … SET event_triggers = off.`;
}
