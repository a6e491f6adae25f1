/** Where the choice is stored, in this browser only. No entry means: follow the system. */
export const THEME_KEY = 'countersign.theme';
export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

/**
 * Runs before the first paint, so that nobody sees a flash of the other theme: sets data-theme, and follows the system
 * when it changes. Plain text because it must be inline; it runs under the page's nonce.
 */
export const THEME_SCRIPT = `(() => {
	const dark = matchMedia('(prefers-color-scheme: dark)');
	const apply = () => {
		let chosen = null;
		try { chosen = localStorage.getItem('${THEME_KEY}'); } catch {}
		document.documentElement.dataset.theme = chosen === 'light' || chosen === 'dark' ? chosen : dark.matches ? 'dark' : 'light';
	};
	apply();
	dark.addEventListener('change', apply);
	addEventListener('storage', apply);
	addEventListener('countersign-theme', apply);
})();`;
