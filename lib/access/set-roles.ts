import type { Role } from '#lib/domain/roles.ts';
import { asResult, Refusal, type Result } from '#lib/errors.ts';
import { appendRecord } from '#lib/record/append-record.ts';
import type { Store } from '#lib/store/client.ts';

/** Sets all roles of a person at once. Signatures in a role that they no longer hold no longer count. */
export function setRoles(input: { store: Store; email: string; roles: Role[] }): Promise<Result<null>> {
	return asResult(() =>
		input.store.$transaction(async (tx) => {
			const person = await tx.person.findUnique({ where: { email: input.email }, select: { id: true } });
			if (!person) throw new Refusal('not_found', `No person has the email ${input.email}.`);
			await tx.personRole.deleteMany({ where: { personId: person.id } });
			await tx.personRole.createMany({ data: input.roles.map((role) => ({ personId: person.id, role })) });
			await appendRecord(tx, {
				kind: 'person.roles_set',
				actor: { id: null, name: 'system' },
				subject: { personId: person.id },
				data: { roles: input.roles },
			});
			return null;
		}),
	);
}
