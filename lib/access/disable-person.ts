import { asResult, Refusal, type Result } from '#lib/errors.ts';
import { appendRecord } from '#lib/record/append-record.ts';
import type { Store } from '#lib/store/client.ts';

/** Ends a person's access at once: the account and all its sessions. Their signatures no longer count. */
export function disablePerson(input: { store: Store; email: string }): Promise<Result<null>> {
	return asResult(() =>
		input.store.$transaction(async (tx) => {
			const person = await tx.person.findUnique({ where: { email: input.email }, select: { id: true } });
			if (!person) throw new Refusal('not_found', `No person has the email ${input.email}.`);
			await tx.person.update({ where: { id: person.id }, data: { active: false } });
			const { count } = await tx.session.updateMany({ where: { personId: person.id, revokedAt: null }, data: { revokedAt: new Date() } });
			await appendRecord(tx, {
				kind: 'person.disabled',
				actor: { id: null, name: 'system' },
				subject: { personId: person.id },
				data: { sessions: count },
			});
			return null;
		}),
	);
}
