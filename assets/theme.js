/* Light, dark or the system's: kept where Mantine looks for it, applied at once and in every open tab. */
(() => {
  const KEPT = 'mantine-color-scheme-value';
  const dark = window.matchMedia('(prefers-color-scheme: dark)');
  const choice = () => {
    const kept = window.localStorage.getItem(KEPT);
    return kept === 'light' || kept === 'dark' ? kept : 'auto';
  };
  const apply = () => {
    const scheme = choice() === 'auto' ? (dark.matches ? 'dark' : 'light') : choice();
    document.documentElement.setAttribute('data-mantine-color-scheme', scheme);
    for (const button of document.querySelectorAll('[data-theme-choice]')) {
      button.setAttribute('aria-pressed', String(button.dataset.themeChoice === choice()));
    }
    window.dispatchEvent(new CustomEvent('hw-theme', { detail: scheme }));
  };

  document.addEventListener('click', (event) => {
    const button = event.target instanceof Element ? event.target.closest('[data-theme-choice]') : null;
    if (!button) return;
    window.localStorage.setItem(KEPT, button.dataset.themeChoice);
    apply();
  });
  document.addEventListener('toggle', apply, true);
  dark.addEventListener('change', apply);
  window.addEventListener('storage', (event) => event.key === KEPT && apply());
  apply();
})();
