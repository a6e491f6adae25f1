import { describe, expect, test } from 'vitest';
import {
	mayAbort,
	mayComment,
	mayConfirmRestore,
	mayExecute,
	mayFile,
	mayReadChange,
	mayReadRecord,
	mayResolveComment,
	mayRevise,
	maySignSeat,
	mayStandBy,
	mayTick,
} from '#lib/access/policy.ts';
import { ROLES, type Role } from '#lib/domain/roles.ts';

const person = (id: string, ...roles: Role[]) => ({ id, roles });
const everything = person('all', ...ROLES);

describe('who may sign', () => {
	const change = { seat: 'dba', requesterId: 'rui', signers: [] } as const;

	test('the holder of the seat’s role may', () => {
		expect(maySignSeat(person('dana', 'dba'), change)).toBe(true);
	});
	test('an administrator may not, nor the holder of another seat', () => {
		expect(maySignSeat(person('ada', 'administrator', 'security_officer', 'chairman'), change)).toMatch(/do not have the role Database/);
	});
	test('the requester may not sign their own change, whatever roles they hold', () => {
		expect(maySignSeat({ ...everything, id: 'rui' }, change)).toMatch(/You cannot sign your own change/);
	});
	test('one person takes one seat on a change', () => {
		const signers = [{ seat: 'security_officer', personId: 'dana' }] as const;
		expect(maySignSeat(person('dana', 'dba'), { ...change, signers })).toMatch(/One person may sign in one seat only/);
	});
});

describe('who may execute', () => {
	const change = { requesterId: 'rui', signers: [{ seat: 'dba', personId: 'dana' }], target: { operatorMaySign: false } } as const;

	test('an operator may', () => {
		expect(mayExecute(person('olga', 'operator'), change)).toBe(true);
	});
	test('the requester may not, and who is no operator may not', () => {
		expect(mayExecute(person('rui', 'operator'), change)).toMatch(/Another person must execute it/);
		expect(mayExecute(person('ada', 'administrator'), change)).toMatch(/do not have the role Operator/);
	});
	test('a signer may only where the target allows it', () => {
		const dana = person('dana', 'dba', 'operator');
		expect(mayExecute(dana, change)).toMatch(/another person must execute it/);
		expect(mayExecute(dana, { ...change, target: { operatorMaySign: true } })).toBe(true);
	});
});

describe('who may confirm a restore', () => {
	const run = { capacity: 'dba', requesterId: 'rui', confirmedBy: ['olga'] } as const;

	test('a DBA may, beside the operator', () => {
		expect(mayConfirmRestore(person('dana', 'dba'), run)).toBe(true);
	});
	test('one person may not give both words, and the requester gives none', () => {
		expect(mayConfirmRestore(person('olga', 'operator', 'dba'), run)).toMatch(/A second person must confirm it/);
		expect(mayConfirmRestore(person('rui', 'dba'), run)).toMatch(/Other people must confirm/);
		expect(mayConfirmRestore(person('olga', 'operator'), { ...run, confirmedBy: [] })).toMatch(/do not have the role Database/);
	});
});

test('an auditor reads everything and changes nothing', () => {
	const auditor = person('ava', 'auditor');
	expect([mayReadChange(auditor), mayReadRecord(auditor)]).toEqual([true, true]);
	for (const refused of [
		mayFile(auditor),
		mayAbort(auditor),
		mayStandBy(auditor),
		mayTick(auditor),
		mayRevise(auditor, { requesterId: 'rui' }),
	]) {
		expect(refused).toEqual(expect.any(String));
	}
	expect(mayAbort(person('ava', 'auditor', 'operator'))).toBe(true);
	expect(mayStandBy(person('ava', 'auditor', 'operator'))).toBe(true);
});

test('a person without any role reads nothing', () => {
	expect(mayReadChange(person('new'))).toMatch(/no role/);
	expect(mayAbort(person('new'))).not.toBe(true);
});

test('only the requester revises a change, and only while still a requester', () => {
	expect(mayRevise(person('rui', 'requester'), { requesterId: 'rui' })).toBe(true);
	expect(mayRevise(person('rui', 'dba'), { requesterId: 'rui' })).toMatch(/do not have the role Requester/);
	expect(mayRevise(everything, { requesterId: 'rui' })).toMatch(/Only the requester/);
});

describe('who may comment', () => {
	const comment = { authorId: 'olga', requesterId: 'rui' };

	test.each([['requester'], ['dba'], ['security_officer'], ['chairman'], ['operator']] as [Role][])(
		'a person with the role %s may',
		(role) => {
			expect(mayComment(person('somebody', role))).toBe(true);
		},
	);
	test('an auditor and an administrator may not, nor resolve what they wrote in another role before', () => {
		const reads = person('olga', 'auditor', 'administrator');
		expect(mayComment(reads)).toMatch(/Only Requesters, signers and Operators/);
		expect(mayResolveComment(reads, comment)).toMatch(/Only Requesters, signers and Operators/);
	});
	test('who wrote a comment, the requester of the change and signers resolve it, and nobody else', () => {
		expect(mayResolveComment(person('olga', 'operator'), comment)).toBe(true);
		expect(mayResolveComment(person('rui', 'requester'), comment)).toBe(true);
		expect(mayResolveComment(person('charles', 'chairman'), comment)).toBe(true);
		expect(mayResolveComment(person('ines', 'operator'), comment)).toMatch(/Only who wrote a comment/);
		expect(mayResolveComment(person('mei', 'requester'), comment)).toMatch(/Only who wrote a comment/);
	});
});
