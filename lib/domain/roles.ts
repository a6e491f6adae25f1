/** The roles of people. One person may have several, but may not use two of them in one change where that is forbidden. */
export const ROLES = ['requester', 'dba', 'security_officer', 'chairman', 'operator', 'auditor', 'administrator'] as const;
export type Role = (typeof ROLES)[number];

/** The three seats, in the order in which they sign. */
export const SEATS = ['dba', 'security_officer', 'chairman'] as const;
export type Seat = (typeof SEATS)[number];

export const ROLE_TITLE: Record<Role, string> = {
	requester: 'Requester',
	dba: 'Database Administrator',
	security_officer: 'Security Officer',
	chairman: 'Chairman',
	operator: 'Operator',
	auditor: 'Auditor',
	administrator: 'Administrator',
};

/** What a signature in that seat means, word for word. It is part of what is signed. */
export const SEAT_MEANING: Record<Seat, string> = {
	dba: 'I have read this SQL and its plan, and I approve them for this target.',
	security_officer: 'I have read what this changes in roles, grants, policies and data, and I approve it.',
	chairman: 'I approve direct execution on production.',
};

/** Added to the DBA's meaning where the target accepts an attestation instead of a scratch restore. */
export const WAY_BACK_ATTESTATION = 'I attest that the way back from this change has been tested and is ready.';

/** The Chairman's meaning where the bundle has succeeded on the staging target, and where the target is such a one. */
export const CHAIRMAN_MEANING = {
	staged: (run: { staging: string; change: string; number: number }) =>
		`I approve execution on production of what succeeded on ${run.staging} (${run.change}, run ${run.number}).`,
	staging: 'I approve execution on this staging target.',
};
