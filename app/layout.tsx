import type { Metadata, Viewport } from 'next';
import { headers } from 'next/headers';
import type { ReactNode } from 'react';
import { THEME_SCRIPT } from '#components/shell/theme.ts';
import { FONTS } from './fonts.ts';
import './globals.css';

export const metadata: Metadata = {
	title: { default: 'Countersign', template: '%s · Countersign' },
	description: 'Changes to production PostgreSQL that must not go wrong.',
	robots: { index: false, follow: false },
};

export const viewport: Viewport = {
	width: 'device-width',
	initialScale: 1,
	themeColor: [
		{ media: '(prefers-color-scheme: light)', color: '#ffffff' },
		{ media: '(prefers-color-scheme: dark)', color: '#15171b' },
	],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
	const nonce = (await headers()).get('x-nonce') ?? undefined;
	return (
		// The script below sets data-theme before React compares.
		<html lang="en" className={FONTS} suppressHydrationWarning>
			<head>
				<meta name="color-scheme" content="light dark" />
				{/* biome-ignore lint/security/noDangerouslySetInnerHtml: a constant of ours; it must run before the first paint */}
				<script nonce={nonce} suppressHydrationWarning dangerouslySetInnerHTML={{ __html: THEME_SCRIPT }} />
			</head>
			<body className="bg-bg font-sans text-base text-ink">{children}</body>
		</html>
	);
}
