/** The process answers. Says nothing about databases: that is /api/ready. */
export const dynamic = 'force-dynamic';

export function GET(): Response {
	return Response.json({ status: 'ok' }, { headers: { 'cache-control': 'no-store' } });
}
