/* The frame's callbacks: every address of rail, switcher, range and device follows the view that is looked at. */
(() => {
  const parse = (search) => new URLSearchParams(search || '');
  const written = (path, query) => (query.toString() ? `${path}?${query}` : path);

  /* The shared part of an address' query, without `dropped`. */
  const shared = (search, known, dropped = []) => {
    const query = new URLSearchParams();
    for (const [name, value] of parse(search)) {
      if (known.shared.includes(name) && !dropped.includes(name)) query.append(name, value);
    }
    return query;
  };

  const isBare = (pathname, known) => known.bare.some((path) => pathname === path || pathname.startsWith(path));
  const section = (pathname) => `/${(pathname || '/').split('/')[1]}`;
  const rangeOf = (search, known) => {
    const query = parse(search);
    const named = query.get('range') || (query.has('from') && query.has('to') ? 'custom' : known.defaultRange);
    return known.ranges[named] ? named : known.defaultRange;
  };

  const dayWords = (text) => {
    const day = new Date(`${text.slice(0, 10)}T00:00:00Z`);
    if (Number.isNaN(day.getTime())) return text;
    return day.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
  };

  /* Whether the range is still filling: only then its figures change while one looks at them. */
  const fills = (search) => {
    const query = parse(search);
    const to = query.get('to');
    const custom = to && query.has('from') && ['custom', null].includes(query.get('range'));
    return !custom || new Date(to.length > 10 ? to : `${to}T23:59:59Z`) > new Date();
  };

  const sayCurrent = () =>
    requestAnimationFrame(() => {
      for (const link of document.querySelectorAll('.hw-rail-link, .hw-choice, .hw-devices .hw-segment')) {
        if (link.classList.contains('hw-current')) link.setAttribute('aria-current', 'true');
        else link.removeAttribute('aria-current');
      }
    });

  let shownPath = null;

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    shell: {
      frame(pathname, search, known, ...ids) {
        const [rail, bar, projects, ranges, devices] = ids;
        const query = parse(search);
        const here = section(pathname);
        const current = (base, is) => (is ? `${base} hw-current` : base);
        const changed = (drop, name, value) => {
          const next = parse(search);
          for (const gone of drop) next.delete(gone);
          if (value) next.set(name, value);
          return written(pathname, next);
        };
        const inRail = (each) => [
          each.map((id) => written(id.to, shared(search, known))),
          each.map((id) => current('hw-rail-link', id.to === here)),
        ];
        const inProject = projects.map((id) => {
          const next = shared(search, known, known.segment);
          next.set('p', id.to);
          return written(here, next);
        });
        const range = rangeOf(search, known);
        const device = query.get('device') || '';
        document.documentElement.dataset.section = here;
        document.documentElement.dataset.frame = isBare(pathname, known) ? 'bare' : 'full';
        if (query.get('p')) document.cookie = `hw_project=${encodeURIComponent(query.get('p'))};path=/;max-age=31536000;SameSite=Lax`;
        if (shownPath !== null && shownPath !== pathname) {
          window.scrollTo(0, 0);
          document.getElementById('hw-main')?.focus({ preventScroll: true });
        }
        shownPath = pathname;
        sayCurrent();
        return [
          ...inRail(rail),
          ...inRail(bar),
          inProject,
          projects.map((id) => current('hw-choice', id.to === query.get('p'))),
          ranges.map((id) => changed(['from', 'to'], 'range', id.to)),
          ranges.map((id) => current('hw-choice', id.to === range)),
          devices.map((id) => changed(['device'], 'device', id.to)),
          devices.map((id) => current('hw-segment', id.to === device)),
        ];
      },

      names(search, known) {
        const query = parse(search);
        const project = known.projects[query.get('p')];
        const range = rangeOf(search, known);
        const days = `${dayWords(query.get('from') || '')} to ${dayWords(query.get('to') || '')}`;
        const chips = [...query].filter(([name]) => known.segment.includes(name)).map(([name, value]) => {
          const rest = new URLSearchParams([...query].filter((pair) => pair[0] !== name || pair[1] !== value));
          return {
            namespace: 'dash_core_components',
            type: 'Link',
            props: {
              href: `?${rest}`,
              className: 'hw-chip',
              title: 'Take this filter away',
              children: `${(known.segmentWords[name] || name)}: ${value}`,
            },
          };
        });
        return [
          project ? (project.shared ? `Shared · ${project.account}` : project.account) : 'Heatwake',
          project ? project.name : 'Choose a project',
          range === 'custom' ? days : known.ranges[range],
          chips,
        ];
      },

      custom(days, search, known) {
        const { no_update: same } = window.dash_clientside;
        if (!days || !days[0] || !days[1]) return same;
        const next = parse(search);
        next.set('range', 'custom');
        next.set('from', days[0].slice(0, 10));
        next.set('to', days[1].slice(0, 10));
        document.getElementById('hw-range-menu')?.removeAttribute('open');
        return `?${next}`;
      },

      live(search, pathname, known) {
        return document.hidden || isBare(pathname || '/', known) || !fills(search);
      },
    },
  });

  /* A hidden page asks for nothing; one that is shown again is fresh at once. */
  document.addEventListener('visibilitychange', () => {
    // Before the app is there, and while the page is being left, there is nothing to tell.
    if (document.documentElement.dataset.section === undefined || !document.getElementById('hw-main')) return;
    const live = !document.hidden && fills(window.location.search) && document.documentElement.dataset.frame === 'full';
    try {
      window.dash_clientside.set_props('tick', live ? { disabled: false, n_intervals: Date.now() } : { disabled: true });
    } catch {
      /* the app is going */
    }
  });
})();
