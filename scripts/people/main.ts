// Who may sign in: for whoever deploys the console. Passwords are read from standard input, never from the arguments.
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { addPerson, newPersonSchema } from '#lib/access/add-person.ts';
import { disablePerson } from '#lib/access/disable-person.ts';
import { revokeSessions } from '#lib/access/revoke-sessions.ts';
import { setRoles } from '#lib/access/set-roles.ts';
import { ROLES } from '#lib/domain/roles.ts';
import type { Result } from '#lib/errors.ts';
import { openStore, type Store } from '#lib/store/client.ts';

const USAGE = `npm run people -- --add EMAIL --name NAME --roles ROLE,ROLE   (asks for a first password)
npm run people -- --set-roles EMAIL --roles ROLE,ROLE
npm run people -- --disable EMAIL
npm run people -- --sign-out EMAIL                            (ends every session: a device is lost)

Roles: ${ROLES.join(', ')}. COUNTERSIGN_DATABASE_URL says where.`;

const option = { type: 'string' } as const;
const { values } = parseArgs({
	options: { add: option, name: option, roles: option, 'set-roles': option, disable: option, 'sign-out': option },
});
const url = process.env.COUNTERSIGN_DATABASE_URL;
if (!url) fail('COUNTERSIGN_DATABASE_URL is not set: it is the URL of the console’s database.');
const store = openStore(url);
try {
	const result = await carryOut(store);
	if (!result.ok) fail(result.refusal.message);
	console.log('Done, and recorded.');
} catch (error) {
	fail(error instanceof z.ZodError ? z.prettifyError(error) : String(error));
} finally {
	await store.$disconnect();
}

async function carryOut(store: Store): Promise<Result<unknown>> {
	if (values.disable) return disablePerson({ store, email: values.disable.toLowerCase() });
	if (values['sign-out']) return signOutEverywhere(store, values['sign-out'].toLowerCase());
	const roles = z.array(z.enum(ROLES)).parse((values.roles ?? '').split(',').filter(Boolean));
	if (values['set-roles']) return setRoles({ store, email: values['set-roles'].toLowerCase(), roles });
	if (!values.add) return fail(USAGE);
	return addPerson({
		store,
		person: newPersonSchema.parse({ name: values.name ?? '', email: values.add, roles, password: await askPassword() }),
	});
}

async function signOutEverywhere(store: Store, email: string): Promise<Result<unknown>> {
	const person = await store.person.findUnique({ where: { email }, select: { id: true } });
	if (!person) return fail(`There is nobody with the email ${email}.`);
	return { ok: true, value: await revokeSessions({ store, personId: person.id, actor: { id: null, name: 'system' } }) };
}

async function askPassword(): Promise<string> {
	const lines = createInterface({ input: process.stdin, output: process.stderr });
	const password = await lines.question('First password (at least 12 characters): ');
	lines.close();
	return password;
}

function fail(message: string): never {
	console.error(message);
	process.exit(1);
}
