/*
 * The grid of recordings: how its cells are drawn, and what of it stands in the address. The columns that were chosen are
 * kept in the address (`cols`), so that a link shows them, and in this browser for addresses that name none.
 */
(() => {
  'use strict';
  const GRID = 'recordings-grid';
  const KEPT = 'hw-recordings-columns';
  const NARROW = 700;
  const React = () => window.React;
  const el = (...given) => React().createElement(...given);
  const icon = (name, size = 16) =>
    el('span', { className: `hw-icon hw-icon-${name}`, 'aria-hidden': true, style: { '--icon-size': `${size}px` } });
  const query = () => new URLSearchParams(window.location.search);

  /** The grid's api; null while there is no grid. */
  const api = () => {
    try {
      return document.getElementById(GRID) ? window.dash_ag_grid.getApi(GRID) : null;
    } catch {
      return null;
    }
  };

  /** Writes the address and tells the page; the way back does not stop here. */
  const write = (next) => {
    const text = next.toString() ? `?${next}` : '';
    if (text === window.location.search) return;
    window.history.replaceState({}, '', window.location.pathname + text);
    window.dash_clientside.set_props('url', { search: text, href: window.location.href });
  };

  /* Cells. */
  const parts = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});
  parts.HwSession = ({ data }) => {
    if (!data) return el('span', { className: 'hw-session-waits' });
    const play = data.recorded ? 'Play' : 'Nothing was recorded of this session; its page views are known';
    return el(
      window.dash_core_components.Link,
      { href: data.href, className: data.watched ? 'hw-session hw-watched' : 'hw-session', title: play, setProps: () => {} },
      el('span', { className: data.recorded ? 'hw-session-play' : 'hw-session-play hw-none', key: 'play' }, icon(data.recorded ? 'play' : 'rows')),
      el(
        'span',
        { className: 'hw-session-who', key: 'who' },
        el('strong', null, data.session, data.lacks && el('span', { className: 'hw-lacks', role: 'img', title: data.lacks, 'aria-label': data.lacks }, icon('alert', 14))),
        data.watched && el('span', { className: 'hw-unseen' }, ', watched'),
        el('small', { className: 'hw-session-more hw-numbers' }, data.more),
        el('small', { className: 'hw-session-more' }, data.about),
      ),
    );
  };
  parts.HwTags = ({ data }) =>
    data && data.tags.length ? el('span', { className: 'hw-tags' }, data.tags.map((tag) => el('span', { className: 'hw-tag', key: tag }, tag))) : null;

  /* Columns. */
  const known = () => JSON.parse(document.getElementById('recordings-columns')?.dataset.columns || '{"usual":[],"all":[]}');
  const shown = (grid) => grid.getColumnState().filter((one) => !one.hide && known().all.includes(one.colId)).map((one) => one.colId);
  const same = (a, b) => a.join() === b.join();
  let narrow = false;

  const tick = (names) => {
    for (const button of document.querySelectorAll('[data-column]')) button.setAttribute('aria-checked', String(names.includes(button.dataset.column)));
  };
  const keep = (grid) => {
    if (narrow) return;
    const names = shown(grid);
    tick(names);
    const usual = same(names, known().usual);
    if (usual) window.localStorage.removeItem(KEPT);
    else window.localStorage.setItem(KEPT, names.join());
    const next = query();
    if (usual) next.delete('cols');
    else next.set('cols', names.join());
    write(next);
  };
  const arrange = (grid, names) =>
    grid.applyColumnState({
      state: [...names.map((colId) => ({ colId, hide: false })), ...known().all.filter((one) => !names.includes(one)).map((colId) => ({ colId, hide: true }))],
      applyOrder: true,
    });
  const wanted = () => {
    const names = (query().get('cols') || window.localStorage.getItem(KEPT) || '').split(',').filter((one) => known().all.includes(one));
    return names.length ? names : known().usual;
  };

  /** A list of cards where there is no room for columns. */
  const fit = (grid) => {
    const now = window.innerWidth <= NARROW;
    const first = !grid.hwFitted;
    if (!first && now === narrow) return;
    grid.hwFitted = true;
    narrow = now;
    document.getElementById(GRID)?.classList.toggle('hw-cards', narrow);
    grid.setGridOption('rowHeight', narrow ? 92 : 52);
    grid.setGridOption('headerHeight', narrow ? 0 : 40);
    const names = narrow ? ['session'] : wanted();
    if (!same(shown(grid), names)) arrange(grid, names);
    grid.setColumnWidths([{ key: 'session', newWidth: narrow ? window.innerWidth - 86 : 200 }]);
    tick(names);
  };

  const sortOf = (grid) => {
    const by = grid.getColumnState().find((one) => one.sort);
    const orders = known().orders;
    return (by && orders[by.colId] && orders[by.colId][by.sort]) || 'newest';
  };
  const sorted = (grid) => {
    const next = query();
    const sort = sortOf(grid);
    if (sort === (next.get('sort') || 'newest')) return;
    next.delete('cursor');
    if (sort === 'newest') next.delete('sort');
    else next.set('sort', sort);
    write(next);
  };

  const functions = (window.dashAgGridFunctions = window.dashAgGridFunctions || {});
  functions.hwRecordings = (params) => {
    const grid = params.api;
    const byHand = String(params.source || '').startsWith('ui') || params.source === 'api';
    if (params.type === 'gridSizeChanged' || params.type === 'firstDataRendered') fit(grid);
    else if (params.type === 'sortChanged') sorted(grid);
    else if (params.type === 'columnMoved' && params.finished && byHand) keep(grid);
    else if (params.type === 'columnVisible' && byHand && grid.hwFitted) keep(grid);
    else if (params.type === 'cellKeyDown' && params.event.key === 'Enter') open(params.rowIndex);
    else if (params.type === 'rowClicked' && !params.event.target.closest('a, .ag-selection-checkbox, input')) open(params.rowIndex);
  };
  const open = (index) => document.querySelector(`#${GRID} .ag-row[row-index="${index}"] a.hw-session`)?.click();

  document.addEventListener('click', (event) => {
    const button = event.target.closest && event.target.closest('[data-column], [data-columns-usual]');
    const grid = button && api();
    if (!grid) return;
    if (button.dataset.column) grid.setColumnsVisible([button.dataset.column], button.getAttribute('aria-checked') !== 'true');
    else {
      arrange(grid, known().usual);
      keep(grid);
    }
  });

  /* The list follows the address: its rows are asked for anew when the address asks for other ones. */
  const asks = (search) => {
    const asked = new URLSearchParams(search);
    for (const name of ['cols', 'segment', 'sort']) asked.delete(name);
    asked.sort();
    return asked.toString();
  };
  let before = null;
  window.dash_clientside = Object.assign(window.dash_clientside || {}, {
    recordings: {
      /** Gives what is said of new sessions: nothing any more, once the rows are asked for anew. */
      follow(search, changed, shows) {
        const same = window.dash_clientside.no_update;
        const grid = api();
        const now = asks(search);
        const { triggered_id: by } = window.dash_clientside.callback_context;
        const news = by && by.recordings && (shows || []).some(Boolean);
        const other = by !== undefined && before !== now;
        before = now;
        if (!by || !grid || window.location.pathname !== '/recordings') return same;
        const sort = new URLSearchParams(search).get('sort') || 'newest';
        const fromGrid = sort === sortOf(grid);
        const told = by === 'recordings-changed' && changed;
        if (!fromGrid) {
          const state = Object.entries(known().orders).flatMap(([colId, ways]) =>
            Object.entries(ways).map(([way, name]) => ({ colId, sort: name === sort ? way : null })).filter((one) => one.sort));
          grid.applyColumnState({ state, defaultState: { sort: null } }); // asks for the rows anew itself
        } else if (other || told || news) grid.purgeInfiniteCache();
        if (told || other) grid.deselectAll();
        return other || told || news ? null : same;
      },
      /** Parameters that the address is to have; null: no longer. */
      address(changes) {
        const next = query();
        for (const [name, value] of Object.entries(changes || {})) {
          next.delete(name);
          if (value !== null) next.set(name, String(value));
        }
        next.delete('cursor');
        write(next);
      },
      /** Whether the bar hides, and how many were chosen. */
      chosen(rows) {
        const number = (rows || []).length;
        return [number === 0, number === 1 ? '1 session chosen' : `${number} sessions chosen`];
      },
    },
  });
})();
