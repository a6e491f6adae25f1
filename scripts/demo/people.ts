import pg from 'pg';
import { hashPassword, verifyPassword } from '#lib/access/password.ts';
import type { Role } from '#lib/domain/roles.ts';

export type Person = { name: string; email: string; roles: Role[]; note?: string };

/** Who can sign in. Two for every seat, so that one may be away, and so that refusals can be seen. */
export const PEOPLE: Person[] = [
	person('Rui Almeida', ['requester']),
	person('Mei Tanaka', ['requester']),
	person('Dana Brandt', ['dba']),
	person('Dario Conti', ['dba']),
	person('Samir Osei', ['security_officer']),
	person('Sofia Lund', ['security_officer']),
	person('Charles Nwosu', ['chairman']),
	person('Clara Weiss', ['chairman']),
	person('Olga Petrov', ['operator']),
	person('Ines Duarte', ['operator'], 'stands by as incident responder'),
	person('Aude Laurent', ['auditor']),
	person('Ada Min', ['administrator']),
];

/** Puts the people and their roles into the console's database; those who are there stay as they are, but for the password. */
export async function seedPeople({ url, password }: { url: string; password: string }): Promise<void> {
	const client = new pg.Client({ connectionString: url });
	await client.connect();
	try {
		const passwordHash = await keptHash(client, password);
		for (const { name, email, roles } of PEOPLE) {
			await client.query(
				`WITH put AS (
					INSERT INTO person (email, name, password_hash) VALUES ($1, $2, $3)
					ON CONFLICT (email) DO UPDATE SET password_hash = excluded.password_hash RETURNING id
				)
				INSERT INTO person_role (person_id, role) SELECT put.id, role FROM put, unnest($4::text[]) AS role ON CONFLICT DO NOTHING`,
				[email, name, passwordHash, roles],
			);
		}
	} finally {
		await client.end();
	}
}

/** One hash for all: they have one password, and hashing is slow on purpose. */
async function keptHash(client: pg.Client, password: string): Promise<string> {
	const { rows } = await client.query<{ password_hash: string }>('SELECT password_hash FROM person WHERE email = $1', [PEOPLE[0]?.email]);
	const kept = rows[0]?.password_hash;
	return kept && (await verifyPassword(password, kept)) ? kept : hashPassword(password);
}

function person(name: string, roles: Role[], note?: string): Person {
	const email = `${name.toLowerCase().replace(' ', '.')}@ehg.example`;
	return note === undefined ? { name, email, roles } : { name, email, roles, note };
}
