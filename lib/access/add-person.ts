import { z } from 'zod';
import { ROLES } from '#lib/domain/roles.ts';
import { asResult, Refusal, type Result } from '#lib/errors.ts';
import { appendRecord } from '#lib/record/append-record.ts';
import type { Store } from '#lib/store/client.ts';
import { isUniqueViolation } from '#lib/store/is-unique-violation.ts';
import { hashPassword } from './password.ts';

export const newPersonSchema = z.strictObject({
	name: z.string().trim().min(1).max(200),
	/** In lower case: it is what people sign in with. */
	email: z.email().max(254).toLowerCase(),
	roles: z.array(z.enum(ROLES)).min(1),
	password: z.string().min(12, 'a password of at least 12 characters').max(1024),
});

/** Adds a person who may sign in. The deployer calls it from the command line; it is recorded. */
export function addPerson(input: { store: Store; person: z.infer<typeof newPersonSchema> }): Promise<Result<{ personId: string }>> {
	return asResult(async () => {
		const { name, email, roles, password } = input.person;
		const passwordHash = await hashPassword(password);
		try {
			return await input.store.$transaction(async (tx) => {
				const { id } = await tx.person.create({
					data: { name, email, passwordHash, roles: { create: roles.map((role) => ({ role })) } },
					select: { id: true },
				});
				await appendRecord(tx, {
					kind: 'person.added',
					actor: { id: null, name: 'system' },
					subject: { personId: id },
					data: { name, email, roles },
				});
				return { personId: id };
			});
		} catch (error) {
			if (isUniqueViolation(error)) throw new Refusal('conflict', `A person with the email ${email} already exists.`);
			throw error;
		}
	});
}
