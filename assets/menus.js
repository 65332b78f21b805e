/* Disclosures (details.hw-menu) close on Escape, on a click elsewhere and when a link in them was taken; the drawer. */
(() => {
  const open = () => document.querySelectorAll('details.hw-menu[open]');
  const drawer = (wanted) => {
    document.documentElement.classList.toggle('hw-drawer-open', wanted);
    const more = document.getElementById('hw-more');
    more?.setAttribute('aria-expanded', String(wanted));
    if (wanted) document.querySelector('#hw-rail summary')?.focus();
  };

  document.addEventListener('click', (event) => {
    const at = event.target instanceof Element ? event.target : null;
    if (!at) return;
    for (const menu of open()) if (!menu.contains(at) || at.closest('a')) menu.removeAttribute('open');
    if (at.closest('#hw-more')) drawer(true);
    else if (at.closest('#hw-backdrop') || at.closest('#hw-rail a')) drawer(false);
    const link = at.closest('a.hw-skip');
    if (link) {
      event.preventDefault();
      document.getElementById('hw-main')?.focus();
    }
  });

  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    for (const menu of open()) {
      menu.removeAttribute('open');
      if (menu.contains(document.activeElement)) menu.querySelector('summary')?.focus();
    }
    if (document.documentElement.classList.contains('hw-drawer-open')) {
      drawer(false);
      document.getElementById('hw-more')?.focus();
    }
  });

  /* Arrow keys walk through an open menu's choices. */
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    const menu = document.activeElement?.closest('details.hw-menu[open]');
    if (!menu || document.activeElement.closest('.hw-range-days')) return;
    const choices = [...menu.querySelectorAll('.hw-menu-panel a, .hw-menu-panel button')];
    const at = choices.indexOf(document.activeElement);
    const next = event.key === 'ArrowDown' ? at + 1 : at - 1;
    choices[(next + choices.length) % choices.length]?.focus();
    event.preventDefault();
  });
})();
