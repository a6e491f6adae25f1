import { SEATS, type Seat } from './roles.ts';
import type { Route, SignedRoute } from './route.ts';
import type { Window } from './target/window.ts';

/** A finding that the requester accepted by its name when filing, and what it said then. */
export type AcceptedFinding = { name: string; danger: string };

/**
 * What a revision digest covers (docs/formats.md, "Revision digest"). Version 1 is of before findings had to be accepted, version 2 of before
 * there were staging targets.
 */
export type RevisionContent = RevisionContentV1 | RevisionContentV2 | RevisionContentV3;
export type RevisionContentV3 = Omit<RevisionContentV2, 'v'> & {
	v: 3;
	route: Route;
	/** Who must sign, in this order. */
	seats: Seat[];
};
type RevisionContentV2 = Omit<RevisionContentV1, 'v'> & { v: 2; accepted: AcceptedFinding[] };
type RevisionContentV1 = {
	v: 1;
	request: { title: string; reason: string; why_not_staging: string; risk: string; responders: string[] };
	files: { path: string; bytes: number; sha256: string }[];
	manifest: string;
	target: { name: string; system_identifier: string; database_oid: string };
	baseline: string;
	window: Window;
};

/** What the requester accepted, by name; null for a revision of version 1, which nobody signs any more. */
export function acceptedNames(content: RevisionContent): string[] | null {
	return content.v === 1 ? null : content.accepted.map(({ name }) => name);
}

/** How the revision comes to its target. Before there were routes every change went directly there. */
export function routeOf(content: RevisionContent): Route {
	return content.v === 3 ? content.route : { kind: 'direct', staging: null };
}

/** The route as it is signed. */
export function signedRouteOf(content: RevisionContent): SignedRoute {
	const route = routeOf(content);
	return route.kind === 'direct' ? { ...route, why: content.request.why_not_staging } : route;
}

/** Who must sign the revision, in this order. */
export function seatsOf(content: RevisionContent): readonly Seat[] {
	return content.v === 3 ? content.seats : SEATS;
}

/** What one person signs (docs/formats.md, "Statement"). Stored as its canonical bytes. Version 1 names no findings, version 2 no route. */
export type SignedStatement = SignedStatementV1 | SignedStatementV2 | SignedStatementV3;
export type SignedStatementV3 = Omit<SignedStatementV2, 'v'> & { v: 3; route: SignedRoute };
type SignedStatementV2 = Omit<SignedStatementV1, 'v'> & {
	v: 2;
	/** The findings that the revision accepts, by name. */
	accepted: string[];
};
type SignedStatementV1 = {
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

/** How the signer proved their identity. Passkeys will be a second kind. */
export type Factor = 'password';
