import type { Seat } from './roles.ts';
import type { Window } from './window.ts';

/** What a revision digest is taken over (docs/formats.md, "Revision digest"). */
export type RevisionContent = {
	v: 1;
	request: { title: string; reason: string; why_not_staging: string; risk: string; responders: string[] };
	files: { path: string; bytes: number; sha256: string }[];
	manifest: string;
	target: { name: string; system_identifier: string; database_oid: string };
	baseline: string;
	window: Window;
};

/** What one person signs (docs/formats.md, "Statement"). Stored as its canonical bytes. */
export type SignedStatement = {
	v: 1;
	change: string;
	revision: number;
	digest: string;
	target: string;
	window: Window;
	role: Seat;
	signer: { id: string; name: string };
	decision: 'approve' | 'refuse';
	meaning: string;
	/** Hash of the signature before, in the order of the seats; null for the first. */
	previous: string | null;
	nonce: string;
	issued: string;
	expires: string;
};

/** How the signer proved to be there. Passkeys will be a second kind. */
export type Factor = 'password';
