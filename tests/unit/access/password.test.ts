import { expect, test } from 'vitest';
import { hashPassword, verifyPassword } from '#lib/access/password.ts';

test('a password verifies against its own hash only, and each hash has its own salt', async () => {
	const [one, other] = await Promise.all([hashPassword('correct horse'), hashPassword('correct horse')]);
	expect(one).toMatch(/^scrypt\$32768\$8\$3\$[\w-]{22}\$[\w-]{43}$/);
	expect(one).not.toBe(other);
	expect(await verifyPassword('correct horse', one)).toBe(true);
	expect(await verifyPassword('correct Horse', one)).toBe(false);
});

test('a password typed with another composition of the same letters verifies', async () => {
	expect(await verifyPassword('cafe\u0301', await hashPassword('caf\u00e9'))).toBe(true);
});

test('nobody’s password is never right, and takes as long to refuse', async () => {
	const stored = await hashPassword('x');
	const known = await timed(() => verifyPassword('y', stored));
	const unknown = await timed(() => verifyPassword('y', null));
	expect([known.value, unknown.value]).toEqual([false, false]);
	// Without the work of a hash it would be a thousand times faster.
	expect(unknown.ms).toBeGreaterThan(known.ms / 4);
});

test('a stored hash that is malformed, or asks for more memory than allowed, is an error and not a yes', async () => {
	await expect(verifyPassword('x', 'scrypt$1$1$1$a$b')).rejects.toThrow('malformed');
	const greedy = `scrypt$${2 ** 20}$8$1$${'A'.repeat(22)}$${'A'.repeat(43)}`;
	await expect(verifyPassword('x', greedy)).rejects.toThrow(/memory/i);
});

test('a flood is turned away beyond the queue, and the others are still answered', { timeout: 30_000 }, async () => {
	const cheap = `scrypt$16384$8$1$${'A'.repeat(22)}$${'A'.repeat(43)}`;
	const answers = await Promise.allSettled(Array.from({ length: 40 }, () => verifyPassword('x', cheap)));
	const refused = answers.filter((answer) => answer.status === 'rejected');
	expect(refused).toHaveLength(6);
	for (const answer of refused) expect(answer.reason).toMatchObject({ code: 'unavailable' });
	expect(await verifyPassword('x', cheap)).toBe(false);
});

async function timed<T>(work: () => Promise<T>): Promise<{ value: T; ms: number }> {
	const start = performance.now();
	return { value: await work(), ms: performance.now() - start };
}
