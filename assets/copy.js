/* Buttons that copy: [data-copy] its text, #hw-copy-link the address; says so on the button for two seconds. */
(() => {
  const take = async (text) => {
    if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
    const area = Object.assign(document.createElement('textarea'), { value: text });
    area.style.cssText = 'position:fixed;opacity:0';
    document.body.append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
    return undefined;
  };

  const said = document.createElement('div');
  said.className = 'hw-unseen';
  said.style.cssText = 'position:fixed;top:0';
  said.setAttribute('role', 'status');
  document.addEventListener('DOMContentLoaded', () => document.body.append(said));
  if (document.body) document.body.append(said);

  document.addEventListener('click', async (event) => {
    const button = event.target instanceof Element ? event.target.closest('[data-copy], #hw-copy-link') : null;
    if (!button) return;
    await take(button.dataset.copy ?? window.location.href);
    button.classList.add('hw-copied');
    said.textContent = 'Copied';
    setTimeout(() => {
      button.classList.remove('hw-copied');
      said.textContent = '';
    }, 2000);
  });
})();
