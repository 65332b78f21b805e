/* Buttons with data-confirm: the first press only asks; a second one within four seconds goes through. */
document.addEventListener(
  'click',
  (event) => {
    const button = event.target instanceof Element ? event.target.closest('button[data-confirm]') : null;
    if (!button || button.classList.contains('hw-armed')) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    button.classList.add('hw-armed');
    button.setAttribute('aria-label', button.dataset.confirm);
    setTimeout(() => {
      button.classList.remove('hw-armed');
      button.removeAttribute('aria-label');
    }, 4000);
  },
  true,
);
