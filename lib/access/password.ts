import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import pLimit from 'p-limit';
import { Refusal } from '#lib/errors.ts';

/**
 * OWASP's parameters for scrypt with 32 MB per hash (Password Storage Cheat Sheet: N=2^15, r=8, p=3): as strong as its other
 * options, and two at a time fit into a process that has 400 MB.
 */
const COST = { n: 2 ** 15, r: 8, p: 3 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** No stored hash may ask for more memory than this. */
const MAX_MEMORY_BYTES = 64 * 1024 * 1024;
const AT_ONCE = 2;
const MAX_WAITING = 32;

type Cost = typeof COST;
type StoredHash = { cost: Cost; salt: Buffer; hash: Buffer };

/** Hashes a password for storing, as `scrypt$N$r$p$salt$hash` (base64url). Throws a Refusal when too many are waiting. */
export async function hashPassword(password: string): Promise<string> {
	const salt = randomBytes(SALT_BYTES);
	const hash = await derive(password, { cost: COST, salt });
	return ['scrypt', COST.n, COST.r, COST.p, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/**
 * Whether this is the password that was hashed. `stored` is null when the person does not exist: this takes the same time and
 * returns false. Throws a Refusal when too many are waiting, and an Error when the stored value is not a hash.
 */
export async function verifyPassword(password: string, stored: string | null): Promise<boolean> {
	const expected = stored === null ? nobody() : parseStored(stored);
	const hash = await derive(password, expected);
	return timingSafeEqual(hash, expected.hash) && stored !== null;
}

function nobody(): StoredHash {
	return { cost: COST, salt: randomBytes(SALT_BYTES), hash: randomBytes(HASH_BYTES) };
}

function parseStored(stored: string): StoredHash {
	const match = /^scrypt\$(\d+)\$(\d+)\$(\d+)\$([\w-]{22})\$([\w-]{43})$/.exec(stored);
	if (!match) throw new Error('a stored password hash is malformed');
	const [, n, r, p, salt, hash] = match as unknown as [string, string, string, string, string, string];
	const cost = { n: Number(n), r: Number(r), p: Number(p) };
	return { cost, salt: Buffer.from(salt, 'base64url'), hash: Buffer.from(hash, 'base64url') };
}

const inTurn = pLimit(AT_ONCE);

/** Two at a time, the others in turn, with a limited queue: a flood of attempts must not use up the memory or the threads. */
async function derive(password: string, { cost, salt }: { cost: Cost; salt: Buffer }): Promise<Buffer> {
	if (inTurn.pendingCount >= MAX_WAITING)
		throw new Refusal('unavailable', 'Too many people are signing in right now. Try again in a few seconds.');
	return inTurn(() => scryptHash(password, { cost, salt }));
}

function scryptHash(password: string, { cost, salt }: { cost: Cost; salt: Buffer }): Promise<Buffer> {
	const options = { N: cost.n, r: cost.r, p: cost.p, maxmem: MAX_MEMORY_BYTES };
	return new Promise((resolve, reject) => {
		// Some keyboards send "é" as one character, others as two: both are the same password.
		scrypt(password.normalize('NFC'), salt, HASH_BYTES, options, (error, hash) => (error ? reject(error) : resolve(hash)));
	});
}
