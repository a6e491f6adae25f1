import localFont from 'next/font/local';

/** Latin letters, which every page needs: a third of the whole font. */
const sans = localFont({
	src: '../node_modules/@fontsource-variable/geist/files/geist-latin-wght-normal.woff2',
	variable: '--font-geist-sans',
	weight: '100 900',
});
const mono = localFont({
	src: '../node_modules/@fontsource-variable/geist-mono/files/geist-mono-latin-wght-normal.woff2',
	variable: '--font-geist-mono',
	weight: '100 900',
	adjustFontFallback: false,
	fallback: ['ui-monospace', 'SFMono-Regular', 'Menlo', 'Liberation Mono', 'DejaVu Sans Mono', 'monospace'],
});

/** Letters such as ł, ş and ő: loaded by a page that has one. */
const sansMore = localFont({
	src: '../node_modules/@fontsource-variable/geist/files/geist-latin-ext-wght-normal.woff2',
	variable: '--font-geist-sans-more',
	weight: '100 900',
	preload: false,
	adjustFontFallback: false,
	declarations: [{ prop: 'unicode-range', value: 'U+0100-02BA,U+02BD-02C5,U+02C7-02CC,U+1E00-1E9F,U+1EF2-1EFF,U+20A0-20AB,U+20AD-20C0' }],
});
const monoMore = localFont({
	src: '../node_modules/@fontsource-variable/geist-mono/files/geist-mono-latin-ext-wght-normal.woff2',
	variable: '--font-geist-mono-more',
	weight: '100 900',
	preload: false,
	adjustFontFallback: false,
	declarations: [{ prop: 'unicode-range', value: 'U+0100-02BA,U+02BD-02C5,U+02C7-02CC,U+1E00-1E9F,U+1EF2-1EFF,U+20A0-20AB,U+20AD-20C0' }],
});

/** The classes that declare the fonts as the variables that globals.css names. */
export const FONTS = [sans, mono, sansMore, monoMore].map(({ variable }) => variable).join(' ');
