import { type NextRequest, NextResponse } from 'next/server';
import { PATH_HEADER } from '#lib/access/path-header.ts';
import { env } from '#lib/env.ts';

/** Adds the security headers to every page. It never authorizes: pages, actions and handlers do that themselves. */
export function proxy(request: NextRequest) {
	const { NODE_ENV, NEXTAUTH_URL } = env();
	const nonce = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64');
	const policy = contentSecurityPolicy(nonce, NODE_ENV === 'development');

	const headers = new Headers(request.headers);
	headers.set('x-nonce', nonce);
	headers.set('content-security-policy', policy);
	headers.set(PATH_HEADER, `${request.nextUrl.pathname}${request.nextUrl.search}`);
	const response = NextResponse.next({ request: { headers } });

	response.headers.set('content-security-policy', policy);
	response.headers.set('referrer-policy', 'no-referrer');
	response.headers.set('x-content-type-options', 'nosniff');
	response.headers.set('permissions-policy', 'camera=(), geolocation=(), microphone=(), payment=()');
	response.headers.set('cross-origin-opener-policy', 'same-origin');
	if (NEXTAUTH_URL.startsWith('https:')) response.headers.set('strict-transport-security', 'max-age=63072000; includeSubDomains');
	return response;
}

export const config = { matcher: ['/((?!_next/static|_next/image).*)'] };

/**
 * Scripts and styles only from here, or with this request's nonce. No style attributes in served HTML: sizes that follow
 * data go into SVG attributes or <progress>. Development needs eval and inline styles for the overlay and hot reload.
 */
function contentSecurityPolicy(nonce: string, development: boolean): string {
	return [
		`default-src 'self'`,
		`script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${development ? ` 'unsafe-eval'` : ''}`,
		development ? `style-src 'self' 'unsafe-inline'` : `style-src 'self' 'nonce-${nonce}'`,
		`img-src 'self' data: blob:`,
		`font-src 'self'`,
		`connect-src 'self'`,
		`object-src 'none'`,
		`base-uri 'none'`,
		`form-action 'self'`,
		`frame-ancestors 'none'`,
	].join('; ');
}
