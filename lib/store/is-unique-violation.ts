import { Prisma } from './generated/client.ts';

/** Whether a write met a row that is already there (Prisma's P2002): somebody else won. */
export function isUniqueViolation(error: unknown): boolean {
	return error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002';
}
