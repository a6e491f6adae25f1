import { Prisma } from './generated/client.ts';

/** Whether a write failed because the row already exists (Prisma's P2002): somebody else was first. */
export function isUniqueViolation(error: unknown): boolean {
	return error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002';
}
