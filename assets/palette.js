/* The command palette (Ctrl-K): sections, projects, themes; what is typed also finds pages, funnels and recordings. */
(() => {
  let dialog = null;
  let shown = [];
  let at = 0;
  let asked = 0;

  const make = (tag, attributes = {}, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  };
  const iconOf = (element) => [...(element.querySelector('.hw-icon')?.classList || [])].find((c) => c.startsWith('hw-icon-'));
  const text = (element) => element.textContent.trim();

  /* What the frame itself has. */
  const own = () => {
    const sections = [...document.querySelectorAll('.hw-rail-links a')].map((link) => ({
      kind: 'Go to', name: text(link), icon: (iconOf(link) || '').replace('hw-icon-', ''), act: () => link.click(),
    }));
    const projects = [...document.querySelectorAll('#hw-switcher [role=group]')].flatMap((group) =>
      [...group.querySelectorAll('a')].map((link) => ({
        kind: group.getAttribute('aria-label'), name: text(link), icon: 'rows', act: () => link.click(),
      })),
    );
    const ranges = [...document.querySelectorAll('.hw-range-links a')].map((link) => ({
      kind: 'Date range', name: text(link), icon: 'calendar', act: () => link.click(),
    }));
    const themes = [...document.querySelectorAll('[data-theme-choice]')].map((button) => ({
      kind: 'Theme', name: text(button), icon: iconOf(button).replace('hw-icon-', ''), act: () => button.click(),
    }));
    const rest = [
      { kind: 'This view', name: 'Copy link', icon: 'link', act: () => document.getElementById('hw-copy-link')?.click() },
      { kind: 'You', name: 'Sign out', icon: 'sign-out', act: () => document.getElementById('hw-sign-out')?.click() },
    ];
    return [...sections, ...projects, ...ranges, ...themes, ...rest];
  };

  const fits = (entry, words) => words.every((word) => `${entry.kind} ${entry.name}`.toLowerCase().includes(word));

  const follow = (href) => {
    window.history.pushState({}, '', href);
    window.dispatchEvent(new CustomEvent('_dashprivate_pushstate', { detail: href }));
  };

  const choose = (index) => {
    at = Math.max(0, Math.min(index, shown.length - 1));
    const options = dialog.querySelectorAll('[role=option]');
    options.forEach((option, number) => option.setAttribute('aria-selected', String(number === at)));
    options[at]?.scrollIntoView({ block: 'nearest' });
    const field = dialog.querySelector('input');
    if (options[at]) field.setAttribute('aria-activedescendant', options[at].id);
    else field.removeAttribute('aria-activedescendant');
  };

  const take = (index) => {
    const entry = shown[index];
    if (!entry) return;
    dialog.close();
    entry.act();
  };

  const list = (entries) => {
    shown = entries.slice(0, 60);
    const box = dialog.querySelector('[role=listbox]');
    box.replaceChildren();
    let kind = null;
    shown.forEach((entry, index) => {
      if (entry.kind !== kind) box.append(make('div', { class: 'hw-menu-label', role: 'presentation' }, entry.kind));
      kind = entry.kind;
      const option = make(
        'div',
        { role: 'option', id: `hw-found-${index}`, class: 'hw-choice', 'aria-selected': 'false' },
        make('span', { class: `hw-icon hw-icon-${entry.icon}`, 'aria-hidden': 'true' }),
        make('span', { class: 'hw-choice-name' }, entry.name),
      );
      option.addEventListener('click', () => take(index));
      option.addEventListener('mousemove', () => at !== index && choose(index));
      box.append(option);
    });
    if (!shown.length) box.append(make('p', { class: 'hw-quiet hw-inset' }, 'Nothing is called like that.'));
    choose(0);
  };

  const search = async () => {
    const typed = dialog.querySelector('input').value.trim();
    const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
    const mine = own().filter((entry) => fits(entry, words));
    list(mine);
    const query = new URLSearchParams(window.location.search);
    const number = ++asked;
    if (typed.length < 2 || !query.get('p')) return;
    await new Promise((done) => setTimeout(done, 120));
    if (number !== asked) return;
    query.set('q', typed);
    const answer = await fetch(`/palette/${query.get('p')}?${query}`).catch(() => null);
    if (!answer?.ok || number !== asked) return;
    const { items } = await answer.json();
    list([...mine, ...items.map((item) => ({ ...item, act: () => follow(item.href) }))]);
  };

  const build = () => {
    const field = make('input', {
      type: 'text', role: 'combobox', 'aria-expanded': 'true', 'aria-controls': 'hw-found', 'aria-autocomplete': 'list',
      'aria-label': 'Go to a page, project, heatmap or funnel', placeholder: 'Go to a page, project, heatmap or funnel',
      autocomplete: 'off', spellcheck: 'false',
    });
    const box = make('div', { id: 'hw-found', role: 'listbox', 'aria-label': 'Found' });
    dialog = make('dialog', { id: 'hw-palette', 'aria-label': 'Command palette' }, field, box);
    document.body.append(dialog);
    field.addEventListener('input', search);
    dialog.addEventListener('click', (event) => event.target === dialog && dialog.close());
    dialog.addEventListener('keydown', (event) => {
      const moves = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: shown.length - 1 };
      if (event.key in moves && !(['Home', 'End'].includes(event.key) && field.value)) choose(moves[event.key]);
      else if (event.key === 'Enter') take(at);
      else return;
      event.preventDefault();
    });
  };

  const open = () => {
    if (document.documentElement.dataset.frame !== 'full' || !document.getElementById('hw-search')) return;
    if (!dialog) build();
    if (dialog.open) {
      dialog.close();
      return;
    }
    dialog.querySelector('input').value = '';
    dialog.showModal();
    search();
  };

  document.addEventListener('keydown', (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
      event.preventDefault();
      open();
    }
  });
  document.addEventListener('click', (event) => {
    if (event.target instanceof Element && event.target.closest('#hw-search')) open();
  });
})();
