import { describe, expect, test } from 'vitest';
import {
	mayAbort,
	mayConfirmRestore,
	mayExecute,
	mayFile,
	mayReadChange,
	mayReadRecord,
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
		expect(maySignSeat(person('ada', 'administrator', 'security_officer', 'chairman'), change)).toMatch(/do not hold the role Database/);
	});
	test('the requester may not sign their own change, whatever roles they hold', () => {
		expect(maySignSeat({ ...everything, id: 'rui' }, change)).toMatch(/Nobody signs their own/);
	});
	test('one person takes one seat on a change', () => {
		const signers = [{ seat: 'security_officer', personId: 'dana' }] as const;
		expect(maySignSeat(person('dana', 'dba'), { ...change, signers })).toMatch(/One person takes one seat/);
	});
});

describe('who may execute', () => {
	const change = { requesterId: 'rui', signers: [{ seat: 'dba', personId: 'dana' }], target: { operatorMaySign: false } } as const;

	test('an operator may', () => {
		expect(mayExecute(person('olga', 'operator'), change)).toBe(true);
	});
	test('the requester may not, and who is no operator may not', () => {
		expect(mayExecute(person('rui', 'operator'), change)).toMatch(/Somebody else executes it/);
		expect(mayExecute(person('ada', 'administrator'), change)).toMatch(/do not hold the role Operator/);
	});
	test('a signer may only where the target allows it', () => {
		const dana = person('dana', 'dba', 'operator');
		expect(mayExecute(dana, change)).toMatch(/another person to execute/);
		expect(mayExecute(dana, { ...change, target: { operatorMaySign: true } })).toBe(true);
	});
});

describe('who may confirm a restore', () => {
	const run = { capacity: 'dba', requesterId: 'rui', confirmedBy: ['olga'] } as const;

	test('a DBA may, beside the operator', () => {
		expect(mayConfirmRestore(person('dana', 'dba'), run)).toBe(true);
	});
	test('one person may not give both words, and the requester gives none', () => {
		expect(mayConfirmRestore(person('olga', 'operator', 'dba'), run)).toMatch(/somebody else’s/);
		expect(mayConfirmRestore(person('rui', 'dba'), run)).toMatch(/confirmed by others/);
		expect(mayConfirmRestore(person('olga', 'operator'), { ...run, confirmedBy: [] })).toMatch(/do not hold the role Database/);
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
	expect(mayRevise(person('rui', 'dba'), { requesterId: 'rui' })).toMatch(/do not hold the role Requester/);
	expect(mayRevise(everything, { requesterId: 'rui' })).toMatch(/Only the requester/);
});
