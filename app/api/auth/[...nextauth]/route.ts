import NextAuth from 'next-auth';
import { signInOptions } from '#lib/access/sign-in-options.ts';

type Context = { params: Promise<{ nextauth: string[] }> };

function handler(request: Request, context: Context): Promise<Response> {
	return NextAuth(request as never, context as never, signInOptions());
}

export { handler as GET, handler as POST };
