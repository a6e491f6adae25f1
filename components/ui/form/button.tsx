import Link from 'next/link';
import type { AnchorHTMLAttributes, ButtonHTMLAttributes } from 'react';
import { buttonLook, type Look } from './button-look.ts';

/** A button does something. Its type is "button" by default, so it never submits a form by accident. */
export function Button({ kind, size, className, type = 'button', ...rest }: Look & ButtonHTMLAttributes<HTMLButtonElement>) {
	return <button type={type} className={buttonLook({ kind, size }, className)} {...rest} />;
}

/** A link that looks like a button goes somewhere in the console. */
export function ButtonLink({ kind, size, className, href, ...rest }: Look & AnchorHTMLAttributes<HTMLAnchorElement> & { href: string }) {
	return <Link href={href} className={buttonLook({ kind, size }, className)} {...rest} />;
}

/** The same for a file: it must not be prefetched, nor opened by the router. */
export function DownloadLink({ kind, size, className, href, ...rest }: Look & AnchorHTMLAttributes<HTMLAnchorElement> & { href: string }) {
	return <a href={href} download className={buttonLook({ kind, size }, className)} {...rest} />;
}
