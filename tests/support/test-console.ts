import { inject } from 'vitest';
import type { Actor } from '#lib/access/actor.ts';
import { findActor } from '#lib/access/find-actor.ts';
import { openStore, type Store } from '#lib/store/client.ts';
import type { Place } from './global-setup.ts';
import { APP_LOGIN, OWNER_LOGIN, type PersonKey } from './people.ts';
import { cloneDatabase, keptSession, query, type Row } from './sql.ts';

export { readRecord } from './read-record.ts';

export type TestConsole = {
	store: Store;
	/** URLs of this console's database: as the console, as the owner who migrates, as the superuser. */
	appUrl: string;
	ownerUrl: string;
	superuserUrl: string;
	/** One query as the superuser. */
	sql<T extends Row = Row>(text: string, values?: unknown[]): Promise<T[]>;
	/** That person, signed in just now. */
	actor(person: PersonKey): Promise<Actor>;
	idOf(person: PersonKey): Promise<string>;
	close(): Promise<void>;
};

let made = 0;

/** A console's database of a test's own: migrated, with its people, and nothing filed yet. On the tests' shared cluster by default. */
export async function openTestConsole({ port, password }: Place = inject('clusters').console): Promise<TestConsole> {
	made += 1;
	const database = `console_${process.pid}_${process.env.VITEST_POOL_ID ?? 0}_${Date.now().toString(36)}_${made}`;
	const urlAs = (login: { user: string; password: string }, name = database) =>
		`postgresql://${login.user}:${login.password}@127.0.0.1:${port}/${name}`;
	const superuser = { user: 'postgres', password };
	await cloneDatabase((name) => urlAs(superuser, name), { from: 'console_template', to: database });
	const session = keptSession(urlAs(superuser));
	const sql = session.query;
	await sql(`alter database ${database} owner to ${OWNER_LOGIN.user}; revoke all on database ${database} from public;
		grant connect on database ${database} to ${APP_LOGIN.user}`);
	const store = openStore(urlAs(APP_LOGIN));
	const idOf = async (person: PersonKey) =>
		(await store.person.findUniqueOrThrow({ where: { email: `${person}@example.test` }, select: { id: true } })).id;
	return {
		store,
		appUrl: urlAs(APP_LOGIN),
		ownerUrl: urlAs(OWNER_LOGIN),
		superuserUrl: urlAs(superuser),
		sql,
		idOf,
		actor: async (person) => {
			const personId = await idOf(person);
			const { id: sessionId } = await store.session.create({
				data: { personId, expiresAt: new Date(Date.now() + 3_600_000) },
				select: { id: true },
			});
			const actor = await findActor(store, { sessionId, personId });
			if (!actor) throw new Error(`${person} has a session and is not signed in`);
			return actor;
		},
		close: async () => {
			await store.$disconnect();
			await session.close();
			await query(urlAs(superuser, 'postgres'), `drop database if exists ${database} with (force)`);
		},
	};
}
